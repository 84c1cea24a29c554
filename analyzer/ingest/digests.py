"""Digests that a list sends as one text (RFC 1153, Mailman) → the text of each mail in it."""

from __future__ import annotations

import re

_RULE = r"^-{28,75}[ \t]*\r?\n\s*"
_START = re.compile(
    rf"(?m){_RULE}(?:Message: \d+\r?\n)?"
    r"(?=(?:Date|From|Subject|Message-ID|To): .*\r?\n(?:[A-Z][\w-]+:|[ \t]))"
)
_END = re.compile(r"(?m)^-{20,75}[ \t]*\r?\n\s*(?:Subject: Digest Footer|_{20,}|End of .{1,80}|\*{10,})")


def split_digest(body: str) -> list[str]:
    """Give the mails of a digest, each with its own headers on top; none where it is no digest."""
    starts = [found.end() for found in _START.finditer(body)]
    if len(starts) < 2 and not re.search(r"(?i)today's topics|digest", body[:2_000]):
        return []
    ends = [*(found.start() for found in _START.finditer(body)), len(body)][1:]
    mails = [body[start:end] for start, end in zip(starts, ends, strict=True)]
    if mails and (footer := _END.search(mails[-1])):
        mails[-1] = mails[-1][: footer.start()]
    return mails
