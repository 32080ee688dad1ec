"""The pages of a PDF as PDFium finds them: pieces of text with the tags they stand under, in logical order."""

import ctypes
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from threading import Lock

import pypdfium2.raw as pdfium

from docctl.adapters.reading_back.pdf_aside import Aside, Beside, Edges, figures_of, shown_on_the_next
from docctl.adapters.reading_back.pdf_letters import letters_of
from docctl.adapters.reading_back.pdf_lines import in_logical_order
from docctl.adapters.reading_back.pdf_pieces import Box, Piece, Sign, pieces_of
from docctl.adapters.reading_back.pdf_sight import Sight
from docctl.domain.issued_files.read_back import Fault
from docctl.domain.issued_files.readings import LINE_END

_SERVING = Lock()
_DEEPEST = 60


@dataclass(frozen=True)
class Leaf:
    """A piece of tagged content: where it stands among the tags, which tags those are, what it says and its flaws.

    ``signs`` are what it draws, each at its place, on pages where letters carry marks or run from the right.
    """

    path: tuple[int, ...]
    tags: tuple[str, ...]
    text: str
    alternative: str = ""
    flaws: tuple[tuple[Fault, str], ...] = ()
    page: int = 0
    signs: tuple[Sign, ...] | None = None


@dataclass
class Pages:
    """What stands on the pages of a PDF: tagged content in logical order, what is not tagged, and what wrote it.

    What is marked as no part of the text is ``beside`` it, page by page.
    """

    leaves: list[Leaf] = field(default_factory=list)
    untagged: list[str] = field(default_factory=list)
    beside: list[Beside] = field(default_factory=list)
    writer: str = ""


@dataclass
class _Content:
    """What one number among the tagged content of a page stands for."""

    pieces: list[Piece] = field(default_factory=list)
    flaws: list[tuple[Fault, str]] = field(default_factory=list)


def pages_of(data: bytes) -> Pages:
    """Return what stands on the pages of a PDF."""
    return _pages_of(data, {})


def beside_without_figures(data: bytes) -> tuple[Beside, ...]:
    """Return what stands beside the text of each page, without the words in pictures: print draws them as headers."""
    return tuple(_pages_of(data, figures_of(data)).beside)


def _pages_of(data: bytes, figures: Mapping[int, Sequence[Box]]) -> Pages:
    """Read the pages; PDFium serves one caller at a time."""
    with _SERVING:
        document = pdfium.FPDF_LoadMemDocument64(data, len(data), None)
        try:
            made, edges = _read(document, figures, {})
            if going_on := shown_on_the_next(edges):
                made, _ = _read(document, figures, going_on)
        finally:
            pdfium.FPDF_CloseDocument(document)
    made.leaves.sort(key=lambda leaf: leaf.path)
    return made


def _read(
    document: object, figures: Mapping[int, Sequence[Box]], going_on: Mapping[int, Set[str]]
) -> tuple[Pages, list[Edges]]:
    """Read every page, without what stands beyond its paper and goes on there."""
    made, edges = Pages(writer=_text_of(pdfium.FPDF_GetMetaText, document, b"Creator")), []
    sight, aside = Sight(), Aside(figures)
    for number in range(pdfium.FPDF_GetPageCount(document)):
        page = pdfium.FPDF_LoadPage(document, number)
        try:
            edges.append(_read_page(page, number, made, sight, aside, going_on.get(number, frozenset())))
        finally:
            pdfium.FPDF_ClosePage(page)
    made.beside = list(aside.told())
    return made, edges


def _read_page(
    page: object, place_of_page: int, made: Pages, sight: Sight, aside: Aside, going_on: Set[str]
) -> Edges:  # fmt: skip
    drawn = pieces_of(page)
    has_signs = letters_of(page, drawn)
    edges = Edges.of(page, drawn)
    pieces = [piece for piece in _drawn_once(drawn) if not edges.is_beyond(piece, going_on)]
    content: dict[int, _Content] = {}
    aside.take(page, pieces)
    for piece in pieces:
        if piece.number >= 0:
            content.setdefault(piece.number, _Content()).pieces.append(piece)
        elif not piece.is_artifact and piece.text.strip():
            made.untagged.append(piece.text)
    for piece, fault, shown in sight.flaws(page, pieces):
        if piece.number >= 0:
            content[piece.number].flaws.append((fault, shown))
    tree = pdfium.FPDF_StructTree_GetForPage(page)
    try:
        for place in range(pdfium.FPDF_StructTree_CountChildren(tree)):
            element = pdfium.FPDF_StructTree_GetChildAtIndex(tree, place)
            leaves = _leaves(element, (place,), (), content)
            made.leaves.extend(
                replace(leaf, page=place_of_page, signs=leaf.signs if has_signs else None) for leaf in leaves
            )
    finally:
        pdfium.FPDF_StructTree_Close(tree)
    return edges


def _drawn_once(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Yield pieces but for those drawn again where they stand, as LibreOffice draws the text in a group of shapes."""
    drawn = set[tuple[str, bool, tuple[int, ...]]]()
    for piece in pieces:
        place = piece.text.strip(), piece.is_artifact, tuple(map(round, piece.box))
        if not place[0] or place not in drawn:
            yield piece
        drawn.add(place)


def _leaves(
    element: object, path: tuple[int, ...], tags: tuple[str, ...], content: dict[int, _Content]
) -> Iterator[Leaf]:  # fmt: skip
    if not element or len(path) > _DEEPEST:
        return
    tags = (*tags, _text_of(pdfium.FPDF_StructElement_GetType, element))
    alternative = _text_of(pdfium.FPDF_StructElement_GetAltText, element) if tags[-1] in ("Formula", "Figure") else ""
    if alternative:
        yield Leaf((*path, -1), tags, "", alternative)
    for place in range(pdfium.FPDF_StructElement_CountChildren(element)):
        number = pdfium.FPDF_StructElement_GetChildMarkedContentID(element, place)
        if number >= 0:
            found = content.get(number, _Content())
            signs = tuple(sign for piece in found.pieces for sign in piece.signs)
            yield Leaf((*path, place), tags, _said_by(found.pieces), flaws=tuple(found.flaws), signs=signs)
        else:
            child = pdfium.FPDF_StructElement_GetChildAtIndex(element, place)
            yield from _leaves(child, (*path, place), tags, content)


def _said_by(pieces: Sequence[Piece]) -> str:
    return LINE_END.join(piece.text for piece in in_logical_order(pieces))


def _text_of(ask: Callable[..., int], *of: object) -> str:
    length = ask(*of, None, 0)
    if not length:
        return ""
    room = ctypes.create_string_buffer(length)
    ask(*of, room, length)
    return room.raw[:length].decode("utf-16-le", "replace").rstrip("\0")
