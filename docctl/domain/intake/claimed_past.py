"""The past of documents as a folder, register or repository tells it, and the rules under which it can be adopted."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import pairwise

from docctl.domain.documents.authorship import Authorship
from docctl.domain.documents.document_number import checked_number
from docctl.domain.errors import InvalidNumberError

LONGEST_LABEL, LONGEST_NAME = 60, 200
HIGHEST_REVISION = 9999
NOBODY = "Unknown author"
NO_ADDRESS = "unknown@docctl.invalid"
_RUNS = re.compile(r"\d+|[^\d]+", re.ASCII)
_WHOLE_NUMBER = re.compile(r"0*([1-9]\d{0,3})", re.ASCII)


@dataclass(frozen=True)
class ClaimedAuthor:
    """Somebody who is said to have written a revision."""

    name: str
    email: str = ""


@dataclass(frozen=True)
class ClaimedRevision:
    """An earlier revision as its source tells it; faults are what the source says of it that cannot be so."""

    file: str
    label: str = ""
    place: str = ""
    title: str = ""
    effective: date | None = None
    written_at: datetime | None = None
    written_by: tuple[ClaimedAuthor, ...] = ()
    approved_by: str = ""
    owner: str = ""
    department: str = ""
    summary: str = ""
    faults: tuple[str, ...] = ()

    @property
    def named(self) -> str:
        """The revision as a sentence names it: its label, and where the source tells of it."""
        label = f"revision {self.label}" if self.label else "the revision without a label"
        return f"{label} ({self.place or self.file})"

    def authorship(self, now: datetime) -> Authorship | None:
        """Return who wrote it and when, as its commit says: the first author, on the day of writing or of coming into
        force; nothing where the source tells neither."""
        if not self.written_by and self.written_at is None and self.effective is None:
            return None
        author = self.written_by[0] if self.written_by else ClaimedAuthor(NOBODY)
        day = datetime.combine(self.effective, time(), UTC) if self.effective else now
        return Authorship(author.name, author.email or NO_ADDRESS, self.written_at or day)


@dataclass(frozen=True)
class ClaimedDocument:
    """A document with its revisions, the oldest first; the last one is in force unless the document was withdrawn.

    Where the source itself keeps the order, as a repository does, no order is read from dates or labels.
    """

    number: str
    revisions: tuple[ClaimedRevision, ...]
    type_name: str = ""
    withdrawn: date | None = None
    withdrawn_because: str = ""
    is_in_order: bool = False

    @property
    def named(self) -> str:
        """The document as a list names it: by its number, else by its newest file."""
        return self.number or (self.revisions[-1].file if self.revisions else "")


def in_order(revisions: Sequence[ClaimedRevision]) -> tuple[ClaimedRevision, ...]:
    """Return revisions the oldest first: as they stand, unless dates or labels say that the newest stands first."""
    days = [each.effective for each in revisions if each.effective is not None]
    if len(days) > 1:
        is_backwards = all(later <= earlier for earlier, later in pairwise(days)) and days[-1] < days[0]
    else:
        keys = [label_key(each.label) for each in revisions]
        is_backwards = len(keys) > 1 and all(later < earlier for earlier, later in pairwise(keys))
    return tuple(reversed(revisions)) if is_backwards else tuple(revisions)


def label_key(label: str) -> list[tuple[int, int, str]]:
    """Return by what labels are sorted: 2 before 10, B before AA, 1.2 before 1.10; no label comes last."""
    if not label:
        return [(2, 0, "")]
    runs = _RUNS.findall(label.casefold())
    return [(0, int(run), "") if run[0].isascii() and run.isdigit() else (1, len(run), run) for run in runs]


def revision_numbers(labels: Sequence[str], after: int = 0) -> list[int]:
    """Return the revision numbers that labels get: their own where all are rising whole numbers, else one by one."""
    found = [_WHOLE_NUMBER.fullmatch(label.strip()) for label in labels]
    numbers = [int(each.group(1)) for each in found if each is not None]
    rising = all(earlier < later for earlier, later in pairwise([after, *numbers]))
    if len(numbers) == len(labels) and rising:
        return numbers
    return [after + place for place in range(1, len(labels) + 1)]


def faults_of(document: ClaimedDocument, today: date) -> list[str]:
    """Say, a sentence each, what keeps a document from being adopted with its past."""
    faults: list[str] = []
    if document.number:
        try:
            checked_number(document.number)
        except InvalidNumberError as refusal:
            faults.append(str(refusal))
    for revision in document.revisions:
        faults += [f"{_start(revision)}: {fault}" for fault in (*revision.faults, *_faults_of(revision, today))]
    faults += _faults_of_labels(document.revisions)
    if not document.is_in_order:
        faults += _faults_of_order(document.revisions)
    if document.withdrawn is not None:
        faults += _faults_of_end(document, document.withdrawn, today)
    return faults


def numbered_twice(documents: Iterable[ClaimedDocument]) -> set[str]:
    """Return the numbers, in capitals, that more than one document claims."""
    counted = Counter(document.number.upper() for document in documents if document.number)
    return {number for number, times in counted.items() if times > 1}


def ended_on(document: ClaimedDocument, place: int) -> date | None:
    """Return when a revision ended as claimed: on the day of the next one, or when the document was withdrawn."""
    later = [each.effective for each in document.revisions[place + 1 :] if each.effective is not None]
    return later[0] if later else document.withdrawn


def _start(revision: ClaimedRevision) -> str:
    return revision.named[:1].upper() + revision.named[1:]


def _faults_of(revision: ClaimedRevision, today: date) -> Iterable[str]:
    if len(revision.label) > LONGEST_LABEL:
        yield f"its label is longer than {LONGEST_LABEL} characters; shorten it."
    names = (revision.approved_by, revision.owner, revision.title, *(each.name for each in revision.written_by))
    if any(len(name) > LONGEST_NAME for name in names):
        yield f"a name or title is longer than {LONGEST_NAME} characters; shorten it."
    if revision.effective is not None and revision.effective > today:
        yield f"it is said to be in force from {revision.effective}, which lies ahead; import it as a draft instead."
    elif revision.written_at is not None and revision.written_at.date() > today:
        yield f"it is said to be written on {revision.written_at:%Y-%m-%d}, which lies ahead; correct the date."


def _faults_of_labels(revisions: Sequence[ClaimedRevision]) -> Iterable[str]:
    seen: dict[str, ClaimedRevision] = {}
    for revision in revisions:
        before = seen.setdefault(revision.label.casefold(), revision)
        if before is not revision:
            if revision.label:
                yield f"{_start(revision)} has the same label as {before.place or before.file}; each needs its own."
            else:
                other = before.place or before.file
                yield f"{_start(revision)} and {other} have neither label nor date, so nobody knows their order."


def _faults_of_order(revisions: Sequence[ClaimedRevision]) -> Iterable[str]:
    dated = [each for each in revisions if each.effective is not None]
    for earlier, later in pairwise(dated):
        if earlier.effective and later.effective and later.effective < earlier.effective:
            yield (
                f"{_start(later)} is dated {later.effective}, before {earlier.named} of {earlier.effective}, "
                "which it follows; the dates have to rise."
            )
    for earlier, later in pairwise(revisions):
        labels = [_WHOLE_NUMBER.fullmatch(each.label.strip()) for each in (earlier, later)]
        numbers = [int(each.group(1)) for each in labels if each is not None]
        if len(numbers) == 2 and numbers[1] < numbers[0]:
            yield f"{_start(later)} follows {earlier.named} by its date; correct the dates or the labels."


def _faults_of_end(document: ClaimedDocument, withdrawn: date, today: date) -> Iterable[str]:
    last = next((each for each in reversed(document.revisions) if each.effective is not None), None)
    if withdrawn > today:
        yield f"It is said to be withdrawn on {withdrawn}, which lies ahead; withdraw it here when the day has come."
    elif not document.is_in_order and last is not None and last.effective is not None and withdrawn < last.effective:
        yield f"It is said to be withdrawn on {withdrawn}, before {last.named} of {last.effective}; correct the dates."
