"""What was made for pages last, held for the next visitor: a chart takes up to a second to draw."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast
from weakref import WeakValueDictionary

from markupsafe import Markup

from analyzer.records.analysis import Analysis
from analyzer.store.shelf import Shelved
from analyzer.web.views.drawing import draw
from analyzer.web.views.overview import Overview

Made = TypeVar("Made")


class Kept:
    """The things made last.

    Args:
        most: how many are held.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: OrderedDict[Hashable, tuple[object, Any]] = OrderedDict()
        self._making: WeakValueDictionary[Hashable, threading.Lock] = WeakValueDictionary()
        self._lock = threading.Lock()

    def get(self, key: Hashable, basis: object, make: Callable[[], Made]) -> Made:
        """Give what is held under a key if it was made of this very basis, else make it.

        Of several who ask at once the first makes it, and the others wait for that.
        """
        with self._lock:
            if self._fits(key, basis):
                return cast("Made", self._held[key][1])
            making = self._making.setdefault(key, threading.Lock())
        with making:
            with self._lock:
                if self._fits(key, basis):
                    return cast("Made", self._held[key][1])
            made = make()
            with self._lock:
                self._held[key] = (basis, made)
                self._held.move_to_end(key)
                while len(self._held) > self._most:
                    self._held.popitem(last=False)
            return made

    def _fits(self, key: Hashable, basis: object) -> bool:
        held = self._held.get(key)
        if held is None or held[0] is not basis:
            return False
        self._held.move_to_end(key)
        return True


@dataclass
class Rooms:
    """Overviews, what pages say of them, and charts, of the partnerships that were looked at last."""

    _overviews: Kept = field(default_factory=lambda: Kept(8))
    _found: Kept = field(default_factory=lambda: Kept(8))
    _charts: Kept = field(default_factory=lambda: Kept(96))

    def overview(self, partnership: str, analysis: Analysis, shelved: list[Shelved]) -> Overview:
        """Give what a partnership's pages show."""
        key = (partnership, tuple((one.id, one.key) for one in shelved))
        return self._overviews.get(key, analysis, lambda: Overview(partnership, analysis, shelved))

    def found(self, overview: Overview, make: Callable[[], Markup]) -> Markup:
        """Give what a partnership's page says, made once: it is the same for whoever looks."""
        return self._found.get(overview.addresses.root, overview, make)

    def chart(self, overview: Overview, name: str, width: str, part: str) -> str:
        """Give a chart as SVG."""
        key = (overview.addresses.root, name, width, part)
        return self._charts.get(key, overview, lambda: draw(overview, name, width, part))
