"""Events by which the library is backed up, brought back, put right and worked on."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from docctl.domain.trail.audit_trail import Act
from docctl.domain.trail.events.form import Apart, Earlier
from docctl.domain.trail.events.recorded import Details
from docctl.domain.trail.record import GONE


@dataclass(frozen=True)
class LibraryBackedUp(Details, act=Act.LIBRARY_BACKED_UP):
    """The library was backed up; the subject is the name of the backup's folder."""

    up_to: Annotated[int, "The number of the newest event in the backup."]
    up_to_chain: Annotated[str, "The chain up to that event."]
    size: Annotated[int, "The size of the backup in bytes."]
    manifest: Annotated[str, "SHA-256 of the backup's list of files."]


@dataclass(frozen=True)
class LibraryExported(Details, act=Act.LIBRARY_EXPORTED):
    """Somebody took the whole library away in open formats; the subject is the name of the folder."""

    up_to: Annotated[int, "The number of the newest event in the export."]
    up_to_chain: Annotated[str, "The chain up to that event."]
    documents: Annotated[int, "How many documents are in its index."]
    files: Annotated[int, "How many files it holds."]
    size: Annotated[int, "Their size in bytes."]
    sums: Annotated[str, "SHA-256 of its list of fingerprints, SHA256SUMS."]


@dataclass(frozen=True)
class LibraryUpgraded(Details, act=Act.LIBRARY_UPGRADED):
    """The tables were brought to the schema of a later version, after that was tried with a restored backup."""

    from_schema: Annotated[str, "The version of the tables before."]
    to_schema: Annotated[str, "The version of the tables since."]
    program: Annotated[str, "The version of docctl that upgraded it."]


@dataclass(frozen=True)
class LibraryRehearsed(Details, act=Act.LIBRARY_REHEARSED):
    """Recovery was rehearsed: a backup was restored elsewhere, verified and compared; its folder is the subject."""

    up_to: Annotated[int, "The number of the newest event in the backup."]
    up_to_chain: Annotated[str, "The chain up to that event."]
    made_at: Annotated[str, "When the backup was made."]
    documents: Annotated[int, "How many documents came back."]
    seconds: Annotated[int, "How long it took."]


@dataclass(frozen=True)
class LibraryRestored(Details, act=Act.LIBRARY_RESTORED):
    """The library was restored from a backup; what happened after the backup was made is not in it."""

    up_to: Annotated[int, "The number of the newest event in the backup."]
    up_to_chain: Annotated[str, "The chain up to that event."]
    made_at: Annotated[str, "When the backup was made."]


@dataclass(frozen=True)
class LibraryRebuilt(Details, act=Act.LIBRARY_REBUILT):
    """The database was rebuilt from the ledger in Git."""

    events: Annotated[int, "How many events were replayed."]
    up_to_chain: Annotated[str, "The chain up to the last of them.", Earlier("")]
    without_records: Annotated[list[str] | None, "The events whose records were not there, such as `3-17`."] = None


@dataclass(frozen=True)
class LibraryRepaired(Details, act=Act.LIBRARY_REPAIRED):
    """What was only behind was brought forward; nothing had been changed or lost."""

    found: Annotated[list[str], "What was behind, a sentence each."]


@dataclass(frozen=True)
class GitAdopted(Details, act=Act.GIT_ADOPTED):
    """Signed events that an older database had lost were taken over from Git."""

    after: Annotated[int, "The number of the last event that the database had."]
    after_chain: Annotated[str, "The chain up to that event."]
    up_to: Annotated[int, "The number of the last event that was taken over."]
    up_to_chain: Annotated[str, "The chain up to that event."]
    without_password: Annotated[list[str], "The logins of those who have to choose a password anew.", Apart([], [])]
    without_records: Annotated[list[str] | None, "The events whose records were not there, such as `3-17`."] = None


@dataclass(frozen=True)
class BytesFetched(Details, act=Act.BYTES_FETCHED):
    """What the Git library had lost was fetched back from a copy."""

    fetched: Annotated[int, "How many objects were fetched."]
    set_apart: Annotated[list[str], "The files that were damaged, and are kept apart."]
    quarantine: Annotated[list[str], "The folders in which damaged files are kept."]


@dataclass(frozen=True)
class LossAccepted(Details, act=Act.LOSS_ACCEPTED):
    """Somebody accepted, for the reason given, that something is changed or lost for ever.

    It counts once two persons did; verify then names it as accepted. The subject is what was found changed or lost.
    """

    finding: Annotated[str, "What tells the finding from others: 16 digits of SHA-256 of rule, subject and sentence."]
    rule: Annotated[str, "The rule that it breaks, as verify names it."]
    found: Annotated[str, "The sentence in which verify told it.", Apart("", GONE)]
    objects: Annotated[list[str], "The objects of Git that are lost."]
    person: Annotated[str, "The human who accepted it; a person counts once."]
    found_at: Annotated[datetime | None, "When `docctl verify` found it first, as far as is known."] = None
    wrong: Annotated[
        list[str] | None, "Of the objects that hold other bytes: each with the SHA-256 of what lies in its place."
    ] = None


@dataclass(frozen=True)
class MaintenanceBegun(Details, act=Act.MAINTENANCE_BEGUN):
    """From here on people could only read, for the reason given; said again, it counts as said last."""

    until: Annotated[datetime | None, "Until when it was meant to last; it lasts until it is ended."] = None


@dataclass(frozen=True)
class MaintenanceEnded(Details, act=Act.MAINTENANCE_ENDED):
    """From here on people could act again."""
