"""How the server is set up: from the command line, and secrets from the environment or files only."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from analyzer.errors import SettingsError

LOOPBACK = ("127.0.0.1", "localhost", "::1")
_PREFIX = "ANALYZER_"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenId:
    """Sign-in at a company's identity provider."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """One server.

    `is_team` decides how people sign in: by password or OpenID Connect on a company's server, by the
    one-time link that `analyzer serve` prints on a laptop.
    """

    workspace: Path
    database: str = field(repr=False)  # may hold a password
    host: str = "127.0.0.1"
    port: int = 8321
    public_url: str | None = None  # where people reach it, if a proxy stands before it
    max_upload_mb: float = 200.0
    is_team: bool = False
    openid: OpenId | None = None

    @property
    def url(self) -> str:
        """Where people reach it, without a slash at the end."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return (self.public_url or f"http://{host}:{self.port}").rstrip("/")

    @property
    def is_secure(self) -> bool:
        """Whether people reach it by TLS: cookies are for TLS alone then."""
        return self.url.startswith("https://")

    @property
    def cookie(self) -> str:
        """Name of the session's cookie; the port is in it, since browsers mix those of all ports."""
        return "__Host-analyzer" if self.is_secure else f"analyzer-{self.port}"

    @property
    def hosts(self) -> frozenset[str]:
        """Names it answers to. Others are refused: a page elsewhere could have its name point here."""
        named = urlsplit(self.url).hostname or self.host
        return frozenset({named, self.host, *LOOPBACK}) - {"0.0.0.0", "::"}

    @property
    def files(self) -> Path:
        """Where bytes of uploads lie."""
        return self.workspace / "files"

    @property
    def max_upload_bytes(self) -> int:
        """Size of a file that is refused beyond."""
        return int(self.max_upload_mb * 1e6)


def load_config(
    *,
    workspace: Path,
    database: str | None = None,
    host: str = "127.0.0.1",
    port: int = 8321,
    public_url: str | None = None,
    max_upload_mb: float = 200.0,
    environment: Mapping[str, str] | None = None,
) -> Config:
    """Put the set-up together; ANALYZER_DATABASE and ANALYZER_OIDC_* come from the environment.

    A secret may stand in a file that the variable with _FILE at its end names.

    Raises:
        SettingsError: if something is missing or makes no sense.
    """
    environment = os.environ if environment is None else environment
    given = database or _secret("DATABASE", environment)
    if public_url is not None and urlsplit(public_url).scheme not in ("http", "https"):
        raise SettingsError(
            what=f"{public_url!r} is no address of a page", where="--public-url", remedy="write https://NAME"
        )
    return Config(
        workspace=workspace,
        database=given or f"sqlite:///{workspace.resolve() / 'analyzer.db'}",
        host=host,
        port=port,
        public_url=public_url,
        max_upload_mb=max_upload_mb,
        is_team=given is not None or host not in LOOPBACK,
        openid=_openid(environment),
    )


def _openid(environment: Mapping[str, str]) -> OpenId | None:
    issuer = environment.get(_PREFIX + "OIDC_ISSUER")
    if not issuer:
        return None
    client_id, secret = (
        environment.get(_PREFIX + "OIDC_CLIENT_ID"),
        _secret("OIDC_CLIENT_SECRET", environment),
    )
    if not client_id or not secret:
        raise SettingsError(
            what="an issuer is named, but no client",
            where=_PREFIX + "OIDC_ISSUER",
            remedy=f"set {_PREFIX}OIDC_CLIENT_ID and {_PREFIX}OIDC_CLIENT_SECRET_FILE",
        )
    return OpenId(issuer=issuer.rstrip("/"), client_id=client_id, client_secret=secret)


def _secret(name: str, environment: Mapping[str, str]) -> str | None:
    if spelled := environment.get(_PREFIX + name):
        return spelled
    file = environment.get(f"{_PREFIX}{name}_FILE")
    if not file:
        return None
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            what=f"the secret cannot be read ({error})",
            where=f"{_PREFIX}{name}_FILE",
            remedy="name a text file that the server may read",
        ) from error
