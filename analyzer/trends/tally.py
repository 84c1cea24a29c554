"""How much of each thing a topic holds: numbers and amounts side by side, few beside a whole vocabulary.

A series may have thousands of topics and tens of thousands of words, so no table holds them all; and a
dictionary is slow to ask for a thousand words at once, which the search for topics does all the time.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Numbers = NDArray[np.intp]

_NOTHING = 1e-9  # what is left of weights that were added and taken away


class Tally:
    """Amounts of numbered things; those of which nothing is left are forgotten."""

    def __init__(self) -> None:
        self.numbers: Numbers = np.zeros(0, dtype=np.intp)  # ascending
        self.amounts: Array = np.zeros(0)

    def add(self, numbers: Numbers, amounts: Array) -> None:
        """Add amounts; a number may come several times, amounts may be negative."""
        all_numbers = np.concatenate([self.numbers, numbers])
        self.numbers, place = np.unique(all_numbers, return_inverse=True)
        all_amounts = np.concatenate([self.amounts, amounts])
        self.amounts = np.bincount(place, all_amounts, len(self.numbers)).astype(np.float64)
        if (is_gone := self.amounts < _NOTHING).any():
            self.numbers, self.amounts = self.numbers[~is_gone], self.amounts[~is_gone]


class Tallies:
    """One tally a topic, of things numbered 0 to `size` - 1."""

    def __init__(self, size: int) -> None:
        self._tallies: list[Tally] = []
        self._column = np.full(size, -1, dtype=np.intp)  # scratch: number -> column asked for

    def __len__(self) -> int:
        return len(self._tallies)

    def __getitem__(self, topic: int) -> Tally:
        return self._tallies[topic]

    def grow(self, more: int) -> None:
        """Open more topics, empty ones."""
        self._tallies += [Tally() for _ in range(more)]

    def add(self, topics: Numbers, numbers: Numbers, amounts: Array) -> None:
        """Add amounts (n,) of numbers (n,) to topics (n,)."""
        if not len(topics):
            return
        order = np.argsort(topics, kind="stable")
        owners, begins = np.unique(topics[order], return_index=True)
        for topic, part in zip(owners.tolist(), np.split(order, begins[1:]), strict=True):
            self._tallies[topic].add(numbers[part], amounts[part])

    def join(self, into: int, other: int) -> None:
        """Give all that one topic has to another."""
        gone = self._tallies[other]
        self._tallies[into].add(gone.numbers, gone.amounts)
        self._tallies[other] = Tally()

    def table(self, topics: Sequence[int], wanted: Numbers) -> Array:
        """Give the amounts of the wanted numbers in some topics: (topics, wanted)."""
        table = np.zeros((len(topics), len(wanted)))
        self._column[wanted] = np.arange(len(wanted))
        for row, topic in zip(table, topics, strict=True):
            tally = self._tallies[topic]
            columns = self._column[tally.numbers]
            is_wanted = columns >= 0
            row[columns[is_wanted]] = tally.amounts[is_wanted]
        self._column[wanted] = -1
        return table

    def totals(self, topics: Sequence[int]) -> Array:
        """Give the sum of all amounts of each of some topics."""
        return np.array([self._tallies[topic].amounts.sum() for topic in topics], dtype=np.float64)
