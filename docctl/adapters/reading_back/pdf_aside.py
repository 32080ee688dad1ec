"""What stands on the pages of a PDF beside its text: in headers and footers, and beyond the paper."""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Self

import pikepdf
import pypdfium2.raw as pdfium

from docctl.adapters.reading_back.pdf_pieces import Box, Piece

_MOST_OF_A_PAGE = 0.5
"""Of its height: a higher figure may be the paper that headers are printed on."""

Beside = tuple[tuple[str, bool], ...]


@dataclass
class Aside:
    """Collects, page by page, what is marked as no part of the text, and how far the text reaches on pages of a size.

    What stands among the text need be no header: the words in a drawing, or the head of a table on its next page.
    What stands within ``figures``, by the place of their page, is none.
    """

    figures: Mapping[int, Sequence[Box]] = field(default_factory=dict)
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
        figures = [box for box in self.figures.get(len(self._pages), ()) if box[3] - box[1] < size[1] * _MOST_OF_A_PAGE]
        marked = [piece for piece in pieces if piece.is_artifact and piece.text.strip()]
        marked = [piece for piece in marked if not any(_holds(box, piece.box) for box in figures)]
        self._pages.append((size, marked, [sum(piece.box[1::2]) / 2 for piece in marked]))

    def told(self) -> Iterator[Beside]:
        """Yield the pieces of each page with whether they stand above or below all text."""
        for size, marked, heights in self._pages:
            low, high = self._reach[size]
            yield tuple((piece.text, not low < at < high) for piece, at in zip(marked, heights, strict=True))


def figures_of(data: bytes) -> dict[int, list[Box]]:
    """Return where figures of the text stand on each page, by their tags, of which PDFium tells only those of words."""
    found: dict[int, list[Box]] = {}
    with pikepdf.open(io.BytesIO(data)) as opened:
        places = {page.obj.objgen: place for place, page in enumerate(opened.pages)}
        for each in opened.objects:
            if isinstance(each, pikepdf.Dictionary) and each.get("/S") == "/Figure" and "/Pg" in each:
                stated = each.get("/A")
                box = stated.get("/BBox") if isinstance(stated, pikepdf.Dictionary) else None
                if box is not None and len(box) == 4:
                    left, bottom, right, top = map(float, box)
                    found.setdefault(places.get(each.Pg.objgen, -1), []).append((left, bottom, right, top))
    return found


def _holds(box: Box, inner: Box) -> bool:
    return box[0] <= inner[0] and box[1] <= inner[1] and box[2] >= inner[2] and box[3] >= inner[3]


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
