"""The last Analysis of each partnership, and whether it is still true.

Its inputs are counted, not hashed: every meeting that comes or goes and every change raises the
partnership's revision, so an analysis is current if it was made of the present revision and model.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, undefer

from analyzer.codec import pack, unpack
from analyzer.errors import Refused, StoreError
from analyzer.records.analysis import Analysis
from analyzer.records.slimming import slim
from analyzer.store.following import followed
from analyzer.store.forgetting import without
from analyzer.store.models import AnalysisRow, MeetingRow, Partnership, now
from analyzer.store.workspace import Tenant

_PARTIAL = -1  # in place of a revision


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How an analysis stands to what is there now."""

    revision: int  # it was made of
    is_current: bool
    is_partial: bool  # a meeting was deleted, and what was concluded over all of them with it
    made_at: datetime | None  # None where there is none yet
    failure: str | None  # why there is none of the present revision, in one sentence


def standing(tenant: Tenant) -> Standing:
    """Say whether the figures follow what is there now."""
    row = _row(tenant)
    if row is None:
        return Standing(revision=-1, is_current=False, is_partial=False, made_at=None, failure=None)
    return Standing(
        revision=row.revision,
        is_current=row.revision == tenant.partnership.revision,
        is_partial=row.revision == _PARTIAL,
        made_at=row.made_at,
        failure=row.failure,
    )


def save(
    tenant: Tenant, analysis: Analysis | None, *, revision: int, model: str, failure: str | None
) -> None:
    """Keep an analysis, or why there is none.

    One that is older than what is kept is dropped, and one with a meeting that was deleted meanwhile.
    """
    row = _row(tenant)
    if row is not None and row.revision > revision:
        return
    there = set(tenant.session.scalars(select(MeetingRow.key).where(MeetingRow.partnership_id == tenant.id)))
    if analysis is not None and any(one.meeting.id not in there for one in analysis.meetings):
        return
    row = row or AnalysisRow(revision=revision, model=model)
    row.revision, row.model, row.failure = revision, model, failure
    row.content = pack(slim(analysis)) if analysis else None
    row.digest = _digest(slim(analysis)) if analysis else None
    row.made_at = now()
    tenant.add(row)


def forget(tenant: Tenant, keys: Collection[str]) -> None:
    """Take deleted meetings out of the kept analysis: it quotes them, and the worker's next takes a while."""
    found, row = load(tenant), _row(tenant)
    if row is None:
        return
    left = without(found[1], keys) if found else None
    if left is None:
        tenant.remove(row)
    else:
        row.content, row.digest, row.revision, row.made_at = pack(left), None, _PARTIAL, now()
        tenant.session.flush()


def check_whole(tenant: Tenant) -> None:
    """Refuse to make a file while a deletion is followed: it would say that there are no loops or ideas.

    Raises:
        Refused: then.
    """
    if standing(tenant).is_partial:
        raise Refused(
            what="the figures are being renewed",
            where=tenant.partnership.name,
            remedy="ask again in a moment",
        )


_TIMES = ("started", "finished")


def _digest(analysis: Analysis) -> str:
    """Give a hash of what is concluded: the same inputs give the same, whenever they are concluded."""
    run = {name: value for name, value in analysis.run.items() if name not in _TIMES}
    return hashlib.sha256(pack(replace(analysis, run=run))).hexdigest()


def load(tenant: Tenant) -> tuple[int, Analysis] | None:
    """Give the last analysis with the revision it was made of; None where there is none."""
    row = tenant.session.scalars(tenant.select(AnalysisRow).options(undefer(AnalysisRow.content))).first()
    if row is None or row.content is None:
        return None
    try:
        return row.revision, unpack(Analysis, row.content)
    except StoreError:  # of another version of the program: the worker makes it again
        return None


def with_run(analysis: Analysis, run: Mapping[str, Any]) -> Analysis:
    """Say in an analysis what made it."""
    return replace(analysis, run=dict(run))


def outdated(session: Session, model: str) -> list[str]:
    """List the partnerships whose figures do not follow what is there, ids, longest waiting first."""
    query = (
        select(Partnership.id)
        .outerjoin(AnalysisRow, AnalysisRow.partnership_id == Partnership.id)
        .where(
            or_(
                AnalysisRow.id.is_(None),
                AnalysisRow.revision < Partnership.revision,
                AnalysisRow.model != model,
            ),
            Partnership.id.in_(select(MeetingRow.partnership_id)),
        )
        .order_by(AnalysisRow.made_at, Partnership.id)
    )
    return list(session.scalars(query))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    made: tuple[int, datetime]  # revision and time of the kept analysis
    kept: Analysis
    seen: int  # revision that `shown` follows
    shown: Analysis


class Cache:
    """The analyses that were looked at last, read once for all requests of a process.

    What people have corrected since an analysis was made is put into it at once (`following`).

    Args:
        most: how many are held; one of 30,000 pieces takes some 60 MB.
    """

    def __init__(self, most: int = 8) -> None:
        self._most = most
        self._held: OrderedDict[str, _Held] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, tenant: Tenant) -> Analysis | None:
        """Give the last analysis of a partnership with what was corrected since; None where there is none."""
        stands = standing(tenant)
        if stands.made_at is None:
            self.forget(tenant.id)
            return None
        made, seen = (stands.revision, stands.made_at), tenant.partnership.revision
        with self._lock:
            held = self._held.get(tenant.id)
        if held is None or held.made != made:
            loaded = load(tenant)
            if loaded is None:
                return None
            held = _Held(made=made, kept=loaded[1], seen=stands.revision, shown=loaded[1])
        if held.seen != seen:
            held = replace(held, seen=seen, shown=followed(tenant, held.kept))
        self._hold(tenant.id, held)
        return held.shown

    def _hold(self, partnership_id: str, held: _Held) -> None:
        with self._lock:
            self._held[partnership_id] = held
            self._held.move_to_end(partnership_id)
            while len(self._held) > self._most:
                self._held.popitem(last=False)

    def forget(self, partnership_id: str) -> None:
        """Let go of a partnership's analysis."""
        with self._lock:
            self._held.pop(partnership_id, None)


def _row(tenant: Tenant) -> AnalysisRow | None:
    return tenant.session.scalars(tenant.select(AnalysisRow)).first()
