"""Giving files: many at once, or a pasted text; each with its own progress and its own sentence."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from analyzer.store import shelf, uploads
from analyzer.store.removal import remove_upload
from analyzer.store.workspace import Tenant
from analyzer.web.access import opened, site_of
from analyzer.web.pages import is_fragment, page, to
from analyzer.web.receiving import Outcome, form_from_lead, take_in

router = APIRouter(prefix="/p/{partnership}/uploads")


def listing(request: Request, tenant: Tenant, name: str, outcomes: list[Outcome] | None = None) -> Response:
    """Render the list of uploads with what was understood of each; it asks again while there is work."""
    understood: dict[str, list[shelf.Shelved]] = {}  # upload → its meetings
    for one in shelf.meetings(tenant):
        understood.setdefault(one.upload_id, []).append(one)
    return page(
        request,
        name,
        tenant=tenant,
        user=tenant.user,
        listed=uploads.listed(tenant),
        understood=understood,
        outcomes=outcomes or [],
        limit_mb=site_of(request).config.max_upload_mb,
    )


@router.get("")
def show(request: Request, partnership: str) -> Response:
    """The page to give files on."""
    with opened(request, partnership) as tenant:
        return listing(request, tenant, "uploads.html")


@router.get("/list")
def show_list(request: Request, partnership: str) -> Response:
    """The list alone, for htmx to ask for while work goes on."""
    with opened(request, partnership) as tenant:
        return listing(request, tenant, "parts/uploads.html")


@router.post("/{upload}/cancel")
def cancel(request: Request, partnership: str, upload: str) -> Response:
    """Stop the work on a file."""
    with opened(request, partnership, "lead", write=True) as tenant:
        uploads.cancel(tenant, upload)
        return _after(request, tenant)


@router.post("/{upload}/retry")
def retry(request: Request, partnership: str, upload: str) -> Response:
    """Try a file again."""
    with opened(request, partnership, "lead", write=True) as tenant:
        uploads.retry(tenant, upload)
        return _after(request, tenant)


@router.post("/{upload}/delete")
def delete(request: Request, partnership: str, upload: str) -> Response:
    """Delete a file with its meetings."""
    with opened(request, partnership, "lead", write=True) as tenant:
        remove_upload(tenant, upload)
        answer = _after(request, tenant)
    site_of(request).cache.forget(partnership)
    site_of(request).database.scrub()
    return answer


def _after(request: Request, tenant: Tenant) -> Response:
    if is_fragment(request):
        return listing(request, tenant, "parts/uploads.html")
    return to(f"/p/{tenant.id}/uploads")


# Apart from the other routes, for the form is read by `form_from_lead`.
giving = APIRouter()


@giving.post("/p/{partnership}/uploads")
async def give(request: Request, partnership: str) -> Response:
    """Take files or a text in."""
    form = await form_from_lead(request, partnership)

    def keep(task: Callable[[Tenant], Outcome]) -> Outcome:
        with opened(request, partnership, "lead", write=True) as tenant:
            return task(tenant)

    outcomes = await take_in(form, keep, limit_bytes=site_of(request).config.max_upload_bytes)
    return await run_in_threadpool(_show_outcomes, request, partnership, outcomes)


def _show_outcomes(request: Request, partnership: str, outcomes: list[Outcome]) -> Response:
    with opened(request, partnership) as tenant:
        name = "parts/uploads.html" if is_fragment(request) else "uploads.html"
        return listing(request, tenant, name, outcomes)
