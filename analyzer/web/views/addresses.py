"""Where on the site a piece, a meeting or the pieces behind a figure are to be read.

The report holds everything in one page, so its charts and tables open fragments. Their anchors hold numbers
only; here each is led to the page that shows the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlencode

from analyzer.codebook import Codebook
from analyzer.records.analysis import Analysis
from analyzer.store.shelf import Shelved

PREFIX = "s"  # of the report's anchors
PAGE = 400  # pieces of a transcript on one page
_ANCHOR = re.compile(
    rf"{PREFIX}-(?:(?P<label>mode|barrier|loop|party)(?P<column>\d+)(?:-m(?P<of>\d+))?"
    r"|m(?P<place>\d+)(?:-(?P<utterance>\d+)-(?P<piece>\d+))?)"
)


class Addresses:
    """Addresses within one partnership.

    Args:
        partnership: its id.
        analysis: whose meetings, topics and labels anchors count.
        shelved: its meetings, whose ids addresses are made of.
        codebook: order of labels.
        parties: those that an anchor `party` counts.
    """

    def __init__(
        self,
        partnership: str,
        analysis: Analysis,
        shelved: Sequence[Shelved],
        codebook: Codebook,
        parties: Sequence[str] = (),
    ) -> None:
        self.root = f"/p/{partnership}"
        self._analysis = analysis
        self._codebook = codebook
        self._parties = parties
        self._ids = {one.key: one.id for one in shelved}
        self._pages: dict[str, dict[str, int]] = {}  # meeting → piece's place → page, of long ones

    def meeting(self, key: str) -> str | None:
        """Give the page of a meeting; None where it is gone."""
        return f"{self.root}/m/{self._ids[key]}" if key in self._ids else None

    def piece(self, ref: str) -> str | None:
        """Give the place of a piece in its meeting's transcript."""
        key, _, place = ref.rpartition("#")
        page = self.meeting(key)
        if page is None:
            return None
        number = self._page_of(key, place)
        return f"{page}{f'?page={number}' if number > 1 else ''}#{piece_id(place)}"

    def pieces(self, **wanted: str | None) -> str:
        """Give the list of the pieces that fit; `meeting` is a key."""
        if wanted.get("meeting"):
            wanted["meeting"] = self._ids.get(str(wanted["meeting"]))
        given = {name: value for name, value in wanted.items() if value}
        return f"{self.root}/pieces?{urlencode(given)}"

    def opened(self, anchor: str | None) -> str | None:
        """Lead an anchor of the report to its page; None where it leads nowhere."""
        found = _ANCHOR.fullmatch((anchor or "").removeprefix("#"))
        if found is None:
            return None
        if found["label"]:
            return self._listed(found["label"], int(found["column"]), found["of"])
        key = self._analysis.meetings[int(found["place"])].meeting.id
        if found["utterance"] is None:
            return self.meeting(key)
        return self.piece(f"{key}#{found['utterance']}.{found['piece']}")

    def _listed(self, label: str, column: int, place: str | None) -> str:
        meeting = self._analysis.meetings[int(place)].meeting.id if place else None
        if label == "mode":
            modes = (*self._codebook.modes, "unsure")
            return self.pieces(mode=modes[column], meeting=meeting)
        if label == "barrier":
            return self.pieces(barrier=self._codebook.barriers[column], meeting=meeting)
        if label == "party":
            return self.pieces(party=self._parties[column], meeting=meeting)
        topic = self._analysis.loops[column].topic
        # Behind a topic's count stand its circular pieces, behind a disc all that was said of it there.
        return self.pieces(topic=topic, meeting=meeting, mode=None if meeting else self._circular)

    @property
    def _circular(self) -> str | None:
        return self._codebook.role("circular")

    def _page_of(self, key: str, place: str) -> int:
        if key not in self._pages:
            found = next((one for one in self._analysis.meetings if one.meeting.id == key), None)
            pieces = found.tagged.pieces if found and len(found.tagged) > PAGE else ()
            self._pages[key] = {
                f"{piece.utterance}.{piece.number}": number // PAGE + 1 for number, piece in enumerate(pieces)
            }
        return self._pages[key].get(place, 1)


def piece_id(place: str) -> str:
    """Give the id of a piece in its meeting's page, of `index.piece`."""
    return f"u{place.replace('.', '-')}"
