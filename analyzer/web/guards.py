"""What stands before every request: known hosts only, bounded bodies, and headers on every answer."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections import deque
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from analyzer.web.config import Config

SMALL_BODY = 1_000_000  # bytes of a request that brings no files
_FILES_AT_ONCE = 10  # a request that brings files may have so many of the largest size
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cache-control": "no-store",
}
_HSTS = "max-age=31536000"


class TooMuch(Exception):
    """A body went over its limit while it was read."""


class Guard:
    """ASGI middleware around everything, static files included."""

    def __init__(self, app: ASGIApp, config: Config) -> None:
        self._app = app
        self._config = config

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = self._with_headers(send)
        headers = dict(scope["headers"])
        limit = self._limit(scope["path"])
        if _host(headers) not in self._config.hosts:
            await _refuse(answer, 421, "this server does not answer to that name")
            return
        if _length(headers) > limit:
            await _refuse(answer, 413, f"a request may bring no more than {limit / 1e6:g} MB")
            return
        body = _Body(receive, limit)

        async def noted(message: Message) -> None:
            if not body.is_over:  # else the application answers a body that it saw half of
                await answer(message)

        with contextlib.suppress(TooMuch):
            await self._app(scope, body.receive, noted)
        if body.is_over:
            await _refuse(answer, 413, f"a request may bring no more than {limit / 1e6:g} MB")

    def _limit(self, path: str) -> int:
        brings_files = path.endswith(("/uploads", "/runs"))
        return self._config.max_upload_bytes * _FILES_AT_ONCE if brings_files else SMALL_BODY

    def _with_headers(self, send: Send) -> Send:
        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = {name.lower() for name, _ in message["headers"]}
                wanted = {
                    **_HEADERS,
                    **({"strict-transport-security": _HSTS} if self._config.is_secure else {}),
                }
                message["headers"] = [
                    *message["headers"],
                    *((n.encode(), v.encode()) for n, v in wanted.items() if n.encode() not in own),
                ]
            await send(message)

        return answer


class _Body:
    """Counts a body as it is read: its length was not announced, or falsely."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive = receive
        self._left = limit
        self.is_over = False

    async def receive(self) -> Message:
        """Give the next part.

        Raises:
            TooMuch: if the limit is passed.
        """
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            self.is_over = True
            raise TooMuch
        return message


def _host(headers: dict[bytes, bytes]) -> str:
    spelled = headers.get(b"host", b"").decode("latin-1").lower()
    if spelled.startswith("["):
        return spelled[1:].partition("]")[0]
    return spelled.partition(":")[0]


def _length(headers: dict[bytes, bytes]) -> int:
    spelled = headers.get(b"content-length", b"0")
    return int(spelled) if spelled.isdigit() else 0


async def _refuse(send: Send, status: int, sentence: str) -> None:
    body = json.dumps({"error": {"what": sentence}}).encode()
    headers: list[Any] = [(b"content-type", b"application/json"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


class Limiter:
    """Counts tries by key, such as an address, over a sliding time; for one process.

    Args:
        most: tries allowed within the time.
        seconds: the time.
    """

    _KEYS = 10_000

    def __init__(self, most: int, seconds: float) -> None:
        self._most = most
        self._seconds = seconds
        self._tries: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def allows(self, key: str) -> bool:
        """Count a try, and say whether it is one too many."""
        at = time.monotonic()
        with self._lock:
            if len(self._tries) > self._KEYS:
                self._tries = {k: tries for k, tries in self._tries.items() if at - tries[-1] < self._seconds}
            tries = self._tries.setdefault(key, deque(maxlen=self._most + 1))
            while tries and at - tries[0] > self._seconds:
                tries.popleft()
            tries.append(at)
            return len(tries) <= self._most
