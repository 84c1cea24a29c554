"""XML elements by their local names: the dialects of one format differ in their namespaces alone."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element


def local_name(element: _Element) -> str:
    """Give an element's name without namespace; "" for comments and instructions."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def attribute(element: _Element | None, wanted: str) -> str:
    """Give the value of an attribute, whatever its namespace; "" where there is none."""
    if element is None:
        return ""
    return next((str(value) for key, value in element.items() if str(key).rpartition("}")[2] == wanted), "")


def child(element: _Element | None, *path: str) -> _Element | None:
    """Give the first element down a path of names; None where a step is missing."""
    for name in path:
        if element is None:
            return None
        element = next((inner for inner in element if local_name(inner) == name), None)
    return element


def below(element: _Element, wanted: str, *, through: Collection[str]) -> Iterator[_Element]:
    """Give the elements of a name directly below, looking through others that only wrap them."""
    stack = list(reversed(element))
    while stack:
        inner = stack.pop()
        if local_name(inner) == wanted:
            yield inner
        elif local_name(inner) in through:
            stack.extend(reversed(inner))
