"""The words that notes use for their own parts: sections, fields, asides, chat commands."""

from __future__ import annotations

import re

from analyzer.ingest import tongues
from analyzer.ingest.dates import without_date
from analyzer.records.meeting import UtteranceKind

_SECTION_WORDS = (
    r"(?:the|and|or|of|for|summary|speaker's|speaker’s|key|points|meeting|proposed|[/&,:()\s\d.-])*"
)
DECISION = re.compile(
    rf"(?i)^{_SECTION_WORDS}(?:(?:conclusions?|resolutions?|resolved|decisions?|outcomes?){_SECTION_WORDS})+"
    rf"(?:(?:next steps|action items?){_SECTION_WORDS})?$"
)
ACTION = re.compile(
    rf"(?i)^{_SECTION_WORDS}(?:action items?|actions|next steps|to-?dos?|follow[- ]ups)"
    rf"{_SECTION_WORDS}$"
)
SUMMARY = re.compile(r"(?i)\bsummary\b|\bkey points\b")
PRESENT = re.compile(
    r"^(?:(?:list of |people |those |in[- ]person |on[- ]?site |remote |other |also |and |in |voting |"
    r"non-?voting |board |directors |trustees |officers |executive |councill?ors |"
    r"committee |council |group |staff |meeting |members? (?:in )?)*(?:attendees?|attendance|attending|"
    r"present|participants|remote|in[- ]person|delegates present|guests|on the call|in the room|"
    r"presenters?|notetakers|note takers|who was there|observers|visitors|"
    r"roll call|staff|officers)(?: present)?(?: \(.*\))?)$"
    rf"|^(?:{tongues.PRESENT})(?: \([^()]*\))?$",
    re.I,
)
ABSENT = re.compile(
    r"^(?:(?:members? |with |directors |trustees |officers |executive |councill?ors )*"
    r"(?:apologies|absent|absentees|regrets|excused|not present)(?: \(.*\))?"
    r"(?: (?:for absence|received|from))*)$"
    rf"|^(?:{tongues.ABSENT})(?: \([^()]*\))?$",
    re.I,
)
AGENDA = re.compile(
    rf"(?i)^(?:draft |proposed )?agenda(?: items)?:?$|^table of contents$|^contents$|^(?:{tongues.AGENDA}):?$"
)
NO_TOPIC = re.compile(
    r"(?i)^(?:meeting )?(?:minutes|notes|discussion|transcript|attendance|attendees|present)$"
)
_DAY = re.compile(
    r"(?i)\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|meeting|minutes|notes|day|of|the|on)\b"
)
_ITEM_WORDS = 14
_RECORD_WORDS = 5
_FACT_CHARS = 60  # of the value of a field at the front
_STANDUP = {"yesterday", "today", "tomorrow", "blocker", "blockers"}  # no speakers, yet somebody's words
_FACT_WORDS = 3  # of its label
TOPIC_FIELDS = {"topic", "subtopic", "agenda item", "agendum", "next topic"}
_DECISION_FIELDS = {
    "resolution",
    "resolved",
    "decision",
    "decided",
    "conclusion",
    "agreed",
    "agreement",
    "outcome",
}
_ACTION_FIELDS = {"action", "action item", "actions", "action items", "todo", "to do", "ai"}
_IN_BRACKETS = re.compile(r"(?<!\s)\s*+(\([^()]{1,40}\))$")  # "Action (Ann)", "AI (Bo)"
DETAIL_FIELDS = re.compile(
    r"(?i)^(?:action )?(?:owners?|assignees?|assigned(?: to)?|responsible(?: \w+)?|due(?: date| by)?|"
    r"deadline|by when|who|when|status|priority|target date)$"
)
WORDS_FIELDS = re.compile(
    r"(?i)^(?:key )?(?:discussion(?: points?)?|discussions|notes?|comments?|summary|points? raised|remarks?|"
    r"details|background|update|updates|overview|context)$"
)
FACT_FIELDS = re.compile(
    r"(?i)^(?:presenters?|slides?|date|time|location|venue|scribes?|scribenick|chairs?|meeting|title|"
    r"organizers?|regrets|apologies|absent|excused|"
    r"(?:(?:stage|spec|assigned|\d) ?)*+reviewers?|proposals?|links?|"
    r"related links?|goals?|agenda|recording|video|audio|present\+?|duration|where|when|issue|spec text|repo|"
    r"jabber(?: scribe)?|bluesheets?|meetecho|minutes(?: taken)? by|"
    r"repository|slidesets?|previous meeting|time ?keeper|from|to|cc|subject|delegates|notetakers?|previous|"
    rf"next meeting|copyright|editors?|{tongues.FIELDS})$"
)
_PROCEDURE = re.compile(
    r"(?i)^(?:(?:roll call |straw |show of hands |final )?(?:votes?|polls?)(?: \d+)?|motions?|hums?|"
    r"moved(?: by)?|"
    r"(?:moved and )?second(?:ed)?(?: by)?|mover|seconder|ayes?|yeas?|nays?|noes|in favou?r|"
    r"abstain(?:ed|ing)?|abstentions?|carried|vote count|(?:rough )?consensus)$"
)
ASIDE = re.compile(r"^(?:\([^()]*\)|\[[^\[\]]*\]|\*[^*]*\*)[.,]?$")
ACTION_MARK = re.compile(r"(?i)^\[(?:AI|action(?: item)?|todo)\][:\s]\s*(\S.*)$")  # "[AI] Bo to go"
# What lists the actions again that stand above.
REPEATED = re.compile(r"(?i)^action items?,? by person$")
CONTINUED = re.compile(r"^(?:…|\.\.\.)\s*")
NO_WORDS = re.compile(r"^[\W\d_]*$")


# Words that a field has and a name has not.
_FIELD_WORDS = frozenset(
    re.findall(
        r"\w+",
        """
    abstract action actions adjourned advanced against agenda agreed agreement also answer apologies
    approved art attachment attendance attendees background blocker blockers body cc change changes chartered
    clarification clarifying coming comment comments conclusion conclusions consensus consideration
    contents date deadline decided decision decisions delegates details discussion document
    documentation duration edit editorial editors example feedback fields follow from further goal
    goals important introduction issue issues item items jabber key landed link links list location
    maintenance meeting meetings members minutes misc motion narrator new next normative note notes
    notetaker notetakers objections offline opposed option options organizer outcome overview participants
    part place poll position positive pr prepared present presentation presenter presenters prior
    problem problems project proposal proposals proposed ps purpose question questions queue reason
    recap recording record regrets related release remaining remote reply report reporter repository
    resolution resolutions resolved result results reviewer reviewers room scribe scribenick scribes section
    semantics sentence sentiment slide slides slideset slidesets solution spec special specification stage
    statement statistics status step steps strong subject subtopic summary support suggestions tbd temperature
    test tests text ticket time timeline title to today todo tomorrow topic topics total tracker types
    unconvinced yesterday
    update updates url venue version video votes when where who why
    """,
    )
)


def is_front_field(label: str, rest: str) -> bool:
    """Say whether a labelled line above all that was said is a field, no sentence that ends in a colon."""
    if label.casefold() in _STANDUP:
        return False
    return is_field(label) and len(rest) < _FACT_CHARS and len(label.split()) <= _FACT_WORDS


def ends_turn(label: str) -> bool:
    """Say whether a label records what the meeting does, not what the one who spoke goes on to say."""
    return bool(_PROCEDURE.match(label))


def is_agenda_item(text: str) -> bool:
    """Say whether a line below "Agenda" may be one of its items: a few words, no sentence."""
    return len(text.split()) <= _ITEM_WORDS and not text.endswith(".")


def kind_of_section(heading: str) -> UtteranceKind | None:
    """Say what stands under a heading that announces decisions or actions; None for other headings."""
    if DECISION.match(heading):
        return "decision"
    return "action" if ACTION.match(heading) else tongues.kind_of(heading)


def kind_of_heading(line: str) -> UtteranceKind | None:
    """Say what a line that nothing marks as a heading announces: also "Action", "Decision" alone."""
    alone: dict[str, UtteranceKind] = {"action": "action", "decision": "decision", "resolution": "decision"}
    return alone.get(line.casefold()) or kind_of_section(line)


def kind_of_record(label: str) -> UtteranceKind | None:
    """Say what a label before a colon records ("Resolved", "Action items"); None for other labels."""
    label = _IN_BRACKETS.sub("", re.sub(r"^\[[^\[\]]*\]\s*", "", label))  # "[NEW] ACTION"
    folded = re.sub(r"(?: (?:point|item|no\.?))?\s*#?\d+(?:\.\d+)*$", "", label.casefold().strip())
    if folded in _DECISION_FIELDS:
        return "decision"
    return "action" if folded in _ACTION_FIELDS else kind_of_section(folded)


def with_owner(label: str, text: str) -> str:
    """Put what stands in brackets behind a record's label behind its words, that it is not lost."""
    found = _IN_BRACKETS.search(label)
    return f"{text} {found[1]}" if found and text else text


def record_key(text: str, topic: str | None) -> str:
    """Give what two records of one decision share: their words; of few words ("Stage 1"), the topic too."""
    words = re.sub(r"\W+", " ", text.casefold()).strip()
    return words if len(words.split()) >= _RECORD_WORDS else f"{words} | {topic}"


def names_topic(heading: str) -> bool:
    """Say whether a heading names what is talked about, not the notes themselves or their date."""
    is_date_only = not re.search(r"[^\W_]{2}", _DAY.sub("", without_date(heading)))
    label = heading.rstrip(":")
    is_list = NO_TOPIC.match(label) or AGENDA.match(label) or PRESENT.match(label) or ABSENT.match(label)
    return not (is_list or is_date_only)


def is_field(label: str) -> bool:
    """Say whether a label names a field of the notes ("Present", "Ticket 20", "Next steps"), no person."""
    words = re.findall(r"[^\W\d_]+", label.casefold())
    is_english = any(word in _FIELD_WORDS for word in words) or ends_turn(label)
    return is_english or bool(re.match(r"^[\d#]", label)) or tongues.is_part(label)
