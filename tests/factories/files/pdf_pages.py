"""Reading a PDF as its reader gets it: page texts, bookmarks, tags and alternative texts."""

import io
import re
from collections import Counter
from collections.abc import Iterator

import pikepdf

_RANGE = re.compile(r"<(\w+)> <(\w+)> <(\w+)>")
_SINGLE = re.compile(r"<(\w+)> <(\w+)>")
_SECTION = re.compile(r"beginbf(char|range)(.*?)endbf", re.DOTALL)


def open_pdf(data: bytes) -> pikepdf.Pdf:
    """Open the bytes of a PDF."""
    return pikepdf.open(io.BytesIO(data))


def page_texts(pdf: pikepdf.Pdf) -> list[str]:
    """The text of each page without spaces, in the order in which it is drawn."""
    return [re.sub(r"\s", "", "".join(_drawn(page))) for page in pdf.pages]


def _drawn(page: pikepdf.Page) -> Iterator[str]:
    """Every piece of text that the page shows."""
    fonts = page.resources.get("/Font", {})
    letters = {name: (2 if font.Subtype == "/Type0" else 1, _letters(font)) for name, font in fonts.items()}
    width, current = 1, dict[int, str]()
    for operands, operator in pikepdf.parse_content_stream(page):
        if str(operator) == "Tf":
            width, current = letters[str(operands[0])]
        elif str(operator) in ("Tj", "TJ"):
            shown = operands[0] if str(operator) == "TJ" else [operands[0]]
            for piece in shown:
                if isinstance(piece, pikepdf.String):
                    codes = bytes(piece)
                    starts = range(0, len(codes), width)
                    yield "".join(current.get(int.from_bytes(codes[at : at + width]), "") for at in starts)


def _letters(font: pikepdf.Object) -> dict[int, str]:
    """What each glyph code of a font means, from its ToUnicode table."""
    table: dict[int, str] = {}
    for kind, section in _SECTION.findall(font.ToUnicode.read_bytes().decode()):
        if kind == "char":
            table.update({int(code, 16): _text(value) for code, value in _SINGLE.findall(section)})
            continue
        for first, last, value in _RANGE.findall(section):
            for step in range(int(last, 16) - int(first, 16) + 1):
                table[int(first, 16) + step] = chr(ord(_text(value)) + step)
    return table


def _text(value: str) -> str:
    return bytes.fromhex(value).decode("utf-16-be")


def bookmarks(pdf: pikepdf.Pdf) -> list[tuple[int, str]]:
    """The bookmarks with their level, from the top."""

    def below(items: list[pikepdf.OutlineItem], level: int) -> Iterator[tuple[int, str]]:
        for item in items:
            yield level, item.title
            yield from below(item.children, level + 1)

    with pdf.open_outline() as outline:
        return list(below(outline.root, 1))


def tags(pdf: pikepdf.Pdf) -> Counter[str]:
    """How often each structure tag occurs."""
    return Counter(str(element.S) for element in elements(pdf.Root.StructTreeRoot))


def alternative_texts(pdf: pikepdf.Pdf) -> list[str]:
    """What is read out for the pictures, in their order."""
    return [str(element.Alt) for element in elements(pdf.Root.StructTreeRoot) if "/Alt" in element]


def elements(node: pikepdf.Object) -> Iterator[pikepdf.Dictionary]:
    """Every structure element below a node."""
    if isinstance(node, pikepdf.Array):
        for part in node:
            yield from elements(part)
    elif isinstance(node, pikepdf.Dictionary):
        if "/S" in node and "/P" in node:
            yield node
        if "/K" in node:
            yield from elements(node.K)
