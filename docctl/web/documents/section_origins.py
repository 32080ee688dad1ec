"""Who changed what: the text of a revision with, beside each paragraph, the revision and the people it is from."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from flask import Blueprint, Response, render_template
from flask_babel import gettext as _

from docctl.registers.documents.section_origins import (
    Contribution,
    OriginsOfSection,
    ParagraphOrigin,
    RevisionOfSeries,
    SectionOrigins,
    section_origins,
)
from docctl.texts.compared_text import Piece, pieces_of
from docctl.texts.differences import ROW, differences
from docctl.texts.text_blocks import CODE, FOOTNOTE, HEADING, ITEM, PARAGRAPH, PICTURE, QUOTE
from docctl.web import control, person
from docctl.web.frame.asked import asked_revision
from docctl.web.frame.formatting import state_in_words
from docctl.web.frame.taking_away import Cell, as_table_file

bp = Blueprint("section_origins", __name__)


@dataclass(frozen=True)
class Stretch:
    """Paragraphs that follow one another and came the same way, as pieces of page text."""

    pieces: tuple[Piece, ...]
    last: Contribution
    earlier: tuple[Contribution, ...]


@dataclass(frozen=True)
class ShownSection:
    """A section as the page shows it; left out is what has not changed since the revision asked for.

    A heading that has not changed is shown all the same, without its origin.
    """

    section: OriginsOfSection
    heading: tuple[Piece, ...]
    stretches: tuple[Stretch, ...]
    taken_out: tuple[RevisionOfSeries, ...]
    leaves_out: bool


@bp.get("/documents/<number>/origins")
def show(number: str) -> str:
    """Show a text with the origin of each paragraph, or only what changed since a revision."""
    found, since = _asked(number)
    return render_template(
        "documents/section_origins.html",
        found=found,
        since=since,
        sections=[shown for section in found.sections if (shown := _shown(section, since)) is not None],
        date_of=_date_of,
    )


@bp.get("/documents/<number>/origins.<any(csv, xlsx):kind>")
def take_away(number: str, kind: str) -> Response:
    """Give the origins as a table: one row for each paragraph, list item or row of a table."""
    found, since = _asked(number)
    rows = (_row(section, each) for section in found.sections for each in section.since(since))
    title = _("Who changed what in %(number)s", number=found.number)
    return as_table_file(kind, f"{found.number}-{found.shown.revision}-origins", _headings(), rows, title)


def _asked(number: str) -> tuple[SectionOrigins, int]:
    """Return what is asked for, and the revision since which changes are shown; 0 for all of the text."""
    with control().reading() as reading:
        found = section_origins(control(), reading, person(), number, asked_revision("revision"))
    since = asked_revision("since") or 0
    return found, since if since < found.shown.revision else 0


def _shown(section: OriginsOfSection, since: int) -> ShownSection | None:
    """Return what of a section is shown; nothing where it did not change since the revision asked for."""
    kept, taken_out = section.since(since), section.taken_out_since(since)
    if not kept and not taken_out:
        return None
    first = section.paragraphs[0]
    is_left_out = first.block.kind == HEADING and first not in kept[:1]
    return ShownSection(
        section,
        heading=_pieces([first]) if is_left_out else (),
        stretches=tuple(_stretches(kept)),
        taken_out=taken_out,
        leaves_out=len(kept) + is_left_out < len(section.paragraphs),
    )


def _stretches(paragraphs: Iterable[ParagraphOrigin]) -> Iterator[Stretch]:
    for contributions, group in groupby(paragraphs, key=lambda each: each.contributions):
        yield Stretch(_pieces(group), contributions[-1], contributions[:-1])


def _pieces(paragraphs: Iterable[ParagraphOrigin]) -> tuple[Piece, ...]:
    blocks = [each.block for each in paragraphs]
    return pieces_of(differences(blocks, blocks))


def _date_of(line: RevisionOfSeries) -> date | datetime | None:
    """Return the day from which a revision was in force, else when it was written."""
    return line.effective_date or line.written_at


def _headings() -> tuple[str, ...]:
    return (
        _("Section"), _("Kind"), _("Text"), _("Revision"), _("Label before"), _("State"), _("Written by"), _("Save"),
        _("Saved (UTC)"), _("Approved by"), _("Approved (UTC)"), _("Effective date"), _("Summary of changes"),
        _("First came in revision"), _("Touched by revisions"), _("Adopted"),
    )  # fmt: skip


def _row(section: OriginsOfSection, paragraph: ParagraphOrigin) -> tuple[Cell, ...]:
    block, last = paragraph.block, paragraph.last
    line = last.revision
    return (
        section.title, _kinds().get(block.kind, block.kind), " | ".join(block.cells), line.revision, line.label,
        state_in_words(line.state), _("not said here") if line.hides_earlier else ", ".join(last.authors),
        last.saved_draft, last.saved_at,
        ", ".join(line.approved_by), line.approved_at, line.effective_date, line.change_summary,
        paragraph.first.revision.revision, ", ".join(str(each.revision.revision) for each in paragraph.contributions),
        _("yes") if line.adopted_evidence else _("no"),
    )  # fmt: skip


def _kinds() -> dict[str, str]:
    return {
        HEADING: _("Heading"),
        PARAGRAPH: _("Paragraph"),
        ITEM: _("List item"),
        ROW: _("Row of a table"),
        QUOTE: _("Quotation"),
        CODE: _("Block of code"),
        PICTURE: _("Picture"),
        FOOTNOTE: _("Footnote"),
    }
