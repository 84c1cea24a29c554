"""What a piece settles, in words: a decision, or work for somebody.

For talk; minutes mark decisions and actions themselves (`Utterance.kind`). Kept narrow: what is missed is
missed for all parties alike, what is found wrongly would be shown to people. English only, as the model
is. Apart from the stages, because both a single meeting and a whole series ask what was settled.

Read by eye on 17,000 utterances of seven public archives and the written partnerships: of 40 decisions
found about 33 were, of 80 pieces of work about 68. In the written partnerships a decision is found in 13
of 36 topics that were decided and in 7 of 198 others: most decisions are not said in so many words.
"""

from __future__ import annotations

import re

_GROUP = r"(?:we|both|all|everyone|the (?:committee|board|group|parties|meeting))"
# Told as a heading tells it: "Agreed: 9 and 10 September." Nothing in the sentence takes that back.
_MARKED = re.compile(
    r"(?i)^\W*(?:decision|decided|resolved|resolution|agreed|conclusion|consensus|approved)\s*[:—–]"
)
_DECIDES = re.compile(
    rf"(?i)\b{_GROUP}(?:['’]ve| have| has)?(?: all| now| both| therefore| hereby)?"
    r" (?:agreed|decided|resolved) (?:to|on)\b"
    r"|(?:\b(?:is|are)|['’]s)(?: now| hereby| therefore| thereby| formally)?"
    r" (?:agreed|approved|adopted|carried|settled)"
    r"(?! (?:based|by|between|upon|with|in|if|on|as|over|forward|for))\b"
    r"|\b(?:item|matter|point|topic|question|dispute) is (?:now )?(?:closed|resolved)\b|^\W*approved\b"
    r"|\b(?:so|then|okay|ok|good|right|fine),? (?:we're|we are) (?:settled|agreed|decided)\b"
    r"|\bwe have (?:a )?(?:consensus|agreement|decision)\b(?! (?:that|process|making))"
)
# Searched in lower case: to ignore case takes eight times as long.
_MAY_DECIDE = re.compile(r"agree|decid|decision|resol|conclu|consensus|approv|adopt|carried|settled|closed")
_REPORTED = re.compile(r"(?i)\b(?:was|were) (?:agreed|decided|approved|adopted|carried|resolved)\b(?! over)")
# Wished, denied, asked, or long past.
_UNDECIDED = re.compile(
    r"(?i)\b(?:not|never|nothing|no|nobody|until|unless|if|once|before|whether|thought|should|could|must"
    r"|(?-i:may)|might|when|where|why|to be|already|assume|last (?:time|month|meeting|week|year))\b"
    r"|n['’]t\b|\?"
)
_DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_MONTH = "january|february|march|april|may|june|july|august|september|october|november|december"
_DUE = (
    rf"(?:by|before|until) (?:the )?(?:{_DAY}|tomorrow|tonight|noon|next|end of|then|\d|{_MONTH})"
    rf"|(?:this|next) (?:week|month|meeting|time|call)|tomorrow|on {_DAY}|after (?:this|the) (?:call|meeting)"
)
_HANDS_OVER = (
    "send|share|circulate|draft|prepare|write up|schedule|set up|arrange|provide|deliver|follow up"
    "|put together|get back to (?:you|him|her|them)|come back (?:to you|with)|file an?"
    "|open an? (?:issue|ticket)|organi[sz]e"
)
_ANY_WORK = (
    f"{_HANDS_OVER}|write|check|update|review|confirm|bring|report|present|publish|finish|complete|fix"
    "|ask|try"
)
_WHO = r"\b(?:(?:I|we|he|she|they)(?:['’]ll| will| shall)|[A-Z][a-z]+ (?:will|shall|is to))(?: also| then)?"
_GIVES_WORK = re.compile(
    r"^\W*(?i:(?:action(?: item)?s?|to-?do|ai)(?: (?:on|for|to) [^:]{1,40})?\s*[:—–])"
    r"|\b(?i:(?:take|takes|have|has|with) an action\b|action item (?:on|for) )"
    r"|\b(?:Mr|Ms|Mrs|Dr|Prof)\.? [A-Z][\w-]+ to [a-z]"
    rf"|{_WHO} (?:{_HANDS_OVER})\b"
    rf"|{_WHO} (?:{_ANY_WORK})\b(?=.*\b(?i:{_DUE}))"
)
_MAY_GIVE_WORK = re.compile(
    r"['’]ll\b|\b(?:will|shall|is to|Mr|Ms|Mrs|Dr|Prof)\b|(?i:\b(?:action|to-?do|ai))"
)
# What is done on the spot is no work for later.
_NO_WORK = re.compile(
    r"(?i)\b(?:my (?:screen|time)|the (?:screen|slides)|links?|in the chat|(?:one|a) (?:moment|second|minute)"
    r"|right now|if|would)\b|\?"
)
_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+|\n+")
_LONGEST = 40  # words of a sentence; recognised speech without stops says everything somewhere


def decides(text: str, *, is_reported: bool = False) -> bool:
    """Say whether a sentence of the text states a decision; not one wished, denied or long past.

    Args:
        text: a piece.
        is_reported: whether it tells what was said, as minutes do ("it was agreed").
    """
    if not _MAY_DECIDE.search(text.lower()):
        return False
    return any(_is_decision(sentence, is_reported=is_reported) for sentence in _sentences(text))


def _is_decision(sentence: str, *, is_reported: bool) -> bool:
    if _MARKED.search(sentence):
        return True
    says = bool(_DECIDES.search(sentence)) or (is_reported and bool(_REPORTED.search(sentence)))
    return says and not _UNDECIDED.search(sentence)


def marks_decision(text: str) -> bool:
    """Say whether a sentence of the text is told as a decision: "Agreed: 9 and 10 September."."""
    return bool(_MAY_DECIDE.search(text.lower())) and any(_MARKED.search(part) for part in _sentences(text))


def gives_work(text: str) -> bool:
    """Say whether a sentence of the text gives somebody something to do, or takes it on."""
    return bool(_MAY_GIVE_WORK.search(text)) and any(
        bool(_GIVES_WORK.search(sentence)) and not _NO_WORK.search(sentence) for sentence in _sentences(text)
    )


def _sentences(text: str) -> list[str]:
    return [part for part in _SENTENCE_END.split(text) if len(part.split()) <= _LONGEST]
