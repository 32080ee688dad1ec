"""Fields that Word draws from their instruction alone: AUTONUM and its kin, LISTNUM, SYMBOL and EQ, as text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from docctl.adapters.conversion.drawn.eq_fields import read_equation
from docctl.adapters.conversion.numbers.list_counting import Lists
from docctl.adapters.conversion.numbers.number_kinds import written
from docctl.word_format.fields import WordField, fields_of
from docctl.word_format.markup import CHOICES, WORD, Element, visible_text
from docctl.word_format.styles import heading_level
from docctl.word_format.symbol_fonts import NO_SIGN, is_symbol_font, sign_of

_PARAGRAPHS = frozenset(("AUTONUM", "AUTONUMLGL", "AUTONUMOUT"))
_KINDS = _PARAGRAPHS | {"LISTNUM", "SYMBOL", "EQ"}
_BELOW_HEADINGS = 10
_UNREAD = (f"{WORD}del", f"{WORD}moveFrom", f"{CHOICES}Fallback")
_WORDS = re.compile(r'"([^"]*)"|(\S+)')
_OUTLINE = (
    *(("upperRoman", "{}."), ("upperLetter", "{}."), ("decimal", "{}."), ("lowerLetter", "{})"), ("decimal", "({})")),
    *(("lowerLetter", "({})"), ("lowerRoman", "({})"), ("lowerLetter", "({})"), ("lowerRoman", "({})")),
)
_NUMBERS = (
    *(("decimal", "{})"), ("lowerLetter", "{})"), ("lowerRoman", "{})"), ("decimal", "({})"), ("lowerLetter", "({})")),
    *(("lowerRoman", "({})"), ("decimal", "{}."), ("lowerLetter", "{}."), ("lowerRoman", "{}.")),
)
_FORMATS = {
    "alphabetic": "lowerLetter",
    "ALPHABETIC": "upperLetter",
    "roman": "lowerRoman",
    "ROMAN": "upperRoman",
    "ordinal": "ordinal",
    "ordtext": "ordinalText",
    "cardtext": "cardinalText",
    "hex": "hex",
}


@dataclass
class _Numbers:
    """How far fields of one kind, or of one list, have counted on each level."""

    counted: dict[int, int] = field(default_factory=dict)
    heading: int = 0
    paragraph: Element | None = None
    shown: str = ""

    def count(self, level: int, start: int | None = None) -> int:
        """Count on a level, so that those below begin again."""
        self.counted[level] = self.counted.get(level, 0) + 1 if start is None else start
        self.counted = {known: number for known, number in self.counted.items() if known <= level}
        return self.counted[level]


@dataclass
class _Drawing:
    """One part while its fields are drawn."""

    lists: Lists
    levels: dict[str, int]
    numbers: dict[str, _Numbers] = field(default_factory=dict)
    last_level: dict[str, int] = field(default_factory=dict)

    def text_of(self, each: WordField, paragraph: Element, place: tuple[str, int] | None, is_first: bool) -> str:
        """Return what Word shows for a field."""
        if each.kind in _PARAGRAPHS:
            return self._number_of(each, paragraph)
        if each.kind == "LISTNUM":
            return self._item_of(each, paragraph, place, is_first)
        return read_equation(each.instruction) if each.kind == "EQ" else _symbol(each.instruction)

    def _number_of(self, each: WordField, paragraph: Element) -> str:
        """Number a paragraph by its heading level, or below the heading above it; once, however many fields it has."""
        numbers = self.numbers.setdefault(each.kind, _Numbers())
        if numbers.paragraph is paragraph:
            return numbers.shown
        level = heading_level(paragraph, self.levels)
        if level:
            numbers.heading = level
        place = level or _BELOW_HEADINGS
        number = numbers.count(place)
        switches, kind = _switches(each.instruction), _format(each.instruction)
        separator = "" if "e" in switches else switches.get("s", ".")
        if each.kind == "AUTONUMOUT":
            kind, shape = _OUTLINE[min(place, 9) - 1] if level else ("decimal", "{}.")
            shown = shape.format(_plain(number, kind))
        elif each.kind == "AUTONUMLGL":
            headings = [numbers.counted.get(above, 1) for above in range(1, (level or numbers.heading + 1))]
            parts = [*headings, number]
            shown = separator.join(_plain(part, kind) for part in parts) if separator else ""
            shown = f"{shown}{separator}" if separator else ".".join(_plain(part, kind) for part in parts)
        else:
            shown = f"{_plain(number, kind)}{separator}"
        numbers.paragraph, numbers.shown = paragraph, shown
        return shown

    def _item_of(self, each: WordField, paragraph: Element, place: tuple[str, int] | None, is_first: bool) -> str:
        """Count an item within a line, of a list by its name, or of the one that the paragraph is an item of."""
        words = _told(each.instruction)
        name = words[1] if len(words) > 1 and not words[1].startswith("\\") else ""
        switches = _switches(each.instruction)
        start = _whole(switches.get("s", ""))
        key = (name or "NumberDefault").casefold()
        numbers = self.numbers.setdefault(f"list {key}", _Numbers())
        level = min(_whole(switches.get("l", "")) or 0, 9)
        own = self.lists.names.get(key, "") if name else ""
        if not name and place is not None and self.lists.has_level(place[0], level - 1 if level else place[1] + 1):
            return self.lists.count(place[0], level - 1 if level else place[1] + 1, "", start).text
        if not level:
            level = self.last_level.get(key, 1) if numbers.paragraph is paragraph else 1
            level += numbers.paragraph is paragraph and numbers.shown == "first" and level == 1
        if numbers.paragraph is not paragraph:
            numbers.paragraph, numbers.shown = paragraph, "first" if is_first else ""
        self.last_level[key] = level = max(1, min(level, 9))
        if own and self.lists.has_level(own, level - 1):
            return self.lists.count(own, level - 1, "", start).text
        number = numbers.count(level, start)
        if key == "legaldefault":
            return "".join(f"{numbers.counted.get(above, 1)}." for above in range(1, level + 1))
        kind, shape = (_OUTLINE if key == "outlinedefault" else _NUMBERS)[level - 1]
        return shape.format(_plain(number, kind))


def draw_fields(
    root: Element, numbering: Element | None, styles: Element | None, levels: dict[str, int]
) -> list[str]:  # fmt: skip
    """Put the text that Word draws in place of each field that holds none, and return these texts."""
    waiting: dict[Element, list[WordField]] = {}
    for each in fields_of(root).fields:
        if each.kind in _KINDS and not each.is_in_instruction and not each.shows_something:
            paragraph = next(each.begin.iterancestors(f"{WORD}p"), None)
            if paragraph is not None and next(each.begin.iterancestors(*_UNREAD), None) is None:
                waiting.setdefault(paragraph, []).append(each)
    if not waiting:
        return []
    drawing = _Drawing(Lists(numbering, styles), levels)
    shown = []
    for paragraph in root.iter(f"{WORD}p"):
        place = drawing.lists.place_of(paragraph)
        if place is not None:
            drawing.lists.count(*place)
        for each in waiting.get(paragraph, ()):
            text = drawing.text_of(each, paragraph, place, _is_first(each, paragraph))
            shown.append(text)
            _replace(each, text)
    return shown


def _is_first(each: WordField, paragraph: Element) -> bool:
    """Say whether nothing is to be read in a paragraph before a field."""
    for piece in paragraph.iter(f"{WORD}t", each.begin.tag):
        if piece is each.begin:
            return True
        if piece.tag == f"{WORD}t" and visible_text(piece).strip():
            return False
    return True


def _replace(each: WordField, text: str) -> None:
    line = each.begin if each.is_simple else each.begin.getparent()
    looks = line.find(f".//{WORD}rPr") if each.is_simple else line.find(f"{WORD}rPr")
    run = etree.Element(f"{WORD}r")
    if looks is not None:
        run.append(etree.fromstring(etree.tostring(looks)))
    piece = etree.SubElement(run, f"{WORD}t")
    piece.text = text
    piece.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    line.addprevious(run)
    for gone in (*each.told, *each.marks):
        _take_out(gone)


def _take_out(piece: Element) -> None:
    parent = piece.getparent()
    if parent is None:
        return
    parent.remove(piece)
    if parent.tag == f"{WORD}r" and not [child for child in parent if child.tag != f"{WORD}rPr"]:
        _take_out(parent)


def _whole(said: str) -> int | None:
    return min(int(said), 32_767) if said.isascii() and said.isdigit() and len(said) < 9 else None


def _told(instruction: str) -> list[str]:
    return [quoted or plain for quoted, plain in _WORDS.findall(instruction)]


def _switches(instruction: str) -> dict[str, str]:
    """Return the switches of an instruction with what stands behind each."""
    words = list(_split(instruction))
    return {
        word[1:].lower(): words[place + 1] if place + 1 < len(words) else ""
        for place, word in enumerate(words)
        if word.startswith("\\")
    }


def _split(instruction: str) -> Iterator[str]:
    for quoted, plain in _WORDS.findall(instruction):
        glued = re.fullmatch(r"(\\[a-zA-Z])(.+)", plain)
        yield from glued.groups() if glued else (plain or quoted,)


def _format(instruction: str) -> str:
    said = _switches(instruction).get("*", "")
    return _FORMATS.get(said) or _FORMATS.get(said.lower(), "decimal")


def _plain(number: int, kind: str) -> str:
    text = written(number, kind) or str(number)
    return text.lower() if kind in ("ordinalText", "cardinalText") else text


def _symbol(instruction: str) -> str:
    """Return the sign that a field SYMBOL shows: a letter of a font, or a character by its code."""
    words = _told(instruction)
    code = words[1] if len(words) > 1 else ""
    number = (
        int(code, 16 if code.lower().startswith("0x") else 10) if re.fullmatch(r"0[xX][0-9A-Fa-f]+|\d+", code) else 0
    )
    switches = _switches(instruction)
    font = switches.get("f", "")
    if number and is_symbol_font(font):
        sign = sign_of(font, 0xF000 + number if number < 0x100 else number)
        return sign if sign != NO_SIGN else "□"
    if 0x80 <= number < 0x100 and "u" not in switches:
        return bytes([number]).decode("cp1252", "replace")
    if 0x20 <= number < 0x110000 and not 0xD800 <= number < 0xE000:
        return chr(number)
    return words[1][:1] if len(words) > 1 else ""
