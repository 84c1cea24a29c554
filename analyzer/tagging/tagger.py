"""The one door to a model: encode a meeting, judge it in the light of earlier ones.

`encode` costs nearly everything and depends on nothing but the meeting; `judge` costs little and is a
fold over a series, oldest first. What passes from one meeting to the next is `Memory` and the chain key.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analyzer.codebook import Codebook
from analyzer.records.meeting import Meeting
from analyzer.records.tagged import Encoded, Memory, Policy, Span, Tagged
from analyzer.tagging.calibration import calibrate_barriers, calibrate_mode, mixed_barriers, mixed_modes
from analyzer.tagging.features import piece_features
from analyzer.tagging.memory import empty_memory, nearest_earlier, remember
from analyzer.tagging.models import ModelFolder, find_model
from analyzer.tagging.pieces import cut, words
from analyzer.tagging.runtime import Runtime

CIRCULAR = "circular"  # a role, not a label key: see Codebook.role
# Looked up for pieces that are circular with some belief, not only for those a policy will assert, so
# that another policy does not need the model again.
RETURN_FLOOR = 0.25
_IN_CONTEXT_COSTS = 5  # times as much as to read a piece alone, about; for progress only
_NOT_ANALYSED = "not analysed: language"


class Tagger:
    """A model in use. Pickled as its address; sessions are opened on first use in each process."""

    def __init__(self, folder: ModelFolder, *, threads: int | None = None) -> None:
        self._folder = folder
        self._threads = threads
        self._opened: Runtime | None = None

    @classmethod
    def load(
        cls,
        model: str | Path | None = None,
        *,
        allow_network: bool = False,
        threads: int | None = None,
        codebook: Codebook | None = None,
    ) -> Tagger:
        """Find and verify a model; see `models.find_model` for what `model` may be and what is raised.

        Args:
            model: a folder, a name or `hub:owner/name`; None is the default model.
            allow_network: whether a hub may be asked.
            threads: threads of one operation; None takes one a core.
            codebook: the label scheme in force; the shipped one by default.
        """
        return cls(find_model(model, allow_network=allow_network, codebook=codebook), threads=threads)

    @property
    def model(self) -> str:
        """Name and version."""
        return self._folder.name

    @property
    def address(self) -> str:
        """What finds the model again in another process: a name, or a path."""
        return self._folder.address

    @property
    def fingerprint(self) -> str:
        """Hash of weights, tokenizer and calibration: models of one fingerprint give equal beliefs."""
        config = json.dumps(dict(self._folder.config), sort_keys=True)
        return hashlib.sha256(config.encode()).hexdigest()

    @property
    def threads(self) -> int | None:
        """Threads of one operation; None is one a core."""
        return self._threads

    @property
    def codebook(self) -> Codebook:
        """The label scheme that the columns of beliefs follow."""
        return self._folder.codebook

    @property
    def policy(self) -> Policy:
        """The policy shipped beside the weights."""
        return self._folder.policy

    @property
    def metrics(self) -> Mapping[str, Any]:
        """Figures of metrics.json: how well the model does, with intervals."""
        return self._folder.metrics

    @property
    def card(self) -> str:
        """The model card, in Markdown."""
        return self._folder.card

    def __reduce__(self) -> tuple[object, ...]:
        return (_load_again, (self.address, self.threads, self.codebook))

    @property
    def _runtime(self) -> Runtime:
        if self._opened is None:
            self._opened = Runtime(self._folder, threads=self._threads)
        return self._opened

    def no_memory(self) -> Memory:
        """The memory before the first meeting of a series."""
        return empty_memory(int(self._folder.config["encoder"]["dim"]))

    def encode(self, meeting: Meeting, tell: Callable[[int, int], None] | None = None) -> Encoded:
        """Cut a meeting into pieces and read each, alone and among its neighbours: the costly half.

        A meeting in a language the model does not know (its notices say so) has no pieces.

        Args:
            meeting: what was said.
            tell: called now and then with how many steps are done, and of how many; what it raises ends the
                work.
        """
        if tell is None or self._folder.reader is None:
            return self.read_in_context(self.read_alone(meeting, tell))

        def first(done: int, total: int) -> None:
            tell(done, (1 + _IN_CONTEXT_COSTS) * total)

        def second(done: int, total: int) -> None:
            tell(total + _IN_CONTEXT_COSTS * done, (1 + _IN_CONTEXT_COSTS) * total)

        return self.read_in_context(self.read_alone(meeting, first), second)

    def read_alone(self, meeting: Meeting, tell: Callable[[int, int], None] | None = None) -> Encoded:
        """Cut a meeting into pieces and read each alone; enough for many small meetings at once."""
        pieces = () if _is_foreign(meeting) else cut(meeting)
        texts = [meeting.utterances[p.utterance].text[p.start : p.end] for p in pieces]
        read = self._runtime.read(texts, tell)
        return Encoded(
            meeting=meeting,
            pieces=pieces,
            vectors=read.vectors,
            local=read.local,
            spans=read.spans,
            model=self.model,
        )

    def read_in_context(self, encoded: Encoded, tell: Callable[[int, int], None] | None = None) -> Encoded:
        """Read the pieces of a meeting among their neighbours, where the model has a reader that does.

        Args:
            encoded: its pieces read alone; what an earlier reading in context gave is replaced.
            tell: as for `encode`.
        """
        texts = [encoded.text(number) for number in range(len(encoded.pieces))]
        return replace(encoded, in_context=self._runtime.read_in_context(texts, _speakers(encoded), tell))

    def judge(self, encoded: Encoded, memory: Memory, previous_key: str = "") -> Tagged:
        """Judge the pieces of a meeting after those of memory: beliefs, evidence, what they go back to.

        Args:
            encoded: the meeting.
            memory: earlier meetings of the series; empty for the first and for undated ones.
            previous_key: key of the meeting before; empty where memory is.
        """
        config = self._folder.config["calibration"]
        mode: NDArray[np.floating]
        barrier: NDArray[np.floating]
        mode, barrier = self._runtime.judge(encoded.vectors, encoded.local, _features(encoded, memory))
        if self._folder.reader:
            weight, count = self._folder.config["reader"]["weight"], mode.shape[1]
            mode = mixed_modes(mode, encoded.in_context[:, :count], float(weight["mode"]))
            barrier = mixed_barriers(barrier, encoded.in_context[:, count:], float(weight["barrier"]))
        beliefs = {
            "mode": calibrate_mode(mode, config["mode"]),
            "barrier": calibrate_barriers(barrier, config["barrier"]),
        }
        return Tagged(
            encoded=encoded,
            beliefs=beliefs,
            labels={"mode": self.codebook.modes, "barrier": self.codebook.barriers},
            spans=self._spans(encoded, beliefs),
            returns=self._returns(encoded, memory, beliefs["mode"]),
            key=self._key(encoded.meeting, previous_key),
        )

    def tag(self, meetings: Meeting | Iterable[Meeting]) -> list[Tagged]:
        """Encode and judge meetings; each series is judged oldest first, undated ones without memory.

        Returns:
            One Tagged a meeting, in the order given.
        """
        given = [meetings] if isinstance(meetings, Meeting) else list(meetings)
        tagged: dict[int, Tagged] = {}
        for series in sorted({meeting.series for meeting in given}):
            memory, key = self.no_memory(), ""
            members = [number for number, meeting in enumerate(given) if meeting.series == series]
            for number in sorted(members, key=lambda number: _age(given[number])):
                encoded = self.encode(given[number])
                if given[number].date is None:
                    tagged[number] = self.judge(encoded, self.no_memory(), "")
                    continue
                tagged[number] = self.judge(encoded, memory, key)
                memory, key = remember(memory, encoded), tagged[number].key
        return [tagged[number] for number in range(len(given))]

    def _spans(
        self, encoded: Encoded, beliefs: Mapping[str, NDArray[np.float32]]
    ) -> dict[int, tuple[Span, ...]]:
        """Evidence of the likeliest mode and of every label believed above the model's floor."""
        shown = np.concatenate([beliefs["mode"], beliefs["barrier"]], axis=1)
        shown = shown >= float(self._folder.config["evidence_floor"])  # (pieces, labels)
        if len(shown):
            shown[np.arange(len(shown)), beliefs["mode"].argmax(axis=1)] = True
        keys = [label.key for label in self.codebook.labels]
        return {
            number: tuple(
                Span(label=keys[column], start=int(start), end=int(end))
                for column in np.flatnonzero(shown[number])
                for start, end in [encoded.spans[number, column]]
                if end > start
            )
            for number in range(len(shown))
        }

    def _returns(self, encoded: Encoded, memory: Memory, beliefs: NDArray[np.float32]) -> Mapping[int, str]:
        circular = self.codebook.role(CIRCULAR)
        if circular is None:
            return {}
        column = beliefs[:, self.codebook.modes.index(circular)]
        return nearest_earlier(encoded, memory, [int(n) for n in np.flatnonzero(column >= RETURN_FLOOR)])

    def _key(self, meeting: Meeting, previous: str) -> str:
        # The source alone is not the content: a roster may have named speakers and parties since.
        people = {person.key: person.party for person in meeting.people}
        said = [[u.speaker, people.get(u.speaker or ""), u.text] for u in meeting.utterances]
        content = [meeting.source.sha256, meeting.id, meeting.kind, said]
        chain = [content, self.model, self.codebook.hash, previous]
        return hashlib.sha256(json.dumps(chain).encode()).hexdigest()


def _load_again(address: str, threads: int | None, codebook: Codebook) -> Tagger:
    return Tagger.load(address, threads=threads, codebook=codebook)


def _features(encoded: Encoded, memory: Memory) -> NDArray[np.float32]:
    meeting = encoded.meeting
    party = {person.key: person.party for person in meeting.people}
    speakers = _speakers(encoded)
    return piece_features(
        encoded.vectors,
        speakers=speakers,
        parties=[party.get(speaker) if speaker else None for speaker in speakers],
        words=[words(encoded.text(number)) for number in range(len(encoded.pieces))],
        kind=meeting.kind,
        memory=memory.vectors,
    )


def _speakers(encoded: Encoded) -> list[str | None]:
    return [encoded.meeting.utterances[piece.utterance].speaker for piece in encoded.pieces]


def _is_foreign(meeting: Meeting) -> bool:
    if meeting.language in (None, "en"):
        return False
    return any(notice.reason.startswith(_NOT_ANALYSED) for notice in meeting.notices)


def _age(meeting: Meeting) -> tuple[str, str]:
    return (meeting.date.isoformat() if meeting.date else "9999-99-99", meeting.id)
