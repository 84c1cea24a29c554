"""Where in a file of recognised speech the talk stands: at the top, else in whatever was put around it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from analyzer.ingest.drops import Drops
from analyzer.ingest.speechrows import units_of_rows, units_of_transcripts
from analyzer.ingest.speechruns import HESITATION, units_of_words
from analyzer.ingest.speechtree import is_about
from analyzer.ingest.speechvalues import row_in
from analyzer.ingest.speechwords import WORD_LAYOUTS
from analyzer.ingest.turns import Unit

_DEEPEST = 6
_WHOLE_TEXTS = ("text", "transcript", "transcription", "full_transcript", "dialogue", "dialog")
_MOST_PLACES = 50_000  # looked at: a saved stream has a result each


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The units of a recording, and the object or list that held them."""

    units: list[Unit]
    place: object


def find_units(data: object, drops: Drops, *, most: int) -> Found | None:
    """Find the talk in a recording; None where there is none.

    Not more than `most` and one units are given of a list: the caller refuses such a file.
    """
    search = _Search(drops=drops, most=most)
    found = search.look(data, 0)
    if search.left <= 0:
        return None
    return found


def whole_text(data: object) -> str | None:
    """Give the text of a file that has nothing else: all that some services say; None for other files."""
    holder = row_in(data)
    if "error" in holder:
        return None
    texts = (holder.get(key) for key in _WHOLE_TEXTS)
    return next((text for text in texts if isinstance(text, str) and text.strip()), None)


@dataclass
class _Search:
    """A walk through the places of a file, from the outermost."""

    drops: Drops
    most: int
    left: int = field(default=_MOST_PLACES)

    def look(self, place: object, depth: int) -> Found | None:
        if not isinstance(place, dict | list) or not place or depth > _DEEPEST or self.left <= 0:
            return None
        self.left -= 1
        if (units := self._units_at(place)) is not None:
            return Found(units=units, place=place)
        found = self._one_after_another(place, depth) if isinstance(place, list) else self._best(place, depth)
        if found is not None:
            return found
        units = units_of_transcripts(row_in(place))
        return Found(units=units, place=place) if units else None

    def _units_at(self, place: object) -> list[Unit] | None:
        """Read rows where there are any: they have the recogniser's own turns; else words."""
        if (units := units_of_rows(place, most=self.most)) is not None:
            return units
        for layout in WORD_LAYOUTS:
            if words := layout(row_in(place)):
                marks = sum(word.text == HESITATION for word in words)
                self.drops.add("marks of hesitation, no words", count=marks)
                return units_of_words(words)
        return None

    def _one_after_another(self, places: Iterable[object], depth: int) -> Found | None:
        """Join the results of a stream, or of files that were recognised together."""
        found = [found for place in places if (found := self.look(place, depth + 1))]
        units = [unit for part in found for unit in part.units]
        if not units:
            return None
        if len(found) > 1:
            units = [
                replace(unit, at=replace(unit.at, number=number))
                for number, unit in enumerate(units, start=1)
            ]
        return Found(units=units, place=found[0].place)

    def _best(self, holder: Mapping[str, object], depth: int) -> Found | None:
        """Give the longest of the lists that an object holds; files may hold the talk in several forms."""
        found = [
            found
            for key, place in holder.items()
            if not is_about(key) and (found := self.look(place, depth + 1))
        ]
        if not found:
            return None
        best = max(found, key=lambda one: len(one.units))
        self.drops.add(
            "segments of other lists in the file, not read",
            count=sum(len(one.units) for one in found) - len(best.units),
        )
        return best
