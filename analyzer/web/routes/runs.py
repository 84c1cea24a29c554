"""Taking in what `analyzer analyze` left: a results folder as a zip becomes meetings of a partnership."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile

from analyzer.errors import DamagedFile, Refused, TooLarge
from analyzer.store import runs
from analyzer.web.access import opened, site_of
from analyzer.web.pages import to
from analyzer.web.receiving import form_from_lead

# Apart from the other routes, for the form is read by `form_from_lead`.
giving = APIRouter()


@giving.post("/p/{partnership}/runs")
async def give(request: Request, partnership: str) -> Response:
    """Take a results folder in."""
    form = await form_from_lead(request, partnership)
    await run_in_threadpool(_take_in, request, partnership, form)
    return to(f"/p/{partnership}/uploads")


def _take_in(request: Request, partnership: str, form: FormData) -> None:
    limit = site_of(request).config.max_upload_bytes
    tables = tables_in(form, limit)
    with opened(request, partnership, "lead", write=True) as tenant:
        runs.load_run(tenant, tables, limit_bytes=limit)


def tables_in(form: FormData, limit_bytes: int) -> Mapping[str, bytes]:
    """Give the tables of the zip in a form's field `file`.

    Raises:
        Refused: if there is no file.
        DamagedFile: if it is no zip, or none of a results folder.
        TooLarge: if a table is over the limit once unpacked.
    """
    part = form.get("file")
    if not isinstance(part, UploadFile) or not part.filename:
        raise Refused(what="there is no file in it", where="run", remedy="choose the zip of a results folder")
    try:
        with zipfile.ZipFile(io.BytesIO(part.file.read())) as archive:
            return {name: _unpacked(archive, name, limit_bytes) for name in runs.TABLES}
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise DamagedFile(
            what="the zip cannot be read", where=str(part.filename)[:200], remedy="zip the folder again"
        ) from error


def _unpacked(archive: zipfile.ZipFile, name: str, limit_bytes: int) -> bytes:
    found = [one for one in archive.infolist() if one.filename.rpartition("/")[2] == name]
    if len(found) != 1:
        raise DamagedFile(
            what=f"there {'is no' if not found else 'is more than one'} {name} in it",
            where="run",
            remedy="zip the folder that analyzer analyze wrote with --out",
        )
    with archive.open(found[0]) as member:
        content = member.read(limit_bytes + 1)  # whatever size it is said to have
    if len(content) > limit_bytes:
        raise TooLarge(
            what=f"{name} has more than {limit_bytes / 1e6:g} MB",
            where="run",
            remedy="take in fewer meetings",
        )
    return content
