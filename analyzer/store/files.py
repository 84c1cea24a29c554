"""Bytes of uploads on disk: one folder a partnership, one file a content, named by its hash.

Contents are not shared between partnerships: sharing would tell one that another has the same file, and
deleting one would have to ask the other.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from analyzer.errors import StoreError, TooLarge

_ID = re.compile(r"[0-9a-f]{16}")
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What was put: the hash of the bytes and their count."""

    sha256: str
    size: int


class Files:
    """Contents by partnership and hash.

    Args:
        folder: made where it does not exist, readable by its owner only.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, partnership: str, chunks: Iterable[bytes], *, name: str, limit_bytes: int) -> Stored:
        """Keep a content; a reader never sees half of it.

        Args:
            partnership: id.
            chunks: the bytes in order; no more than the limit are taken.
            name: of the file, for the error.
            limit_bytes: size that is refused beyond.

        Raises:
            TooLarge: if there are more bytes than the limit.
            StoreError: if the disk does not take them.
        """
        home = self._home(partnership)
        digest, size = hashlib.sha256(), 0
        try:
            home.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, draft = tempfile.mkstemp(dir=home, prefix=".draft-")
            try:
                with os.fdopen(handle, "wb") as file:
                    for chunk in chunks:
                        size += len(chunk)
                        if size > limit_bytes:
                            raise TooLarge(
                                what=f"the file has more than the {limit_bytes / 1e6:g} MB allowed here",
                                where=name,
                                remedy="split it, or ask whoever runs the server to raise the limit",
                            )
                        digest.update(chunk)
                        file.write(chunk)
                    file.flush()
                    os.fsync(file.fileno())
                Path(draft).replace(home / digest.hexdigest())
            finally:
                Path(draft).unlink(missing_ok=True)
        except OSError as error:
            raise StoreError(
                what=f"the file cannot be kept ({error.strerror or error})",
                where=name,
                remedy="check that the workspace's disk has room and can be written",
            ) from error
        return Stored(sha256=digest.hexdigest(), size=size)

    def path(self, partnership: str, sha256: str) -> Path:
        """Say where a content lies."""
        if not _HASH.fullmatch(sha256):
            raise ValueError(f"{sha256!r} is no hash")
        return self._home(partnership) / sha256

    def remove(self, partnership: str, sha256: str) -> None:
        """Delete a content; nothing happens where it is gone already."""
        self.path(partnership, sha256).unlink(missing_ok=True)

    def remove_all(self, partnership: str) -> None:
        """Delete all contents of a partnership."""
        shutil.rmtree(self._home(partnership), ignore_errors=True)

    def made(self, partnership: str, export: str) -> Path:
        """Say where a file to take away lies."""
        if not _ID.fullmatch(export):
            raise ValueError(f"{export!r} is no id")
        return self._home(partnership) / "made" / export

    def put_made(self, partnership: str, export: str, content: bytes) -> None:
        """Keep a file to take away; a reader never sees half of it.

        Raises:
            StoreError: if the disk does not take it.
        """
        path = self.made(partnership, export)
        draft = path.with_name(f".draft-{export}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            draft.touch(mode=0o600)
            draft.write_bytes(content)
            draft.replace(path)
        except OSError as error:
            raise StoreError(
                what=f"the file cannot be kept ({error.strerror or error})",
                where="downloads",
                remedy="check that the workspace's disk has room and can be written",
            ) from error

    def remove_made(self, partnership: str) -> None:
        """Delete all files to take away of a partnership."""
        shutil.rmtree(self._home(partnership) / "made", ignore_errors=True)

    def _home(self, partnership: str) -> Path:
        if not _ID.fullmatch(partnership):
            raise ValueError(f"{partnership!r} is no id")
        return self._folder / partnership
