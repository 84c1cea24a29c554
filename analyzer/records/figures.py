"""A number that may be shown: an estimate with its interval, or the reason why it is unknown."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A measured value with its 95 % interval and the count of cases it rests on."""

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """No number can honestly be given; `reason` says why, in plain words."""

    reason: str


# There is no third thing: a figure without an interval cannot be expressed.
Figure = Estimate | Unknown
