"""Who wrote the mails of a file: one person per address or name, and the party the mail domain tells.

A domain is a party only where the domains of those who write (or are written to) differ, and is never that
of a provider for everybody. Where a signature spells the domain's name ("Acme Works" for acme-works.example),
that spelling is the party's name, so that it meets the one of the minutes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from analyzer.ingest.headers import Address
from analyzer.ingest.messages import Mail
from analyzer.ingest.people import build_people
from analyzer.records.meeting import Person

_FREE = re.compile(
    r"^(?:gmail|googlemail|yahoo|ymail|rocketmail|hotmail|outlook|live|msn|aol|aim|icloud|me|mac|gmx|web|t-online|freenet|"
    r"arcor|mail|inbox|bk|list|yandex|ya|rambler|qq|foxmail|163|126|sina|sohu|proton|protonmail|pm|orange|wanadoo|free|"
    r"laposte|sfr|libero|virgilio|tiscali|comcast|att|verizon|sbcglobal|bellsouth|cox|charter|earthlink|btinternet|"
    r"ntlworld|virginmedia|sky|talktalk|fastmail|hey|zoho|tutanota|tuta|naver|daum|hanmail|seznam|centrum|wp|o2|onet|interia|"
    r"ziggo|xs4all|kpnmail|planet|bluewin|telia|pobox|mailbox|posteo|uol|bol|terra|rediffmail|users\.noreply\.github)"
    r"\.(?:com?|net|org|de|fr|it|es|ch|at|ru|cn|me|uk|nl|pl|cz|se|jp|in|br|ca|au|co\.(?:uk|jp|in|nz|kr|za)|com\.\w\w|li)$"
)
_SECOND_LEVEL = {"ac", "co", "com", "edu", "gob", "gov", "gouv", "go", "net", "ne", "nhs", "or", "org"}
_SPELLING_WORDS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Senders:
    """The people of a file; `key_of` finds the person who sent a mail."""

    people: Mapping[str, Person]
    keys: Mapping[str, str]  # display name as built -> key
    spelled: Mapping[str, str]  # address -> display name

    def key_of(self, mail: Mail) -> str | None:
        """Give the key of who wrote a mail; None where no header tells."""
        return self.keys.get(_display(mail.sender, self.spelled))

    def of(self, keys: Iterable[str | None]) -> tuple[Person, ...]:
        """Give the people with these keys, in order of first appearance."""
        return tuple(self.people[key] for key in dict.fromkeys(keys) if key)


def find_senders(mails: Sequence[Mail], signatures: Mapping[str, Sequence[str]]) -> Senders:
    """Make people of the senders of all mails of a file.

    Args:
        mails: all of the file.
        signatures: lines of signatures, by domain.
    """
    spelled: dict[str, str] = {}
    for mail in mails:
        address = mail.sender.mail.casefold()
        if mail.sender.name and len(mail.sender.name) > len(spelled.get(address, "")):
            spelled[address] = mail.sender.name
    people, keys = build_people(_display(mail.sender, spelled) for mail in mails)
    parties = _parties(mails, signatures)
    with_party = {person.key: _with_party(person, parties) for person in people}
    return Senders(people=with_party, keys=keys, spelled=spelled)


def _display(sender: Address, spelled: Mapping[str, str]) -> str:
    name = spelled.get(sender.mail.casefold(), sender.name) if sender.mail else sender.name
    return replace(sender, name=name).spelled


def _with_party(person: Person, parties: Mapping[str, str]) -> Person:
    if person.party:
        return person
    mails = (each for each in (person.name, *person.aliases) if "@" in each)
    found = (parties.get(organisation(mail.rpartition("@")[2].casefold())) for mail in mails)
    return replace(person, party=next(filter(None, found), None))


def _parties(mails: Sequence[Mail], signatures: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Map the domains that stand for parties to the names of the parties; none unless two differ."""
    domains: dict[str, None] = {}
    for mail in mails:
        others = () if mail.is_list else mail.recipients
        for address in (mail.sender, *others):
            domain = organisation(address.domain)
            if domain and not _FREE.match(domain):
                domains.setdefault(domain)
    if len(domains) < 2:
        return {}
    return {domain: _spelling(domain, signatures.get(domain, ())) or domain for domain in domains}


def organisation(domain: str) -> str:
    """Cut a mail domain to the part that an organisation registers."""
    labels = domain.split(".")
    if len(labels) < 2 or not all(labels):
        return ""
    size = 3 if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL else 2
    return ".".join(labels[-size:])


def _spelling(domain: str, lines: Sequence[str]) -> str | None:
    """Find how a signature spells the name that the domain is made of."""
    letters = re.sub(r"\W|_", "", domain.partition(".")[0])
    for line in lines:
        if "@" in line or "www." in line or "://" in line:
            continue
        words = re.findall(r"[^\W_]+", line)
        for start in range(len(words)):
            for size in range(1, _SPELLING_WORDS + 1):
                found = words[start : start + size]
                if "".join(found).casefold() == letters and found[0][:1].isupper():
                    return " ".join(found)
    return None
