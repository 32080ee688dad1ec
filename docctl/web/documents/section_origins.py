"""Who changed what: the text of a revision with, beside each paragraph, the revision and the people it is from."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from flask import Blueprint, Response, render_template

from docctl.registers.documents.section_origins import (
    Contribution,
    OriginsOfSection,
    ParagraphOrigin,
    RevisionOfSeries,
    SectionOrigins,
    section_origins,
)
from docctl.registers.tables import of_documents
from docctl.texts.compared_text import Piece, pieces_of
from docctl.texts.differences import differences
from docctl.texts.text_blocks import HEADING
from docctl.web import control, person
from docctl.web.frame.asked import asked_revision
from docctl.web.frame.taking_away import as_table_file

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
    revision, since = asked_revision("revision"), asked_revision("since") or 0
    with control().reading() as reading:
        return as_table_file(kind, of_documents.origins(control(), reading, person(), number, revision, since))


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
