"""What a piece is about, in words: content words and the names of things, for finding topics.

Function words say nothing of the matter; an identifier ("CR-118", "stage 3", "412,000") says nearly all.
Kept apart because both a single meeting and a whole series are compared by them.
"""

from __future__ import annotations

import functools
import re

_TOKEN = re.compile(r"[^\W_]+(?:[-'’.,][^\W_]+)*")
# Spoken English: articles, pronouns, auxiliaries, fillers, and the words meetings are made of.
_EMPTY_WORDS = """
    a about above actually after again against ago all almost already also although always am an and another
    any anybody anyone anything anyway are around as ask asked asking at away back be because been before
    being below better between both but by bye call can cannot cause come comes coming could course did do
    does doing don done down during each either else enough er erm etc even ever every everybody everyone
    everything exactly except fair far few fine first for from further gave get gets getting give given gives
    go goes going gone gonna good got great had half hang has have having he hear heard hello help hence her
    here hers herself hi him himself his hmm how however i idea if in indeed instead into is it its itself
    just keep kind know known last later least less let lets like likely little look looking lot lots made
    make makes making many may maybe me mean means meant meeting might mind mine minute moment more morning
    most much must my myself near need needs neither never new next nice no nobody none nor not note noted
    nothing now of off often oh ok okay old on once one ones only onto or other others otherwise our ours
    ourselves out over own part people perhaps please point put quite rather re read really reason right said
    same saw say saying says second see seem seems seen send sent shall she should show side since so some
    somebody someone something sometimes somewhere soon sorry sort still stop such sure take taken takes
    taking talk tell than thank thanks that the their theirs them themselves then there therefore these they
    thing things think third this those though thought three through thus till time to today together told
    too took toward towards tried try trying two uh um under unless until up upon us use used uses using very
    want wanted wants was way ways we well went were what whatever when where whether which while who whole
    whom whose why will wish with within without won word words work would yeah yep yes yesterday yet you
    your yours yourself
    mr mrs ms dr prof sir madam chair chairman chairwoman chairperson committee board minutes action
    accepted acknowledged added agree agreed announced answered confirm confirmed considered decided
    explained felt held hoped mentioned noted observed pointed presented proposed recalled regretted remarked
    replied report reported stated suggested summarised undertook wanted wished wondered
    january february march april june july august september october november december monday tuesday
    wednesday thursday friday saturday sunday day days week weeks month months year years hour hours
    four five six seven eight nine ten eleven twelve thirteen fifteen twenty thirty forty fifty sixty seventy
    eighty ninety hundred thousand million per cent percent number numbers page
    s t d m ll ve re em ain aren couldn didn doesn hadn hasn haven isn mustn shouldn wasn weren wouldn
"""
_EMPTY = frozenset(_EMPTY_WORDS.split())
_LETTERS = re.compile(r"[^\W\d_]")


def terms(text: str) -> list[str]:
    """Give the content words of a text in order: lower case, plain plurals and endings taken off.

    Numbers of one digit are left out, longer ones and identifiers are kept whole.
    """
    return [term for term, _ in spellings(text)]


def spellings(text: str) -> list[tuple[str, str]]:
    """Give the content words of a text in order, each beside the way the text spells it."""
    return [(term, token) for token in _TOKEN.findall(text) if (term := _term(token))]


@functools.lru_cache(maxsize=100_000)
def _term(token: str) -> str | None:
    word = token.lower().replace("’", "'").rstrip("'")
    word = word.removesuffix("'s")
    if not _LETTERS.search(word):
        return word if len(word) > 1 else None
    word = word.split("'")[0]
    if len(word) < 2 or word in _EMPTY:
        return None
    return word if any(char.isdigit() for char in word) else _stem(word)


def _stem(word: str) -> str:
    # Plurals and the commonest endings only: what is shown to people must still be a word nearly.
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word
