"""What the readers of page, Word file and PDF find: passages, the places of cells, and what is the matter with them."""

from dataclasses import dataclass, replace
from enum import StrEnum

from docctl.domain.issued_files.read_back import Fault

LINE_END = "\n"
"""The end of a line that was set: whether there is a space is not to be seen."""
SIGN = "\ufffc"
"""Stands on both sides of a sign that hangs on a word without a space, such as that of a note."""
LINES = "lines"
"""What is worked out on each page where its lines are numbered."""
DRAWN = "\ufffb"
"""Stands on both sides of a formula of which a file tells all signs as they are drawn, in whichever order."""


class Kind(StrEnum):
    """What a passage is."""

    HEADING = "heading"
    TEXT = "text"
    NOTE = "note"
    BOX = "text box"
    AROUND = "around the text"


@dataclass(frozen=True)
class Cell:
    """The place of a cell: which table, row and column of the text, each counted from nought."""

    table: int
    row: int
    column: int


@dataclass(frozen=True)
class Passage:
    """A paragraph, heading, cell or note as a reader found it; ``mark`` is the mark of a list that is drawn before.

    What may be elsewhere is compared by its words, not by its place: a text box, or what a file tells of out of order.
    Of a PDF's passage with letters that run from the right, ``seen`` are its lines as they are seen, from the left;
    ``is_in_order`` where a PDF tells letters and marks in the order in which they are written.
    """

    text: str
    kind: Kind = Kind.TEXT
    mark: str = ""
    cell: Cell | None = None
    is_optional: bool = False
    may_be_elsewhere: bool = False
    seen: tuple[str, ...] = ()
    is_in_order: bool = False

    def as_optional(self) -> "Passage":
        """Return it as one that the page may leave out, such as the line above the contents."""
        return replace(self, is_optional=True)


@dataclass(frozen=True)
class Flaw:
    """Signs without a shape, or text that nobody sees, in a file; ``passage`` is the one where it stands."""

    fault: Fault
    shown: str
    passage: int


@dataclass(frozen=True)
class Reading:
    """What a reader found in a file; ``merged`` are the tables in which cells reach over several rows or columns.

    What charts and diagrams say, word by word, is drawn in a file and told in words on the page: ``in_figures``. Of a
    Word file, ``floats`` are where passages begin and end that float beside the text, ``leaders`` the signs that fill
    tabs, ``read_above`` words with what stands above them to say how they are read, ``drop_caps`` large first letters
    with the text that each begins, ``pictured`` the texts of items that have a picture as their bullet, and
    ``contents`` the lines of generated lists, ``objects`` how many things of other programs are in it; ``running`` is
    what its headers and footers say, line by line, with the kinds of fields that are worked out there. Of a PDF,
    ``beside`` are the pieces of each page that are no part of the text, each with whether it stands above or below all
    text. Of the page, ``struck`` are the letters that it strikes out.
    """

    passages: tuple[Passage, ...]
    flaws: tuple[Flaw, ...] = ()
    merged: frozenset[int] = frozenset()
    in_figures: frozenset[str] = frozenset()
    floats: tuple[tuple[int, int], ...] = ()
    leaders: frozenset[str] = frozenset()
    read_above: tuple[tuple[str, str], ...] = ()
    drop_caps: tuple[tuple[str, str], ...] = ()
    pictured: frozenset[str] = frozenset()
    contents: frozenset[str] = frozenset()
    objects: int = 0
    running: tuple[str, ...] = ()
    running_paragraphs: tuple[str, ...] = ()
    beside: tuple[tuple[tuple[str, bool], ...], ...] = ()
    running_fields: frozenset[str] = frozenset()
    struck: str = ""
