"""The exception tree. Every message says what is wrong, where, and what to do.

AnalyzerError
├── ReadError          the file: EmptyFile, UnknownFormat, DamagedFile, TooLarge, Encrypted, NoSpeech
├── CodebookError      the label scheme
├── ModelError         ModelNotFound, ModelDamaged, ModelMismatch
├── DataError          labelled data
├── StoreError         database, disk: NotThere, NotAllowed, Refused
└── SettingsError      options and settings
"""

from __future__ import annotations


class AnalyzerError(Exception):
    """Base of all errors that a user can do something about; `str()` is one sentence."""

    def __init__(self, *, what: str, where: str, remedy: str) -> None:
        super().__init__(what, where, remedy)
        self.what = what
        self.where = where
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.where}: {self.what}; {self.remedy}."

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.what, self.where, self.remedy))


def _rebuild(cls: type[AnalyzerError], what: str, where: str, remedy: str) -> AnalyzerError:
    # Keyword-only arguments do not survive pickle's default, and errors cross processes.
    return cls(what=what, where=where, remedy=remedy)


class ReadError(AnalyzerError):
    """A source cannot be read as a meeting."""


class EmptyFile(ReadError):
    """The file has no bytes, or nothing but white space."""


class UnknownFormat(ReadError):
    """No reader knows the content."""


class DamagedFile(ReadError):
    """The format is known, the content is broken."""


class TooLarge(ReadError):
    """The file is over a limit; it was refused before it was read."""


class Encrypted(ReadError):
    """The file is protected by a password."""


class NoSpeech(ReadError):
    """The file was read, and nobody says anything in it."""


class CodebookError(AnalyzerError):
    """The label scheme is not usable."""


class ModelError(AnalyzerError):
    """A model cannot be used."""


class ModelNotFound(ModelError):
    """No model of that name; the message lists those there are."""


class ModelDamaged(ModelError):
    """A file of the model is missing or not what its hash says."""


class ModelMismatch(ModelError):
    """The model was made for another codebook or format version."""


class DataError(AnalyzerError):
    """Labelled data cannot be used."""


class StoreError(AnalyzerError):
    """A result cannot be written or read back."""


class NotThere(StoreError):
    """Nothing of that id that this user may see."""


class NotAllowed(StoreError):
    """The user's role is too low for it."""


class Refused(StoreError):
    """What was asked for makes no sense as things are; nothing was changed."""


class SettingsError(AnalyzerError):
    """An option or setting has a value that makes no sense."""
