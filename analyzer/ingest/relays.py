"""Whose voice a label is: relayed from a chat, asked at a microphone, named behind an office, or a nick's."""

from __future__ import annotations

import re

_CHANNEL = r"(?:jabber|chat|zoom|zulip|irc|meetecho|webex|slack|matrix|remote|online|floor)"
_RELAYED = re.compile(
    rf"^(?:q|question|comment|mic|audience|(?:from )?(?:the )?(?:\w+ )?{_CHANNEL}(?: chat)?)"
    r" ?[(\[/] ?([^()\[\]/]{2,60})[)\]]?$",
    re.I,
)
# "mic: Ann Lee: words": who goes to the microphone, before the name
_AT_MICROPHONE = re.compile(
    rf"^(?:mic|microphone|{_CHANNEL}): (?=[A-Z][\w'’.-]*(?: [A-Z(][\w'’.()-]*){{0,3}}: )", re.I
)
_VIA = re.compile(rf"(?<!\s)\s++(?:via|on|from|in) (?:the )?(?:\w+ )?{_CHANNEL}(?: chat)?$", re.I)
_OFFICE = re.compile(r"^[^（）\s]{1,20}（([^（）]{2,20}?)(?:君|さん|氏|様)?）$")  # the name behind an office


def spelled_out(nick: str) -> str:
    """Give a label as the name it stands for.

    "Ann_Lee" is Ann Lee ("ann_lee" stays a nick), "Jabber (Ann Lee)" is Ann Lee's voice read out by another,
    and so are "Ann Lee via chat" and 議長（林花君）.
    """
    nick = _VIA.sub("", nick)
    if found := _RELAYED.match(nick) or _OFFICE.match(nick):
        return found[1].strip()
    return nick.strip("_").replace("_", " ") if re.search(r"_[A-Z(]", nick) else nick.strip("_") or nick


def without_microphone(text: str) -> str:
    """Take off what says that somebody went to the microphone, before the name."""
    return _AT_MICROPHONE.sub("", text)
