"""The numbers that Word draws before paragraphs: which list a paragraph is on, and what its mark says there."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from docctl.adapters.reading_back.list_marks import drawn
from docctl.adapters.reading_back.word_names import CHOICES, Element, W, value
from docctl.word_format.symbol_fonts import is_symbol_font, sign_of

_PLACE = re.compile(r"%([1-9])")
_LEVELS = 9
PICTURE = "◘"
"""Stands for a bullet that is a picture."""


@dataclass
class _Level:
    """One level of a list: where it starts, how its number is drawn and what stands around it."""

    start: int = 1
    kind: str = "decimal"
    text: str = ""
    font: str = ""
    style: str = ""
    restart: int | None = None
    is_legal: bool = False
    is_picture: bool = False


@dataclass
class _Shape:
    """The levels of a list and how far each is counted; lists of one shape go on counting together."""

    levels: dict[int, _Level] = field(default_factory=dict)
    counted: dict[int, int] = field(default_factory=dict)
    linked_style: str = ""
    is_of_style: str = ""


@dataclass
class _Number:
    """A list by its number: its shape, and what it says otherwise."""

    shape: str
    levels: dict[int, _Level] = field(default_factory=dict)
    starts: dict[int, int] = field(default_factory=dict)


class Counting:
    """Counts the paragraphs of a Word file in their order."""

    def __init__(self, numbering: Element | None, styles: Element | None) -> None:
        self._shapes: dict[str, _Shape] = {}
        self._numbers: dict[str, _Number] = {}
        self._of_styles: dict[str, tuple[str, str]] = {}
        self._based: dict[str, str] = {}
        self._begun: set[tuple[str, int]] = set()
        for style in styles.findall(f"{W}style") if styles is not None else ():
            name = style.get(f"{W}styleId", "")
            self._based[name] = value(style, "basedOn")
            own = style.find(f"{W}pPr/{W}numPr")
            if own is not None:
                self._of_styles[name] = (value(own, "numId"), value(own, "ilvl"))
        for element in numbering if numbering is not None else ():
            if element.tag == f"{W}abstractNum":
                links = (value(element, name) for name in ("numStyleLink", "styleLink"))
                shape = _Shape(dict(_levels(element)), {}, *links)
                self._shapes[element.get(f"{W}abstractNumId", "")] = shape
            elif element.tag == f"{W}num":
                self._numbers[element.get(f"{W}numId", "")] = _number(element)
        self._follow_links()

    def _follow_links(self) -> None:
        """A list may only name the style whose list it is, or that another list says it is the list of."""
        of_style = {shape.is_of_style: shape for shape in self._shapes.values() if shape.is_of_style}
        for shape in self._shapes.values():
            number = self._numbers.get(self._of_styles.get(shape.linked_style, ("", ""))[0])
            linked = self._shapes.get(number.shape) if number is not None else of_style.get(shape.linked_style)
            if linked is not None and not shape.levels:
                shape.levels = linked.levels

    def mark(self, properties: Element | None, style: str) -> str:
        """Count one paragraph and return the mark that is drawn before it."""
        own = properties.find(f"{W}numPr") if properties is not None else None
        name, level = (value(own, "numId"), value(own, "ilvl")) if own is not None else ("", "")
        if not name:
            name, level = self._from_style(style, level)
        number = self._numbers.get(name)
        if number is None or number.shape not in self._shapes:
            return ""
        return self._count(name, number, int(level) if level.isdigit() else 0)

    def _from_style(self, style: str, level: str) -> tuple[str, str]:
        """The list that a style or one it is based on names, and the level that the list keeps for the style."""
        name, of, seen = "", style, set[str]()
        while of and of not in seen and not name:
            seen.add(of)
            own, place = self._of_styles.get(of, ("", ""))
            name, level, of = own, level or place, self._based.get(of, "")
        number = self._numbers.get(name)
        shape = self._shapes.get(number.shape) if number is not None else None
        for depth, each in shape.levels.items() if shape is not None else ():
            if each.style == style:
                return name, str(depth)
        return name, level

    def _count(self, name: str, number: _Number, place: int) -> str:
        shape = self._shapes[number.shape]
        levels = shape.levels | number.levels
        level = levels.get(place)
        if level is None:
            return ""
        if place in number.starts and (name, place) not in self._begun:
            shape.counted[place] = number.starts[place] - 1
        self._begun.add((name, place))
        for above in range(place):
            if above in levels:
                shape.counted.setdefault(above, levels[above].start)
        shape.counted[place] = shape.counted.get(place, level.start - 1) + 1
        for deeper in range(place + 1, _LEVELS):
            restart = levels[deeper].restart if deeper in levels else None
            if restart is None or place < restart:
                shape.counted.pop(deeper, None)
        if level.kind == "bullet":
            return PICTURE if level.is_picture else _sign(level)

        def said(found: re.Match[str]) -> str:
            at = int(found[1]) - 1
            of = levels.get(at, _Level())
            counted = shape.counted.setdefault(at, of.start)
            return drawn(counted, "decimal" if level.is_legal and at < place else of.kind)

        return _PLACE.sub(said, level.text)


def _sign(level: _Level) -> str:
    """Return the bullet of a level as its font shows it."""
    if len(level.text) != 1 or not is_symbol_font(level.font):
        return level.text
    return sign_of(level.font, ord(level.text))


def _number(element: Element) -> _Number:
    made = _Number(value(element, "abstractNumId"))
    for override in element.findall(f"{W}lvlOverride"):
        place = int(override.get(f"{W}ilvl", "0"))
        start = value(override, "startOverride")
        if start.isdigit():
            made.starts[place] = int(start)
        made.levels |= dict(_levels(override))
    return made


def _kind(form: Element | None) -> str:
    if form is None:
        return "decimal"
    return str(form.get(f"{W}format", "") or form.get(f"{W}val", "decimal"))


def _levels(element: Element) -> Iterator[tuple[int, _Level]]:
    for each in element.findall(f"{W}lvl"):
        start, restart = value(each, "start"), value(each, "lvlRestart")
        kind = each.find(f"{CHOICES}AlternateContent/{CHOICES}Choice/{W}numFmt")
        if kind is None:
            kind = each.find(f"{W}numFmt")
        legal, fonts = each.find(f"{W}isLgl"), each.find(f"{W}rPr/{W}rFonts")
        yield (
            int(each.get(f"{W}ilvl", "0")),
            _Level(
                start=int(start) if start.isdigit() else 0,
                kind=_kind(kind),
                text=value(each, "lvlText"),
                font=fonts.get(f"{W}ascii", "") if fonts is not None else "",
                style=value(each, "pStyle"),
                restart=int(restart) if restart.isdigit() else None,
                is_picture=each.find(f"{W}lvlPicBulletId") is not None,
                is_legal=legal is not None and legal.get(f"{W}val", "1") not in ("0", "false", "off"),
            ),
        )
