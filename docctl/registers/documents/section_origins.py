"""Who changed what: section by section, the revision in which the words that stand there came, by whom and why."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from docctl.document_control import DocumentControl
from docctl.domain.approval.approval_route import APPROVE
from docctl.domain.documents.lifecycle import PUBLISHED_STATES, State
from docctl.domain.documents.revision import Revision
from docctl.domain.documents.saved_draft import SavedDraft
from docctl.domain.documents.stored_file import CONTENT
from docctl.domain.errors import NotFoundError
from docctl.domain.people.reader import Reader
from docctl.domain.rights.permission import ABSENT, Right, may, may_read_history
from docctl.registers.lookup import document_numbered
from docctl.texts.differences import Block
from docctl.texts.paragraph_origin import Origin, SectionOrigin, Touch, origins_of
from docctl.texts.text_blocks import blocks_of

MOST_DRAFTS = 40


@dataclass(frozen=True)
class RevisionOfSeries:
    """A revision in whose text words may have come: written by whom, approved and in force when, and why.

    Where revisions before it are not for the person, its words may be of one of these, and nobody is named for them.
    """

    revision: int
    label: str
    state: str
    authors: tuple[str, ...]
    written_at: datetime | None
    approved_by: tuple[str, ...]
    approved_at: datetime | None
    effective_date: date | None
    change_summary: str
    is_claimed: bool
    adopted_evidence: str
    before: int | None
    hides_earlier: bool


@dataclass(frozen=True)
class Contribution:
    """What brought or changed a paragraph: a revision, who wrote that of it, and the save it came with."""

    revision: RevisionOfSeries
    authors: tuple[str, ...]
    saved_draft: int | None
    saved_at: datetime | None
    anchor: str


@dataclass(frozen=True)
class ParagraphOrigin:
    """A paragraph, list item or row of a table as it stands, with what brought and changed it, oldest first."""

    block: Block
    contributions: tuple[Contribution, ...]

    @property
    def first(self) -> Contribution:
        """What first brought it."""
        return self.contributions[0]

    @property
    def last(self) -> Contribution:
        """What brought it as it stands."""
        return self.contributions[-1]


@dataclass(frozen=True)
class OriginsOfSection:
    """A section: its paragraphs, who wrote them, the revisions that touched it and those that took something out."""

    title: str
    anchor: str
    paragraphs: tuple[ParagraphOrigin, ...]
    touched: tuple[RevisionOfSeries, ...]
    taken_out: tuple[RevisionOfSeries, ...]

    @property
    def contributors(self) -> tuple[str, ...]:
        """Everybody who wrote what stands in it, who wrote first named first."""
        found = (each for paragraph in self.paragraphs for each in paragraph.contributions)
        ordered = sorted(found, key=lambda each: each.revision.revision)
        return tuple(dict.fromkeys(name for each in ordered for name in each.authors))

    def since(self, revision: int) -> tuple[ParagraphOrigin, ...]:
        """Return the paragraphs that came or changed after a revision."""
        return tuple(each for each in self.paragraphs if each.last.revision.revision > revision)

    def taken_out_since(self, revision: int) -> tuple[RevisionOfSeries, ...]:
        """Return the revisions after one that took something out of the section."""
        return tuple(each for each in self.taken_out if each.revision > revision)


@dataclass(frozen=True)
class SectionOrigins:
    """The text of a revision with the origin of each of its paragraphs; choices are the texts one may ask for."""

    number: str
    title: str
    language: str
    shown: RevisionOfSeries
    series: tuple[RevisionOfSeries, ...]
    choices: tuple[tuple[int, str], ...]
    sections: tuple[OriginsOfSection, ...]

    @property
    def paragraphs(self) -> tuple[ParagraphOrigin, ...]:
        """Every paragraph of the text, in reading order."""
        return tuple(each for section in self.sections for each in section.paragraphs)

    def as_json(self, since: int = 0) -> dict[str, Any]:
        """Return the paragraphs that came or changed after a revision as plain values, and the revisions they name."""
        return {
            "number": self.number,
            "revision": self.shown.revision,
            "revisions": [_plain(asdict(line)) for line in self.series],
            "paragraphs": [
                {
                    "section": section.title,
                    "kind": paragraph.block.kind,
                    "text": paragraph.block.text,
                    "contributions": [
                        {"revision": each.revision.revision, "authors": each.authors, "saved_draft": each.saved_draft}
                        for each in paragraph.contributions
                    ],
                }
                for section in self.sections
                for paragraph in section.since(since)
            ],
        }

    def count_of(self, revision: int) -> int:
        """Count the paragraphs that stand as a revision brought them."""
        return sum(each.last.revision.revision == revision for each in self.paragraphs)


def section_origins(
    control: DocumentControl, session: Session, person: Reader, number: str, revision: int | None = None
) -> SectionOrigins:
    """Return who wrote what in a revision, by default the one in force; raise NotFoundError for what one may not read.

    The series are the revisions that were in force before it, as far as the person may read them.
    """
    document = document_numbered(session, number)
    loaded = (selectinload(getattr(Revision, name)) for name in ("saved_drafts", "signatures", "claimed"))
    every = session.scalars(
        select(Revision).where(Revision.document_id == document.id).order_by(Revision.number).options(*loaded)
    ).all()
    readable = [each for each in every if may_read_history(person, each)]
    shown = _shown(readable, revision)
    series = [each for each in readable if each is shown or _came_before(each, shown)]
    read = _Series(control, person, series, [each for each in every if each not in readable])
    return SectionOrigins(
        number=document.number,
        title=shown.title,
        language=shown.language,
        shown=read.lines[-1],
        series=tuple(read.lines),
        choices=tuple((each.number, each.state) for each in reversed(readable)),
        sections=read.sections(),
    )


def _shown(readable: Sequence[Revision], number: int | None) -> Revision:
    """Return the revision asked for, else the one in force, else the last that was, else the newest."""
    if number is not None:
        found = [each for each in readable if each.number == number]
    else:
        found = [each for each in readable if each.state == State.IN_FORCE]
        found = found or [each for each in readable if each.state in PUBLISHED_STATES] or list(readable)
    if not found:
        raise NotFoundError(ABSENT)
    return found[-1]


def _came_before(revision: Revision, shown: Revision) -> bool:
    return revision.number < shown.number and revision.state in PUBLISHED_STATES


class _Series:
    """The revisions of a document up to one, with their texts as the person may read them."""

    def __init__(
        self, control: DocumentControl, person: Reader, revisions: Sequence[Revision], hidden: Sequence[Revision]
    ) -> None:
        self._control, self._person, self._revisions = control, person, revisions
        self.lines: list[RevisionOfSeries] = []
        for place, revision in enumerate(revisions):
            before = revisions[place - 1].number if place else 0
            is_after_hidden = any(_came_before(each, revision) and each.number > before for each in hidden)
            self.lines.append(_line(revision, before or None, is_after_hidden))
        self._texts = [self._blocks(revision, revision.current) for revision in revisions]
        self._runs: dict[int, tuple[SavedDraft, ...]] = {}
        self._by_place: dict[int, dict[int, tuple[SavedDraft, ...]]] = {}

    def sections(self) -> tuple[OriginsOfSection, ...]:
        """Return the sections of the newest text with the origins of their paragraphs."""
        return tuple(self._section(section) for section in origins_of(self._texts))

    def _section(self, section: SectionOrigin) -> OriginsOfSection:
        return OriginsOfSection(
            title=section.title,
            anchor=section.anchor,
            paragraphs=tuple(self._paragraph(origin) for origin in section.blocks),
            touched=tuple(self.lines[text] for text in section.touched),
            taken_out=tuple(self.lines[text] for text in section.taken_out),
        )

    def _paragraph(self, origin: Origin) -> ParagraphOrigin:
        return ParagraphOrigin(origin.block, tuple(map(self._contribution, origin.touches)))

    def _contribution(self, touch: Touch) -> Contribution:
        line, revision = self.lines[touch.text], self._revisions[touch.text]
        if line.hides_earlier or revision.claimed is not None or not may(self._person, Right.FOLLOW, revision):
            return Contribution(line, line.authors, None, None, touch.anchor)
        drafts = self._drafts_of(touch)
        names = tuple(dict.fromkeys(draft.author.name for draft in drafts))
        return Contribution(line, names, drafts[-1].number, drafts[-1].saved_at, touch.anchor)

    def _drafts_of(self, touch: Touch) -> tuple[SavedDraft, ...]:
        """Return the saved drafts of a revision that wrote a block of it; where that cannot be told, all of them."""
        revision = self._revisions[touch.text]
        if touch.text not in self._runs:
            before = self._revisions[touch.text - 1].current if touch.text else None
            self._runs[touch.text] = runs = _runs(revision, before)
            self._by_place[touch.text] = self._told_apart(touch.text, runs)
        return self._by_place[touch.text].get(touch.place) or self._runs[touch.text] or (revision.current,)

    def _told_apart(self, text: int, runs: Sequence[SavedDraft]) -> dict[int, tuple[SavedDraft, ...]]:
        """Return for each block of a revision the saved drafts that wrote it, where several people did."""
        if not 1 < len(runs) <= MOST_DRAFTS:
            return {}
        start = self._texts[text - 1] if text else ()
        sections = origins_of([start, *(self._blocks(self._revisions[text], draft) for draft in runs)])
        blocks = (origin for section in sections for origin in section.blocks)
        return {
            place: tuple(runs[each.text - 1] for each in origin.touches if each.text)
            for place, origin in enumerate(blocks)
        }

    def _blocks(self, revision: Revision, draft: SavedDraft) -> tuple[Block, ...]:
        return blocks_of(self._control.read_text(self._person, draft, revision).html)


def _runs(revision: Revision, before: SavedDraft | None) -> tuple[SavedDraft, ...]:
    """Return the saves that made the text of a revision: of those by one person in a row the last.

    Who put an earlier text back wrote nothing of it, and what was undone by it did not make the text.
    """
    kept: list[SavedDraft] = []
    texts = [_text_of(before)]
    for draft in revision.saved_drafts:
        if draft.aside:
            continue
        text = _text_of(draft)
        if text in texts:
            place = texts.index(text)
            del kept[place:], texts[place + 1 :]
        else:
            kept.append(draft)
            texts.append(text)
    following = [*kept[1:], None]
    pairs = zip(kept, following, strict=True)
    return tuple(one for one, other in pairs if other is None or other.author_id != one.author_id)


def _text_of(draft: SavedDraft | None) -> str:
    content = draft.file(CONTENT) if draft is not None else None
    return content.sha256 if content is not None else ""


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in row.items()}


def _line(revision: Revision, before: int | None, hides_earlier: bool) -> RevisionOfSeries:
    claimed = revision.claimed
    approvals = [each for each in revision.valid_signatures if each.kind == APPROVE]
    if claimed is not None:
        authors, approved_by = claimed.authors, tuple(filter(None, (claimed.approved_by,)))
    else:
        authors = tuple(dict.fromkeys(each.author.name for each in revision.saved_drafts if not each.aside))
        approved_by = tuple(dict.fromkeys(each.printed_name for each in approvals))
    return RevisionOfSeries(
        revision=revision.number,
        label=claimed.label if claimed is not None else "",
        state=revision.state,
        authors=() if hides_earlier else authors,
        written_at=claimed.written_at if claimed is not None else revision.current.saved_at,
        approved_by=approved_by,
        approved_at=revision.approved_at,
        effective_date=revision.effective_date,
        change_summary=revision.change_summary,
        is_claimed=claimed is not None,
        adopted_evidence=revision.adopted_evidence,
        before=before,
        hides_earlier=hides_earlier,
    )
