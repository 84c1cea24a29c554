"""Words that show what a piece does to another: asks, answers, breaks off; and function words.

English only, as the model is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

# By class, after those that Danescu-Niculescu-Mizil et al. (2012) count; own lists. The parts of a
# contraction stand as words of their own ("don't" → don, t).
FUNCTION_WORDS = {
    "article": "a an the",
    "auxiliary": """am are aren be been being can cannot could couldn d did didn do does doesn doing don had
        hadn has hasn have haven having is isn ll may might must re shall should shouldn ve was wasn were
        weren will won would wouldn""",
    "conjunction": "although and as because but if nor or since so though unless whereas whether while",
    "adverb": """about again almost already also always even ever here however just maybe never now often
        only perhaps quite rather really soon still then there therefore too very yet""",
    "impersonal": """another anybody anyone anything everybody everyone everything it its itself nobody
        nothing other others somebody someone something that these this those what whatever which who
        whose""",
    "personal": """he her hers herself him himself his i m me mine my myself our ours ourselves she their
        theirs them themselves they us we you your yours yourself yourselves""",
    "preposition": """above across after against along among around at before behind below between beyond by
        during for from in inside into near of off on onto out over through to toward towards under until up
        upon via with within without""",
    "quantifier": """all any both each either enough every few less lot lots many more most much neither
        none several some""",
}
_CLASSES = {word: 1 << place for place, words in enumerate(FUNCTION_WORDS.values()) for word in words.split()}
_LETTERS = re.compile(r"[a-z]+")

_STOP = re.compile(r"[.!\n]")
_FEWEST_ASKING = 3  # words: "Right?" and "You know?" ask nothing
_ASKING = re.compile(
    r"(?i)\b(?:(?:what|how|why|when|where|who|which)(?:'s| is| are| was| were| do| does| did| can| could"
    r"| would| will| should| about| if)|(?:can|could|would|will|do|does|did|is|are|have|has)"
    r" (?:you|we|they|it|there|anyone|anybody|someone|somebody))\b"
)
_CUT_OFF = re.compile(r"[\w,]\s?(?:—|–|--|-)[\"'”’]?\s*$")  # a lone dash is a bullet or a signature
_SHORT_ANSWER = re.compile(
    r"(?i)^\W*(?:yes|yeah|yep|no|nope|not yet|correct|exactly|right|true|agreed|sure|of course|never|none)\b"
)


def classes_of(text: str) -> int:
    """Give the classes of function words in a text, one bit each in the order of FUNCTION_WORDS."""
    found = 0
    for word in _LETTERS.findall(text.lower()):
        found |= _CLASSES.get(word, 0)
    return found


def asks(texts: Sequence[str]) -> list[bool]:
    """Say which texts of one meeting ask something; by wording where nobody wrote question marks."""
    if any("?" in text for text in texts):
        return [_has_question(text) for text in texts]
    return [bool(_ASKING.search(text)) for text in texts]


def _has_question(text: str) -> bool:
    before_marks = text.split("?")[:-1]
    return any(len(_STOP.split(part)[-1].split()) >= _FEWEST_ASKING for part in before_marks)


def is_cut_off(text: str) -> bool:
    """Say whether a text breaks off, as transcribers mark it with a dash."""
    return bool(_CUT_OFF.search(text))


def answers_shortly(text: str) -> bool:
    """Say whether a text begins as an answer to a question of yes or no does."""
    return bool(_SHORT_ANSWER.search(text))
