"""What stands on the pages of a PDF beside its text: in headers and footers, and beyond the paper."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Self

import pypdfium2.raw as pdfium

from docctl.adapters.reading_back.pdf_pieces import Piece

Beside = tuple[tuple[str, bool], ...]


@dataclass
class Aside:
    """Collects, page by page, what is marked as no part of the text, and how far the text reaches on pages of a size.

    What stands among the text need be no header: the words in a drawing, or the head of a table on its next page.
    """

    _reach: dict[tuple[float, float], tuple[float, float]] = field(default_factory=dict)
    _pages: list[tuple[tuple[float, float], list[Piece], list[float]]] = field(default_factory=list)

    def take(self, page: object, pieces: Sequence[Piece]) -> None:
        """Take in one page."""
        size = pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page)
        low, high = self._reach.get(size, (size[1], 0.0))
        for piece in pieces:
            if piece.number >= 0 and piece.text.strip():
                _, bottom, _, top = piece.box
                low, high = min(low, bottom), max(high, top)
        self._reach[size] = low, high
        marked = [piece for piece in pieces if piece.is_artifact and piece.text.strip()]
        self._pages.append((size, marked, [sum(piece.box[1::2]) / 2 for piece in marked]))

    def told(self) -> Iterator[Beside]:
        """Yield the pieces of each page with whether they stand above or below all text."""
        for size, marked, heights in self._pages:
            low, high = self._reach[size]
            yield tuple((piece.text, not low < at < high) for piece, at in zip(marked, heights, strict=True))


@dataclass(frozen=True)
class Edges:
    """What the tagged text of a page says on its paper, and wholly above and below it."""

    high: float
    on_paper: frozenset[str]
    above: frozenset[str]
    below: frozenset[str]

    @classmethod
    def of(cls, page: object, pieces: Iterable[Piece]) -> Self:
        """Look at the pieces of a page."""
        high = pdfium.FPDF_GetPageHeightF(page)
        said = [(each.text.strip(), each.box) for each in pieces if each.number >= 0]
        return cls(
            high,
            frozenset(text for text, (_, bottom, _, top) in said if bottom < high and top > 0),
            frozenset(text for text, (_, bottom, _, _) in said if bottom >= high),
            frozenset(text for text, (_, _, _, top) in said if top <= 0),
        )

    def is_beyond(self, piece: Piece, going_on: Set[str]) -> bool:
        """Say whether a piece stands above or below the paper, and is one of those that go on there."""
        if piece.number < 0 or piece.text.strip() not in going_on:
            return False
        _, bottom, _, top = piece.box
        return bottom >= self.high or top <= 0


def shown_on_the_next(edges: Sequence[Edges]) -> Mapping[int, Set[str]]:
    """Return what stands beyond the paper of pages and on that of the page beside.

    LibreOffice draws a shape that reaches over the end of a page whole on both pages.
    """
    found = {}
    for place, each in enumerate(edges):
        before = edges[place - 1].on_paper if place else frozenset[str]()
        behind = edges[place + 1].on_paper if place + 1 < len(edges) else frozenset[str]()
        if again := (each.above & before | each.below & behind) - {""}:
            found[place] = again
    return found
