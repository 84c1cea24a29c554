"""Zip packages and XML from strangers: every limit is checked before the costly step it guards."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import TYPE_CHECKING

from analyzer.errors import DamagedFile, Encrypted, TooLarge
from analyzer.ingest.limits import Limits

if TYPE_CHECKING:
    from lxml.etree import _Element

_ENCRYPTED_FLAG = 0x1
_ELEMENT_BYTES = 120  # what libxml2 takes for an element or a text
_ATTRIBUTE_BYTES = 216  # and for an attribute with its value
# Parsers compare each attribute of a tag with those before it, and log each that comes again.
_LONG_TAG = re.compile(rb"<[^<>]{4000,}")
_QUOTED = re.compile(rb"\"[^\"]*\"|'[^']*'")
_MOST_ATTRIBUTES = 1_000
_AGAIN = "save it again from its source"


def open_zip(data: bytes, *, name: str, limits: Limits) -> zipfile.ZipFile:
    """Open a zip package whose members together stay within the limits.

    Raises:
        DamagedFile: if it is no whole zip.
        TooLarge: if it has too many members, or they would inflate to too much.
        Encrypted: if a member is protected.
    """
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, IndexError) as error:
        raise DamagedFile(what="the zip container is broken or cut off", where=name, remedy=_AGAIN) from error
    members = package.infolist()
    total = sum(member.file_size for member in members)
    packed = max(1, sum(member.compress_size for member in members))
    # Every small document packs well: the ratio counts only where the sum is large.
    is_bomb = total > 20_000_000 and total / packed > limits.ratio
    if len(members) > limits.members or total > limits.inflated_mb * 1e6 or is_bomb:
        raise TooLarge(
            what=f"it would inflate to {total / 1e6:.0f} MB in {len(members)} members, over the limit",
            where=name,
            remedy=_AGAIN,
        )
    if any(member.flag_bits & _ENCRYPTED_FLAG for member in members):
        raise Encrypted(what="it is protected by a password", where=name, remedy="save it without one")
    return package


def read_member(package: zipfile.ZipFile, member: str, *, name: str) -> bytes:
    """Inflate one member, never beyond the size it declares.

    Raises:
        DamagedFile: if it is missing or broken.
    """
    try:
        size = package.getinfo(member).file_size
        with package.open(member) as stream:
            return stream.read(size)
    except (KeyError, zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError) as error:
        raise DamagedFile(
            what=f"its part {member} is missing or broken", where=name, remedy=_AGAIN
        ) from error
    except (RuntimeError, ValueError) as error:  # what zipfile raises for odd flags and names
        raise DamagedFile(what=f"its part {member} cannot be read", where=name, remedy=_AGAIN) from error


def check_tree(data: bytes, *, name: str, limits: Limits) -> None:
    """Refuse markup whose tree would take too much memory; reckoned from its tags and attributes.

    Raises:
        TooLarge: if it would.
    """
    size = data.count(b"<") * _ELEMENT_BYTES + data.count(b"=") * _ATTRIBUTE_BYTES + len(data)
    if size > limits.tree_mb * 1e6:
        raise TooLarge(
            what=f"its markup would take {size / 1e6:.0f} MB to read, more than {limits.tree_mb:g} MB",
            where=name,
            remedy="save it again from its source, or in parts",
        )
    for tag in _LONG_TAG.finditer(data):
        if len(_QUOTED.sub(b" ", tag[0]).split()) > _MOST_ATTRIBUTES:
            raise TooLarge(
                what=f"one of its tags has more than {_MOST_ATTRIBUTES:,} attributes",
                where=name,
                remedy="save it again from its source",
            )


def parse_xml(data: bytes, *, name: str, limits: Limits) -> _Element:
    """Parse XML without entities, external parts or network.

    Raises:
        TooLarge: if its tree would take too much memory.
        DamagedFile: if it is not well-formed, or declares a document type, which no Office file does.
    """
    from lxml import etree

    check_tree(data, name=name, limits=limits)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise DamagedFile(what="its XML is broken", where=name, remedy=_AGAIN) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise DamagedFile(what="its XML declares entities, which may be an attack", where=name, remedy=_AGAIN)
    return root
