"""What Word draws in a way that neither page nor PDF has: each is named, with the words where it stands."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping

from lxml import etree

from docctl.adapters.conversion.drawn.formula_looks import formula_looks
from docctl.adapters.conversion.drawn.pictures_changed import changed_pictures
from docctl.adapters.conversion.drawn.table_styles import TableStyles
from docctl.adapters.conversion.word.running import running_parts
from docctl.texts.short_list import told_of
from docctl.texts.text_direction import direction_of_words
from docctl.word_format.markup import (
    CHOICES,
    OFFICE_LINKS,
    WORD,
    Element,
    links_part,
    main_part,
    resolved,
    text_parts,
    visible_text,
)
from docctl.word_format.run_styles import RunStyles, is_on

_SVG = "{http://schemas.microsoft.com/office/drawing/2016/SVG/main}svgBlip"
_SEPARATORS = ("separator", "continuationSeparator", "continuationNotice")
_GONE = (f"{WORD}del", f"{WORD}moveFrom", f"{CHOICES}Fallback")
_NAMED, _LONGEST = 3, 60
_USUAL_SIZE, _LEAST_OF_A_LINE = 24, 0.6
"""Half-points; and which share of their height letters need to be read."""
_WIDE, _HIGH, _MARGIN = 11906, 16838, 1440
"""Twentieths of a point: a sheet of A4, and the margin of a new text."""


def unlike_word_named(
    trees: Mapping[str, Element], parts: Mapping[str, bytes], styles: Element | None
) -> Iterator[str]:  # fmt: skip
    """Yield a sentence for each kind of thing that shows otherwise in Word, or in print, than on the page."""
    main = trees[main_part(trees)]
    texts = [trees[name] for name in text_parts(trees)]
    headers = running_parts(trees)
    found: dict[str, list[str]] = {}
    looks, of_tables = RunStyles(styles), TableStyles(styles)
    told = [each for root in texts for each in (*_in_text(root, main, looks), *_of_styles(root, looks, of_tables))]
    told += [each for root in headers.values() for each in _turned(root)]
    for sentence, said in told:
        found.setdefault(sentence, []).append(f"“{_short(said)}”")
    for sentence, places in found.items():
        yield f"{sentence}: {told_of(list(dict.fromkeys(places)), _NAMED)}."
    if any(is_on(looks.of_all(name)) for name in ("strike", "dstrike")):
        yield "The Word file strikes out all text, and with it what is printed around it; change the defaults in Word."
    yield from _above_notes(trees)
    if next(main.iter(f"{WORD}lnNumType"), None) is not None:
        yield "Word numbers the lines in the margin, and the page does not: who refers to a line needs the Word file."
    for name in (*text_parts(trees), *headers):
        yield from _drawn_from_svg(name, trees, parts)


def _in_text(root: Element, main: Element, looks: RunStyles) -> Iterator[tuple[str, str]]:
    sheet = _Sheet(main)
    for paragraph in _kept(root, f"{WORD}p"):
        text = visible_text(paragraph)
        if text.strip() and (sheet.is_left(paragraph) or sheet.is_beyond(paragraph)):
            yield "Words stand beyond the edge of the paper, where nobody reads them in print", text
        if text.strip() and _is_pressed(paragraph):
            yield "Lines are set so close in the Word file that nobody can read them there", text
        yield from changed_pictures(paragraph, looks)
        yield from formula_looks(paragraph)
    for cell in _kept(root, f"{WORD}tc"):
        if any(_is_drawn(cell.find(f"{WORD}tcPr/{WORD}tcBorders/{WORD}{name}")) for name in ("tl2br", "tr2bl")):
            text = visible_text(cell)
            yield "Word draws a line across a cell, the page does not", text if text.strip() else _row_of(cell)
    yield from _turned(root)
    way = direction_of_words(visible_text(main))
    for table in _kept(root, f"{WORD}tbl"):
        begins_right = is_on(table.find(f"{WORD}tblPr/{WORD}bidiVisual"))
        text = visible_text(table)
        if begins_right and direction_of_words(text) != "rtl":
            yield "Word and its pages begin the rows of a table at the right, the page at the left", text
        if not begins_right and way == "rtl" and next(table.iterfind(f"{WORD}tr/{WORD}tc[2]"), None) is not None:
            yield "Word and its pages begin the rows of a table at the left, the page at the right", text


def _of_styles(root: Element, looks: RunStyles, of_tables: TableStyles) -> Iterator[tuple[str, str]]:
    """Yield what styles do in Word alone: those of tables, and two that switch on what Word then shows off."""
    for run in _kept(root, f"{WORD}r"):
        is_cancelled = any(looks.is_cancelled(run, name) for name in ("strike", "vanish"))
        if is_cancelled and (text := visible_text(run)).strip():
            yield (
                "Two styles strike out or hide the same words, which Word then shows plain, and the PDF does not",
                text,
            )
    for table in _kept(root, f"{WORD}tbl"):
        yield from of_tables.named(table)


def _turned(root: Element) -> Iterator[tuple[str, str]]:
    for turned in _kept(root, f"{WORD}bdo"):
        text = visible_text(turned)
        if _is_turned(text, turned.get(f"{WORD}val", "ltr")):
            yield "Word shows letters in the opposite order, the page and the PDF as they are typed", text


def _is_drawn(border: Element | None) -> bool:
    return border is not None and border.get(f"{WORD}val", "nil") not in ("nil", "none")


def _row_of(cell: Element) -> str:
    """Return the words of the row of a cell without any."""
    row = cell.getparent()
    return (visible_text(row).strip() if row is not None else "") or "an empty cell"


def _kept(root: Element, tag: str) -> Iterator[Element]:
    return (each for each in root.iter(tag) if next(each.iterancestors(*_GONE), None) is None)


def _is_turned(text: str, way: str) -> bool:
    """Say whether any letter or figure would run the other way by itself."""
    against = ("L", "EN") if way == "rtl" else ("R", "AL")
    return len(text.strip()) > 1 and any(unicodedata.bidirectional(letter) in against for letter in text)


def _is_pressed(paragraph: Element) -> bool:
    """Say whether lines of an exact height are much lower than their letters."""
    spacing = paragraph.find(f"{WORD}pPr/{WORD}spacing")
    if spacing is None or spacing.get(f"{WORD}lineRule") != "exact":
        return False
    sizes = [_whole(size.get(f"{WORD}val", "")) for size in paragraph.iterfind(f"{WORD}r/{WORD}rPr/{WORD}sz")]
    height = max(sizes, default=0) or _USUAL_SIZE
    return 0 < _whole(spacing.get(f"{WORD}line", "")) < height * 10 * _LEAST_OF_A_LINE


class _Sheet:
    """The paper of a text and its margins, in twentieths of a point."""

    def __init__(self, main: Element) -> None:
        size, margins = (main.find(f"{WORD}body/{WORD}sectPr/{WORD}{name}") for name in ("pgSz", "pgMar"))
        sizes = [each for each in (size, *main.iter(f"{WORD}pgSz")) if each is not None]
        self._wide = max((_whole(each.get(f"{WORD}w", "")) for each in sizes), default=0) or _WIDE
        self._high = max((_whole(each.get(f"{WORD}h", "")) for each in sizes), default=0) or _HIGH
        self._left = _whole(margins.get(f"{WORD}left", "")) if margins is not None else _MARGIN

    def is_left(self, paragraph: Element) -> bool:
        """Say whether a paragraph begins to the left of the paper, or so far right that no word fits."""
        indent = paragraph.find(f"{WORD}pPr/{WORD}ind")
        if indent is None or next(paragraph.iterancestors(f"{WORD}tc", f"{WORD}txbxContent"), None) is not None:
            return False
        begin = self._left + _whole(indent.get(f"{WORD}left") or indent.get(f"{WORD}start", ""))
        return begin < 0 or begin > self._wide - _MARGIN // 2

    def is_beyond(self, paragraph: Element) -> bool:
        """Say whether a frame, or the table that a paragraph stands in, is placed beside or below the paper."""
        table = next(paragraph.iterancestors(f"{WORD}tbl"), None)
        frame = paragraph.find(f"{WORD}pPr/{WORD}framePr")
        floats = table.find(f"{WORD}tblPr/{WORD}tblpPr") if table is not None else None
        for place, x, y in ((frame, "x", "y"), (floats, "tblpX", "tblpY")):
            if place is not None and (
                not -self._wide < _whole(place.get(f"{WORD}{x}", "")) < self._wide
                or not -self._high < _whole(place.get(f"{WORD}{y}", "")) < self._high
            ):
                return True
        return False


def _above_notes(trees: Mapping[str, Element]) -> Iterator[str]:
    for name in text_parts(trees):
        for note in trees[name].iterchildren(f"{WORD}footnote", f"{WORD}endnote"):
            text = visible_text(note)
            if note.get(f"{WORD}type") in _SEPARATORS and text.strip():
                yield f"Above or below notes the Word file says on its pages “{_short(text)}”, the page does not."


def _drawn_from_svg(name: str, trees: Mapping[str, Element], parts: Mapping[str, bytes]) -> Iterator[str]:
    """Yield a sentence for each picture that says words in the form that Word draws; others take its copy."""
    links = trees.get(links_part(name))
    targets = {
        each.get("Id", ""): resolved(links_part(name), each.get("Target", ""))
        for each in (links if links is not None else ())
        if isinstance(each.tag, str)
    }
    for picture in trees[name].iter(_SVG):
        text = _short(_text_of_svg(parts.get(targets.get(picture.get(f"{OFFICE_LINKS}embed", ""), ""), b"")))
        if text:
            yield f"Word draws a picture from a form that says “{text}”, page and PDF show its copy: compare the two."


def _text_of_svg(data: bytes) -> str:
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, recover=True)
    root = etree.fromstring(data, parser) if data.strip() else None
    texts: Iterable[Element] = root.iter("{*}text") if root is not None else ()
    return " ".join(" ".join(each.itertext()) for each in texts)


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST].rstrip()} …"


def _whole(text: str | None) -> int:
    return int(text) if text and re.fullmatch(r"-?\d{1,6}", text) else 0
