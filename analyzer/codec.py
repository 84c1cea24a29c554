"""Records as bytes and back, arrays included: for the shelf and for the last Analysis.

Not pickle: a database that somebody else wrote must not be able to run code here. The layout follows from
the types of the records themselves, so a new field needs no code; bytes of another layout are refused as
outdated, and what they held is made again from its source.
"""

from __future__ import annotations

import functools
import hashlib
import json
import struct
import types
import zlib
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date as Date
from datetime import datetime
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import numpy as np

from analyzer.errors import StoreError

Record = TypeVar("Record")
_Arrays = list[np.ndarray[Any, Any]]
_Coder = Callable[[Any, _Arrays], Any]
_PLAIN = (str, bool, type(None))
_KINDS = "biuf"  # of array types: no objects, no strings
_LEVEL = 1  # of compression: texts shrink to a third, vectors hardly


def pack(record: object) -> bytes:
    """Write a record as bytes."""
    arrays: _Arrays = []
    kind: Any = type(record)
    tree = _encoder(kind)(record, arrays)
    head = {
        "layout": layout(kind),
        "tree": tree,
        "arrays": [[array.dtype.str, list(array.shape)] for array in arrays],
    }
    text = json.dumps(head, separators=(",", ":")).encode()  # ASCII: half a character survives too
    body = b"".join(np.ascontiguousarray(array).tobytes() for array in arrays)
    return zlib.compress(struct.pack(">Q", len(text)) + text + body, _LEVEL)


def unpack(kind: type[Record], data: bytes) -> Record:
    """Read a record back.

    Raises:
        StoreError: if the bytes are of another layout or damaged.
    """
    hint: Any = kind
    try:
        whole = zlib.decompress(data)
        start = 8 + struct.unpack(">Q", whole[:8])[0]
        head = json.loads(whole[8:start])
        if head["layout"] != layout(hint):
            raise ValueError("written by another version")
        record: Record = _decoder(hint)(head["tree"], _arrays(head["arrays"], whole, start))
    except (zlib.error, struct.error, ValueError, KeyError, TypeError, IndexError) as error:
        raise StoreError(
            what=f"what was kept cannot be read back ({error})",
            where=kind.__name__,
            remedy="it is made again from its source",
        ) from error
    return record


@functools.cache
def layout(kind: type) -> str:
    """Give a fingerprint of a record's fields and those of all records in it."""
    seen: dict[str, Any] = {}
    _describe(kind, seen)
    return hashlib.sha256(json.dumps(seen, sort_keys=True).encode()).hexdigest()[:16]


def _describe(hint: Any, seen: dict[str, Any]) -> None:
    if is_dataclass(hint) and isinstance(hint, type):
        if hint.__name__ not in seen:
            hints = get_type_hints(hint)
            seen[hint.__name__] = [[field.name, str(hints[field.name])] for field in fields(hint)]
            for inner in hints.values():
                _describe(inner, seen)
        return
    for inner in get_args(hint):
        _describe(inner, seen)


def _arrays(shapes: list[Any], whole: bytes, start: int) -> _Arrays:
    found: _Arrays = []
    for spelled, shape in shapes:
        dtype = np.dtype(spelled)
        if dtype.kind not in _KINDS:
            raise ValueError(f"an array of {spelled!r}")
        count = int(np.prod(shape, dtype=np.int64))
        found.append(np.frombuffer(whole, dtype, count, start).reshape(shape))
        start += count * dtype.itemsize
    return found


def _is_union(origin: Any) -> bool:
    return origin in (Union, types.UnionType)


@functools.cache
def _encoder(hint: Any) -> _Coder:
    """Make the function that turns a value of a type into JSON, adding its arrays to a list."""
    origin, inner = get_origin(hint), get_args(hint)
    if is_dataclass(hint):
        return _record_encoder(hint)
    if _is_union(origin):
        return _union_encoder(inner)
    if origin is tuple:
        each = _each(inner, _encoder)
        return lambda value, arrays: [
            code(item, arrays) for code, item in zip(each(value), value, strict=True)
        ]
    if origin in (dict, Mapping):
        if inner[1] is Any:
            return lambda value, arrays: dict(value)  # noqa: ARG005
        of = _encoder(inner[1])
        return lambda value, arrays: [[key, of(item, arrays)] for key, item in value.items()]
    if origin is np.ndarray:
        return _keep_array
    if hint in (Date, datetime):
        return lambda value, arrays: value.isoformat()  # noqa: ARG005
    if hint is float:
        return lambda value, arrays: float(value)  # noqa: ARG005
    if hint is int:
        return lambda value, arrays: int(value)  # noqa: ARG005
    if hint in _PLAIN or origin is Literal:
        return lambda value, arrays: value  # noqa: ARG005
    raise TypeError(f"no way to keep a {hint!r}")


def _each(inner: tuple[Any, ...], make: Callable[[Any], _Coder]) -> Callable[[Any], list[_Coder]]:
    """Give the coder of each item of a tuple: all alike, or each its own."""
    if len(inner) == 2 and inner[1] is Ellipsis:
        one = make(inner[0])
        return lambda value: [one] * len(value)
    own = [make(item) for item in inner]
    return lambda value: own  # noqa: ARG005


def _keep_array(value: Any, arrays: _Arrays) -> int:
    arrays.append(value)
    return len(arrays) - 1


def _record_encoder(kind: Any) -> _Coder:
    names = [field.name for field in fields(kind)]
    # Made when first used: a record may hold records that hold it.
    coders = functools.cache(lambda: [_encoder(get_type_hints(kind)[name]) for name in names])
    return lambda value, arrays: [
        code(getattr(value, name), arrays) for code, name in zip(coders(), names, strict=True)
    ]


def _union_encoder(inner: tuple[Any, ...]) -> _Coder:
    """None stays None; of several records, the place of its type comes first."""
    real = [hint for hint in inner if hint is not type(None)]
    if len(real) == 1:
        code = _encoder(real[0])
        return lambda value, arrays: None if value is None else [code(value, arrays)]
    coders = [(_encoder(hint), hint) for hint in real]

    def encode(value: Any, arrays: _Arrays) -> Any:
        for place, (code, hint) in enumerate(coders):
            if isinstance(value, hint):
                return [place, code(value, arrays)]
        if value is None:
            return None
        raise TypeError(f"{value!r} is none of {real!r}")

    return encode


@functools.cache
def _decoder(hint: Any) -> _Coder:
    """Make the function that undoes `_encoder` of the same type."""
    origin, inner = get_origin(hint), get_args(hint)
    if is_dataclass(hint):
        return _record_decoder(hint)
    if _is_union(origin):
        return _union_decoder(inner)
    if origin is tuple:
        each = _each(inner, _decoder)
        return lambda value, arrays: tuple(
            code(item, arrays) for code, item in zip(each(value), value, strict=True)
        )
    if origin in (dict, Mapping):
        if inner[1] is Any:
            return lambda value, arrays: value  # noqa: ARG005
        key, of = inner[0], _decoder(inner[1])
        return lambda value, arrays: {key(name): of(item, arrays) for name, item in value}
    if origin is np.ndarray:
        return lambda value, arrays: arrays[value]
    if hint in (Date, datetime):
        return lambda value, arrays: hint.fromisoformat(value)  # noqa: ARG005
    return lambda value, arrays: value  # noqa: ARG005


def _record_decoder(kind: Any) -> _Coder:
    names = [field.name for field in fields(kind)]
    coders = functools.cache(lambda: [_decoder(get_type_hints(kind)[name]) for name in names])
    return lambda value, arrays: kind(
        **{name: code(item, arrays) for name, code, item in zip(names, coders(), value, strict=True)}
    )


def _union_decoder(inner: tuple[Any, ...]) -> _Coder:
    real = [hint for hint in inner if hint is not type(None)]
    coders = [_decoder(hint) for hint in real]
    if len(real) == 1:
        return lambda value, arrays: None if value is None else coders[0](value[0], arrays)
    return lambda value, arrays: None if value is None else coders[value[0]](value[1], arrays)
