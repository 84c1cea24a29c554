"""The API's files: give, follow, cancel, delete."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from analyzer.store import removal, runs, uploads
from analyzer.store.workspace import Tenant
from analyzer.web.access import site_of
from analyzer.web.bearer import Token, acting
from analyzer.web.receiving import Outcome, form_of, take_in
from analyzer.web.routes.runs import tables_in
from analyzer.web.schemas import ReceivedOut, UploadOut

router = APIRouter()

_FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "file": {"type": "array", "items": {"type": "string", "format": "binary"}},
                        "text": {"type": "string"},
                        "title": {"type": "string"},
                        "date": {"type": "string", "format": "date"},
                    },
                }
            }
        },
    }
}


@router.post("/uploads", status_code=202, openapi_extra=_FORM)
async def give(request: Request, token: Token) -> list[ReceivedOut]:
    """Give transcripts: files, or a text with a title. The work on them goes on in the background."""
    await run_in_threadpool(_check_role, request, token)
    form = await form_of(request)

    def keep(task: Callable[[Tenant], Outcome]) -> Outcome:
        with acting(request, token, "lead", write=True) as tenant:
            return task(tenant)

    outcomes = await take_in(form, keep, limit_bytes=site_of(request).config.max_upload_bytes)
    return [_received(outcome) for outcome in outcomes]


def _check_role(request: Request, token: Token) -> None:
    with acting(request, token, "lead"):
        pass


def _received(outcome: Outcome) -> ReceivedOut:
    received = outcome.received
    if received is None:
        return ReceivedOut(name=outcome.name, upload=None, is_new=False, sentence=outcome.failure or "")
    return ReceivedOut(
        name=outcome.name, upload=received.upload_id, is_new=received.is_new, sentence=received.sentence
    )


_RUN: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {"file": {"type": "string", "format": "binary"}},
                    "required": ["file"],
                }
            }
        },
    }
}


@router.post("/runs", status_code=202, openapi_extra=_RUN)
async def give_run(request: Request, token: Token) -> list[ReceivedOut]:
    """Give what `analyzer analyze` left: the results folder as a zip. Its meetings are tagged anew."""
    await run_in_threadpool(_check_role, request, token)
    form = await form_of(request)
    return await run_in_threadpool(_take_run, request, token, form)


def _take_run(request: Request, token: Token, form: FormData) -> list[ReceivedOut]:
    limit = site_of(request).config.max_upload_bytes
    tables = tables_in(form, limit)
    with acting(request, token, "lead", write=True) as tenant:
        received = runs.load_run(tenant, tables, limit_bytes=limit)
    return [_received(Outcome(name=one.sentence, received=one)) for one in received]


@router.get("/uploads")
def list_uploads(request: Request, token: Token) -> list[UploadOut]:
    """All files with their progress, latest first."""
    with acting(request, token) as tenant:
        return [_upload(one) for one in uploads.listed(tenant)]


@router.get("/uploads/{upload}")
def show_upload(request: Request, token: Token, upload: str) -> UploadOut:
    """How far one file is."""
    with acting(request, token) as tenant:
        return _upload(uploads.progress(tenant, upload))


@router.post("/uploads/{upload}/cancel")
def cancel_upload(request: Request, token: Token, upload: str) -> UploadOut:
    """Stop the work on a file."""
    with acting(request, token, "lead", write=True) as tenant:
        return _upload(uploads.cancel(tenant, upload))


@router.post("/uploads/{upload}/retry")
def retry_upload(request: Request, token: Token, upload: str) -> UploadOut:
    """Try a file that failed or was cancelled again."""
    with acting(request, token, "lead", write=True) as tenant:
        return _upload(uploads.retry(tenant, upload))


@router.delete("/uploads/{upload}", status_code=204)
def delete_upload(request: Request, token: Token, upload: str) -> None:
    """Delete a file with its meetings."""
    with acting(request, token, "lead", write=True) as tenant:
        removal.remove_upload(tenant, upload)
    site_of(request).database.scrub()


def _upload(one: uploads.Listed) -> UploadOut:
    return UploadOut(
        id=one.id,
        name=one.name,
        size=one.size,
        at=one.at,
        state=one.state,
        stage=one.stage,
        done=one.done,
        total=one.total,
        failure=one.failure,
        notes=list(one.notes),
    )
