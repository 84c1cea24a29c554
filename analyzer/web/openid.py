"""Sign-in at a company's identity provider: OpenID Connect's code flow with PKCE, and nothing more of it.

What the provider must find again (state, nonce, verifier) travels in a cookie that is signed and lives for
ten minutes, so nothing is kept for sign-ins that are never finished. People are matched by issuer and
subject; on the first sign-in also by a mail address that the provider has verified.

Source: OpenID Connect Core 1.0, section 3.1; RFC 7636 (PKCE).
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlencode

from analyzer.errors import NotAllowed, StoreError
from analyzer.web.config import OpenId

_SECONDS = 10.0  # an answer of the provider may take


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A sign-in that was begun: what the answer must fit."""

    state: str
    nonce: str
    verifier: str

    def as_dict(self) -> dict[str, str]:
        """The attempt for the cookie."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Whom the provider vouches for."""

    key: str  # issuer and subject
    name: str
    email: str | None  # None where the provider has not verified it


class Provider:
    """An identity provider as its discovery document describes it.

    Args:
        openid: issuer and client.
        redirect: our address that the provider sends people back to.
        transport: of httpx, for tests.
    """

    def __init__(self, openid: OpenId, redirect: str, transport: Any = None) -> None:
        self._openid = openid
        self._redirect = redirect
        self._transport = transport

    def begin(self) -> tuple[str, Attempt]:
        """Give the address to send the browser to, and what to remember meanwhile.

        Raises:
            StoreError: if the provider does not answer.
        """
        attempt = Attempt(
            state=secrets.token_urlsafe(24),
            nonce=secrets.token_urlsafe(24),
            verifier=secrets.token_urlsafe(48),
        )
        digest = hashlib.sha256(attempt.verifier.encode()).digest()
        asked = {
            "response_type": "code",
            "client_id": self._openid.client_id,
            "redirect_uri": self._redirect,
            "scope": "openid email profile",
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        return f"{self._discovered()['authorization_endpoint']}?{urlencode(asked)}", attempt

    def finish(self, attempt: Attempt, *, state: str, code: str) -> Identity:
        """Take the provider's answer and say whom it is of.

        Raises:
            NotAllowed: if the answer does not fit the attempt, or its signature or claims are wrong.
            StoreError: if the provider does not answer.
        """
        if not secrets.compare_digest(state.encode(), attempt.state.encode()):
            raise _refused("the answer is of another sign-in")
        found = self._discovered()
        answer = self._fetch(
            "POST",
            found["token_endpoint"],
            data={
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": self._redirect,
                "code_verifier": attempt.verifier,
            },
            auth=(self._openid.client_id, self._openid.client_secret),
        )
        return self._identity(str(answer.get("id_token", "")), self._fetch("GET", found["jwks_uri"]), attempt)

    def _identity(self, spelled: str, keys: Any, attempt: Attempt) -> Identity:
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        wanted = jwt.JWTClaimsRegistry(
            leeway=60,
            iss={"essential": True, "value": self._openid.issuer},
            aud={"essential": True, "value": self._openid.client_id},
            exp={"essential": True},
            sub={"essential": True},
            nonce={"essential": True, "value": attempt.nonce},
        )
        try:
            token = jwt.decode(spelled, KeySet.import_key_set(keys), algorithms=["RS256", "PS256", "ES256"])
            wanted.validate(token.claims)
        except (JoseError, ValueError) as error:
            raise _refused(f"the provider's answer is not valid ({type(error).__name__})") from error
        claims = token.claims
        email = str(claims.get("email") or "") if claims.get("email_verified") is True else ""
        return Identity(
            key=f"{self._openid.issuer} {claims['sub']}",
            name=str(claims.get("name") or email or claims["sub"]),
            email=email.strip().casefold() or None,
        )

    def _discovered(self) -> dict[str, Any]:
        found = self._fetch("GET", f"{self._openid.issuer}/.well-known/openid-configuration")
        if str(found.get("issuer", "")).rstrip("/") != self._openid.issuer:
            raise _refused("the provider calls itself by another name")
        return found

    def _fetch(self, method: str, url: str, **more: Any) -> dict[str, Any]:
        import httpx

        try:
            with httpx.Client(transport=self._transport, timeout=_SECONDS) as client:
                answer = client.request(method, url, **more)
                answer.raise_for_status()
                content: dict[str, Any] = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise StoreError(
                what=f"the identity provider does not answer as it should ({type(error).__name__})",
                where="sign-in",
                remedy="try again, or ask whoever runs the server",
            ) from error
        return content


def _refused(what: str) -> NotAllowed:
    return NotAllowed(what=what, where="sign-in", remedy="sign in again")
