"""Files out of a request: read only after whoever sends them is known, kept as they come."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO

from fastapi import Request, UploadFile
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.datastructures import UploadFile as Part

from analyzer.errors import AnalyzerError, Refused
from analyzer.records.analysis import Failure
from analyzer.store import uploads
from analyzer.store.uploads import Received
from analyzer.store.workspace import Tenant
from analyzer.web.access import CSRF_FIELD, CSRF_HEADER, check_csrf, check_origin, opened
from analyzer.web.forms import date_in

MOST_FILES = 200  # of one request
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one file of a request: `received`, or the sentence of its `failure`."""

    name: str
    received: Received | None = None
    failure: str | None = None


async def form_of(request: Request) -> FormData:
    """Read the form of a request; large parts go to disk."""
    return await request.form(max_files=MOST_FILES, max_fields=20)


async def form_from_lead(request: Request, partnership: str) -> FormData:
    """Read the form of a page, once it is known that a lead of the partnership sends it.

    The guard of the other routes would read the whole body before anybody is known. A page's script
    sends the token in a header; a plain form has it among its fields.
    """
    check_origin(request)
    header = request.headers.get(CSRF_HEADER)
    if header is not None:
        check_csrf(request, header)
    await run_in_threadpool(_check_lead, request, partnership)
    form = await form_of(request)
    if header is None:
        check_csrf(request, str(form.get(CSRF_FIELD, "")))
    return form


def _check_lead(request: Request, partnership: str) -> None:
    with opened(request, partnership, "lead"):
        pass


async def take_in(
    form: FormData, keep: Callable[[Callable[[Tenant], Outcome]], Outcome], *, limit_bytes: int
) -> list[Outcome]:
    """Keep the files of a form, each in a transaction of its own: one that fails harms no other.

    Args:
        form: fields `file` (several), or `text` with an optional `title`; and an optional `date`.
        keep: opens the tenant and calls what it is given with it.
        limit_bytes: size of a file that is refused beyond.

    Raises:
        Refused: if there is nothing in the form, or the date is none.
    """
    date = date_in(str(form.get("date", "")))
    parts = [part for part in form.getlist("file") if isinstance(part, (UploadFile, Part)) and part.filename]
    jobs: list[tuple[str, Callable[[], Iterator[bytes]], str | None]] = [
        (str(part.filename), partial(_chunks, part.file), None) for part in parts
    ]
    if text := str(form.get("text", "")).strip():
        title = str(form.get("title", "")).strip()
        jobs.append((f"{title or 'Pasted text'}.txt", lambda: iter([text.encode("utf-8", "replace")]), title))
    if not jobs:
        raise Refused(what="there is no file in it", where="upload", remedy="choose files, or paste a text")

    def work(name: str, chunks: Callable[[], Iterator[bytes]], title: str | None) -> Outcome:
        try:
            return keep(
                lambda tenant: Outcome(
                    name=name,
                    received=uploads.receive(
                        tenant, name, chunks(), limit_bytes=limit_bytes, title=title, date=date
                    ),
                )
            )
        except AnalyzerError as error:
            failure = Failure(what=error.what, where=error.where, remedy=error.remedy, stage="upload")
            return Outcome(name=name, failure=str(failure))

    return [await run_in_threadpool(work, *job) for job in jobs]


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    file.seek(0)
    while chunk := file.read(_CHUNK):
        yield chunk
