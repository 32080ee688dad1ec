"""What stands on the pages of a PDF above and below its text, in headers and footers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

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
