"""The words that notes use for their own parts: sections, fields, asides, chat commands."""

from __future__ import annotations

import re

from analyzer.ingest.dates import without_date

_SECTION_WORDS = (
    r"(?:the|and|or|of|for|summary|speaker's|speaker’s|key|points|meeting|proposed|[/&,:()\s\d.-])*"
)
DECISION = re.compile(
    rf"(?i)^{_SECTION_WORDS}(?:(?:conclusions?|resolutions?|resolved|decisions?|outcomes?){_SECTION_WORDS})+"
    rf"(?:(?:next steps|action items?){_SECTION_WORDS})?$"
)
ACTION = re.compile(
    rf"(?i)^{_SECTION_WORDS}(?:action items?|actions|next steps|to-?dos?|follow[- ]ups){_SECTION_WORDS}$"
)
SUMMARY = re.compile(r"(?i)\bsummary\b|\bkey points\b")
AGENDA = re.compile(r"(?i)^(?:draft |proposed )?agenda(?: items)?:?$|^table of contents$|^contents$")
NO_TOPIC = re.compile(
    r"(?i)^(?:meeting )?(?:minutes|notes|discussion|transcript|attendance|attendees|present)$"
)
_DAY = re.compile(
    r"(?i)\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|meeting|minutes|notes|day|of|the|on)\b"
)
TOPIC_FIELDS = {"topic", "subtopic", "agenda item", "agendum", "next topic"}
DECISION_FIELDS = {
    "resolution",
    "resolved",
    "decision",
    "decided",
    "conclusion",
    "agreed",
    "agreement",
    "outcome",
}
ACTION_FIELDS = {"action", "action item", "actions", "action items", "todo", "to do"}
FACT_FIELDS = re.compile(
    r"(?i)^(?:presenters?|slides?|date|time|location|venue|scribes?|scribenick|chairs?|meeting|title|"
    r"organizers?|regrets|apologies|absent|excused|"
    r"(?:(?:stage|spec|assigned|\d)+ ?)*reviewers?|proposals?|links?|"
    r"related links?|goals?|agenda|recording|video|audio|present\+?|duration|where|when|issue|spec text|repo|"
    r"from|to|cc|subject|delegates|notetakers?|previous|next meeting|copyright|editors?)$"
)
ASIDE = re.compile(r"^(?:\([^()]*\)|\[[^\[\]]*\]|\*[^*]*\*)[.,]?$")
CONTINUED = re.compile(r"^(?:…|\.\.\.)\s*")
NO_WORDS = re.compile(r"^[\W\d_]*$")


# Words that a field has and a name has not.
_FIELD_WORDS = frozenset(
    re.findall(
        r"\w+",
        """
    abstract action actions adjourned advanced agenda agreed agreement also answer apologies
    approved art attachment attendance attendees background body cc change changes chartered
    clarification clarifying coming comment comments conclusion conclusions consensus consideration
    contents date deadline decided decision decisions delegates details discussion document
    documentation duration edit editorial editors example feedback fields follow from further goal
    goals important introduction issue issues item items key landed link links list location
    maintenance meeting meetings members minutes misc motion narrator new next normative note notes
    notetaker notetakers objections offline option options organizer outcome overview participants
    part place poll position positive pr prepared present presentation presenter presenters prior
    problem problems project proposal proposals proposed ps purpose question questions queue reason
    recap recording record regrets related release remaining remote reply report reporter resolution
    resolutions resolved result results reviewer reviewers room scribe scribenick scribes section
    semantics sentence sentiment slide slides solution spec special specification stage statement
    statistics status step steps strong subject subtopic summary support suggestions tbd temperature
    test tests text ticket time timeline title to todo topic topics total tracker types unconvinced
    update updates url venue version video votes when where who why
    """,
    )
)


def names_topic(heading: str) -> bool:
    """Say whether a heading names what is talked about, not the notes themselves or their date."""
    is_date_only = not re.search(r"[^\W_]{2}", _DAY.sub("", without_date(heading)))
    return not (NO_TOPIC.match(heading) or AGENDA.match(heading) or is_date_only)


def is_field(label: str) -> bool:
    """Say whether a label names a field of the notes ("Present", "Ticket 20", "Next steps"), no person."""
    words = re.findall(r"[^\W\d_]+", label.casefold())
    return any(word in _FIELD_WORDS for word in words) or bool(re.match(r"^[\d#]", label))
