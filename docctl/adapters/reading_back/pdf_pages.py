"""The pages of a PDF as PDFium finds them: pieces of text with the tags they stand under, in logical order."""

import ctypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from threading import Lock

import pypdfium2.raw as pdfium

from docctl.domain.reading_forms import LINE_END

_SERVING = Lock()
MOST_DEPTH = 60
UNKNOWN = "\ufffd"
"""A sign of which the file does not say what letter it is."""


@dataclass(frozen=True)
class Leaf:
    """A piece of tagged content: where it stands among the tags, which tags those are, and what it says."""

    path: tuple[int, ...]
    tags: tuple[str, ...]
    text: str
    alternative: str = ""


@dataclass
class Pages:
    """What stands on the pages of a PDF: tagged content in logical order, what is not tagged, and what wrote it."""

    leaves: list[Leaf] = field(default_factory=list)
    untagged: list[str] = field(default_factory=list)
    writer: str = ""


def pages_of(data: bytes) -> Pages:
    """Return what stands on the pages of a PDF; PDFium serves one caller at a time."""
    made = Pages()
    with _SERVING:
        _read(data, made)
    made.leaves.sort(key=lambda leaf: leaf.path)
    return made


def _read(data: bytes, made: Pages) -> None:
    document = pdfium.FPDF_LoadMemDocument64(data, len(data), None)
    try:
        made.writer = _text_of(pdfium.FPDF_GetMetaText, document, b"Creator")
        for number in range(pdfium.FPDF_GetPageCount(document)):
            page = pdfium.FPDF_LoadPage(document, number)
            try:
                _read_page(page, made)
            finally:
                pdfium.FPDF_ClosePage(page)
    finally:
        pdfium.FPDF_CloseDocument(document)


def _read_page(page: object, made: Pages) -> None:
    said = _said_by_object(page)
    content: dict[int, list[str]] = {}
    for number, is_artifact, place in _text_objects(page):
        text = said.get(place, "")
        if number >= 0:
            content.setdefault(number, []).append(text)
        elif not is_artifact and text.strip():
            made.untagged.append(text)
    tree = pdfium.FPDF_StructTree_GetForPage(page)
    try:
        for place in range(pdfium.FPDF_StructTree_CountChildren(tree)):
            element = pdfium.FPDF_StructTree_GetChildAtIndex(tree, place)
            made.leaves.extend(_leaves(element, (place,), (), content))
    finally:
        pdfium.FPDF_StructTree_Close(tree)


def _said_by_object(page: object) -> dict[int, str]:
    """What each piece of text on a page says, by the place of the piece in memory."""
    text = pdfium.FPDFText_LoadPage(page)
    said: dict[int, list[str]] = {}
    of = 0
    try:
        for place in range(pdfium.FPDFText_CountChars(text)):
            letter = chr(pdfium.FPDFText_GetUnicode(text, place) or 0xFFFD)
            if pdfium.FPDFText_IsGenerated(text, place) == 1:
                said.setdefault(of, []).append(LINE_END)
                continue
            of = ctypes.cast(pdfium.FPDFText_GetTextObject(text, place), ctypes.c_void_p).value or 0
            if pdfium.FPDFText_HasUnicodeMapError(text, place) == 1:
                letter = UNKNOWN
            elif pdfium.FPDFText_IsHyphen(text, place) == 1:
                letter = "-"
            said.setdefault(of, []).append(letter)
    finally:
        pdfium.FPDFText_ClosePage(text)
    return {of: _whole("".join(letters)) for of, letters in said.items()}


def _whole(text: str) -> str:
    """Put letters together that PDFium gives in two halves."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _text_objects(holder: object) -> Iterator[tuple[int, bool, int]]:
    """Yield for each piece of text its number among the tagged content, whether it is decoration, and its place."""
    for place in range(pdfium.FPDFPage_CountObjects(holder)):
        yield from _texts_in(pdfium.FPDFPage_GetObject(holder, place), -1, False, 0)


def _texts_in(piece: object, number: int, is_artifact: bool, depth: int) -> Iterator[tuple[int, bool, int]]:
    own = pdfium.FPDFPageObj_GetMarkedContentID(piece)
    number = own if own >= 0 else number
    kind = pdfium.FPDFPageObj_GetType(piece)
    if kind == pdfium.FPDF_PAGEOBJ_TEXT:
        is_artifact = is_artifact or (number < 0 and "Artifact" in _marks(piece))
        yield number, is_artifact, ctypes.cast(piece, ctypes.c_void_p).value or 0
    elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < MOST_DEPTH:
        is_artifact = is_artifact or "Artifact" in _marks(piece)
        for place in range(pdfium.FPDFFormObj_CountObjects(piece)):
            yield from _texts_in(pdfium.FPDFFormObj_GetObject(piece, place), number, is_artifact, depth + 1)


def _marks(piece: object) -> list[str]:
    found = []
    for place in range(pdfium.FPDFPageObj_CountMarks(piece)):
        mark = pdfium.FPDFPageObj_GetMark(piece, place)
        length = ctypes.c_ulong()
        pdfium.FPDFPageObjMark_GetName(mark, None, 0, length)
        room = (pdfium.FPDF_WCHAR * (length.value // 2 + 1))()
        pdfium.FPDFPageObjMark_GetName(mark, room, length.value, length)
        found.append(bytes(room)[: length.value].decode("utf-16-le", "replace").rstrip("\0"))
    return found


def _leaves(
    element: object, path: tuple[int, ...], tags: tuple[str, ...], content: dict[int, list[str]]
) -> Iterator[Leaf]:  # fmt: skip
    if not element or len(path) > MOST_DEPTH:
        return
    tags = (*tags, _text_of(pdfium.FPDF_StructElement_GetType, element))
    alternative = _text_of(pdfium.FPDF_StructElement_GetAltText, element) if tags[-1] in ("Formula", "Figure") else ""
    if alternative:
        yield Leaf((*path, -1), tags, "", alternative)
    for place in range(pdfium.FPDF_StructElement_CountChildren(element)):
        number = pdfium.FPDF_StructElement_GetChildMarkedContentID(element, place)
        if number >= 0:
            yield Leaf((*path, place), tags, LINE_END.join(content.get(number, ())))
        else:
            child = pdfium.FPDF_StructElement_GetChildAtIndex(element, place)
            yield from _leaves(child, (*path, place), tags, content)


def _text_of(ask: Callable[..., int], *of: object) -> str:
    length = ask(*of, None, 0)
    if not length:
        return ""
    room = ctypes.create_string_buffer(length)
    ask(*of, room, length)
    return room.raw[:length].decode("utf-16-le", "replace").rstrip("\0")
