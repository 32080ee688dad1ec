"""Refusals: each has a code for programs, and one sentence that says what was refused, why, and what to do.

The sentence is a text of the catalogue of translations; what it is about stands in fields that it names, such as
``WrongStateError("%(revision)s is not under review.", revision=revision.name)``. Whoever shows it words it.
"""

import re
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from docctl.domain.issued_files.read_back import Difference


class DocctlError(Exception):
    """The root of every refusal; its text is a sentence a document controller understands, in English."""

    code: ClassVar[str] = "docctl"

    def __init_subclass__(cls) -> None:
        cls.code = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", cls.__name__.removesuffix("Error")).lower()

    def __init__(self, sentence: str = "", /, **fields: object) -> None:
        super().__init__(sentence % fields if fields else sentence)
        self.sentence, self.fields = sentence, fields


def worded(refusal: DocctlError, translated: Callable[[str], str]) -> str:
    """Return what a refusal says in the language that its sentence, and those of refusals in it, are translated to."""
    if not refusal.fields:
        return translated(refusal.sentence) if refusal.sentence else ""
    fields = {
        name: worded(value, translated) if isinstance(value, DocctlError) else value
        for name, value in refusal.fields.items()
    }
    return translated(refusal.sentence) % fields


class InvalidInputError(DocctlError):
    """What was entered cannot be accepted as it is."""


class SettingError(InvalidInputError):
    """A setting is unknown, or nothing can be done with what it says."""


class InvalidNumberError(InvalidInputError):
    """The document number does not follow the rules for numbers."""


class NumberTakenError(DocctlError):
    """The document number is in use, or was in use once; numbers are never reused."""


class NotFoundError(DocctlError):
    """There is no such thing, or the person may not know that there is."""


class NotPermittedError(DocctlError):
    """The person's roles do not allow the action."""


class PartDistrustedError(DocctlError):
    """What the act depends on was found changed or lost, so it stops; everything else goes on."""


class AuthorityChangedError(NotPermittedError):
    """A row that says who may act is not as its event made it: an account, a delegation, an engagement, a route."""


class SignInRefusedError(DocctlError):
    """Login name or password are wrong, or the account is disabled."""


class SecretChangedError(SignInRefusedError):
    """What is kept of a password or a second factor is not what its event committed to."""


class SignInThrottledError(SignInRefusedError):
    """Too many sign-ins were refused lately; the next one is looked at after a while."""

    def __init__(self, seconds: int = 1) -> None:
        sentence = "There were too many refused attempts, so this one was not looked at; try again in %(num)s second"
        super().__init__(f"{sentence}{'s' if seconds != 1 else ''}.", num=seconds)
        self.seconds = seconds


class SessionEndedError(SignInRefusedError):
    """The session was ended because the wrong password was given too often with a signature."""


class WrongPasswordError(DocctlError):
    """The password given with a signature is not the signer's."""


class SecondFactorMissingError(NotPermittedError):
    """The organisation asks for a second factor, and the person has not set one up."""


class DeclarationMissingError(InvalidInputError):
    """The person has not yet declared that their electronic signature binds them."""


class WrongStateError(DocctlError):
    """The revision is not in a state that allows the action."""


class EffectiveDatePassedError(InvalidInputError):
    """The day that a revision was once wanted from has passed, and its author has not chosen anew."""


class RevisionReturnedError(WrongStateError):
    """The revision went back to its author, or was given up, after the person was asked to sign it."""


class ClockDoubtfulError(WrongStateError):
    """The host's clock jumped, and no administrator has confirmed it since."""


class TasksPendingError(WrongStateError):
    """Something waits for the person who leaves, and nobody takes it over."""


class StaleRevisionError(DocctlError):
    """What the person was shown is no longer what is stored; look again before deciding."""


class StaleDraftError(StaleRevisionError):
    """Somebody else saved the draft meanwhile; both texts are kept."""


class DraftAlreadyOpenError(WrongStateError):
    """The document already has an open revision."""


class SelfApprovalError(NotPermittedError):
    """Nobody reviews or approves what they wrote."""


class NotYourTurnError(NotPermittedError):
    """The person is not asked to sign at this step of the approval route."""


class AlreadySignedError(WrongStateError):
    """The person signed this revision already; one person counts once."""


class RetentionError(WrongStateError):
    """The retention rule or a legal hold does not allow it now."""


class SecondPersonError(NotPermittedError):
    """What one person proposed has to be authorised by another."""


class DisposedError(DocctlError):
    """The document was disposed of under its retention rule; its text is gone for good."""


class IncompleteRouteError(DocctlError):
    """The approval route cannot be fulfilled by the people there are."""


class UnsettledChangesError(WrongStateError):
    """A Word file still holds tracked changes or comments, so nobody could say what is signed."""


class BarriersLeftError(InvalidInputError):
    """A text has barriers for some of its readers, and nobody said that it is to be submitted with them."""


class OpenPlacesLeftError(InvalidInputError):
    """A Word file has fields without a sound result or places to fill in, and nobody said that it is meant so."""


class DifferencesLeftError(InvalidInputError):
    """The files of a revision cannot be made, or do not say what its page says, and nobody let that stand."""

    def __init__(self, sentence: str, /, differences: "tuple[Difference, ...]" = (), **fields: object) -> None:
        super().__init__(sentence, **fields)
        self.differences = differences


class NotIssuedError(WrongStateError):
    """The files of a revision in force are not there, because something is in the way of issuing them."""


class StillChoosingError(DocctlError):
    """Nothing was refused: the form is shown again with the people whom its person looked for."""


class ReasonMissingError(InvalidInputError):
    """The action asks for a reason and none was given."""


class RefusedUploadError(DocctlError):
    """The uploaded file is not accepted; nothing of it was stored."""


class InfectedUploadError(RefusedUploadError):
    """The virus scanner found something in the uploaded file."""


class UnscannedUploadError(RefusedUploadError):
    """The virus scanner gave no answer, so nobody knows whether the uploaded file is clean."""


class TooManyUploadsError(DocctlError):
    """The person uploads more at once, or in a minute, than one person may."""

    def __init__(self, sentence: str, /, seconds: int = 1, **fields: object) -> None:
        super().__init__(sentence, **fields)
        self.seconds = seconds


class TooManyConversionsError(DocctlError):
    """More texts are being converted than one person, or all who wait before a page, may hold threads with."""

    def __init__(self, sentence: str, /, seconds: int = 1, **fields: object) -> None:
        super().__init__(sentence, **fields)
        self.seconds = seconds


class UploadTooLargeError(RefusedUploadError):
    """The uploaded file, or what it unpacks to, is larger than allowed."""


class ConversionError(DocctlError):
    """A file could not be converted; nothing was stored."""


class TemplateError(DocctlError):
    """A Word template cannot be used as it is, because of the faults in it where they are known."""

    def __init__(self, sentence: str, /, faults: tuple[str, ...] = (), **fields: object) -> None:
        super().__init__(sentence, **fields)
        self.faults = faults


class MirrorError(DocctlError):
    """The mirror of the library does not answer; it is brought up to date later."""


class MirrorRefusedError(MirrorError):
    """The mirror denies that something it holds be rewritten; somebody may have tampered with the library."""


class WitnessUnreachableError(DocctlError):
    """A witness cannot be asked now; it is tried again."""


class WitnessFolderError(DocctlError):
    """Something that a witness keeps cannot be read, so it signs nothing."""


class HeadRefusedError(DocctlError):
    """A witness does not co-sign a head; the status is the one of c2sp.org/tlog-witness."""

    def __init__(self, sentence: str, /, status: int = 422, **fields: object) -> None:
        super().__init__(sentence, **fields)
        self.status = status


class CatalogueError(DocctlError):
    """The catalogue of standards is not valid."""


class LibraryExistsError(DocctlError):
    """There already is a library in the data folder."""


class LibraryMissingError(DocctlError):
    """There is no library in the data folder."""


class DataFolderClosedError(LibraryMissingError):
    """The data folder belongs to another account of the machine, and may not be read."""


class GitLibraryLostError(LibraryMissingError):
    """The Git library is gone from the data folder, where the keys still are."""


class LibraryMismatchError(DocctlError):
    """What Git holds is not what the database says; nothing is shown until it is cleared up."""


class OtherDatabaseError(LibraryMismatchError):
    """The settings name another database than the one that the data folder has its tables in."""


class UnsuitableSourceError(LibraryMismatchError):
    """What was given to restore or rebuild from is none, is of a later version, or no key at hand belongs to it."""


class LibraryNewerError(DocctlError):
    """The tables were laid out by a later version of the program."""

    def __init__(self, schema: str) -> None:
        super().__init__(
            "The library has the tables of schema %(schema)s, which this version of docctl does not know, so it was "
            "not opened; use the version that served it last, or a later one.",
            schema=schema,
        )


class LibraryOlderError(DocctlError):
    """The tables were laid out by an earlier version of the program, and nobody has upgraded the library yet."""

    def __init__(self, data: object, schema: str = "") -> None:
        super().__init__(
            "The library in %(data)s has the tables of an earlier version of docctl (schema %(schema)s), so it was not "
            "opened; run “docctl --data %(data)s upgrade”, which backs it up first.",
            data=data,
            schema=schema,
        )


class LibraryDistrustedError(DocctlError):
    """The library is not what was recorded; it is read, but nothing is recorded in it."""


class MaintenanceError(DocctlError):
    """An operator works on the library; it is read, but nobody acts in it."""


class LibraryBusyError(DocctlError):
    """The library is at work on something else; try again in a moment."""


class DatabaseUnreachableError(LibraryBusyError):
    """The database does not answer, cannot be written, or is damaged; what it says itself is for operators only."""

    def __init__(self, sentence: str, /, said: str = "", **fields: object) -> None:
        super().__init__(sentence, **fields)
        self.said = said


class DatabaseDamagedError(DatabaseUnreachableError):
    """The database is damaged, or what is at its place is none; waiting does not bring it back."""


class DiskFullError(LibraryBusyError):
    """The disk of the library is full or nearly so; reading goes on."""


class StorageFailedError(LibraryBusyError):
    """The disk did not confirm what was written; this process records nothing any more."""


class MailServerError(DocctlError):
    """The mail server cannot be reached or refuses to talk; every letter waits."""


class MailMissingError(DocctlError):
    """No mail is set up, so nothing can be sent to anybody."""


class MailRefusedError(DocctlError):
    """The mail server refuses one letter; the others go on."""

    def __init__(self, sentence: str, /, *, for_ever: bool = False, **fields: object) -> None:
        super().__init__(sentence, **fields)
        self.for_ever = for_ever


class AlreadyDoneError(DocctlError):
    """The same person sent the same request before, and it was carried out; its first answer stands."""

    def __init__(self, subject: str, at: datetime | None = None, revision: int | None = None) -> None:
        super().__init__("You sent the same before, and it was recorded then; nothing was done twice.")
        self.subject, self.at, self.revision = subject, at, revision


class RequestReusedError(WrongStateError):
    """The key of a form that was carried out came with something else, or from somebody else."""

    def __init__(
        self,
        sentence: str = "This form was sent before with other contents, or for something else, so nothing was done "
        "now; open its page again and send it from there.",
    ) -> None:
        super().__init__(sentence)


def kinds(root: type[DocctlError] = DocctlError) -> list[type[DocctlError]]:
    """Return every kind of refusal, the root first."""
    return [root, *(kind for below in root.__subclasses__() for kind in kinds(below))]


if __name__ == "__main__":
    print(
        "-k __init__", *(f"-k {kind.__name__}" for kind in kinds())
    )  # for pybabel: the first text of each is to be translated
