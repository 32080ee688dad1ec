"""The numbers that Word draws before headings and clauses, counted as Word counts: no file holds them as text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from docctl.domain.word_markup import WORD, Element, visible_text
from docctl.domain.word_styles import heading_level

_PLACE = re.compile(r"%([1-9])")
_USUAL = re.compile(r"%[1-9][.)]?|\(%[1-9]\)")
_KINDS = ("decimal", "lowerLetter", "upperLetter", "lowerRoman", "upperRoman")
_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl")),
    *((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)
_LONGEST_LABEL = 40
_PICTURES = (f"{WORD}drawing", f"{WORD}pict", f"{WORD}object")


def name_forms_of_lists(numbering: Element) -> None:
    """Let lists that only name a style go by the form that the style has, because pandoc does not follow the name."""
    forms = {form.get(f"{WORD}abstractNumId", ""): form for form in numbering.iterchildren(f"{WORD}abstractNum")}
    known = {_said(form, "styleLink"): name for name, form in forms.items() if _said(form, "styleLink")}
    for mark in numbering.iterfind(f"{WORD}num/{WORD}abstractNumId"):
        form = forms.get(mark.get(f"{WORD}val", ""))
        link = _said(form, "numStyleLink") if form is not None else ""
        if link in known:
            mark.set(f"{WORD}val", known[link])


def pass_over_section_ends(root: Element) -> None:
    """Take paragraphs that only end a section off their lists, because Word neither shows nor counts them."""
    for end in root.iterfind(f".//{WORD}pPr/{WORD}sectPr"):
        paragraph = end.getparent().getparent()
        if not visible_text(paragraph).strip() and next(paragraph.iter(*_PICTURES), None) is None:
            _take_off_the_list(paragraph)


def write_numbers(root: Element, numbering: Element | None, styles: Element | None, levels: dict[str, int]) -> None:
    """Write as text the number of each heading, and of each line whose number no list can show, such as 4.2.1."""
    if numbering is None:
        return
    lists = _Lists(numbering, styles)
    for paragraph in list(root.iter(f"{WORD}p")):
        place = lists.place_of(paragraph)
        if place is None:
            continue
        label, is_usual = lists.count(*place)
        level = heading_level(paragraph, levels)
        if label and (level or (level is None and not is_usual)) and visible_text(paragraph).strip():
            _write_before(paragraph, f"{label} ")
            if level is None:
                _take_off_the_list(paragraph)
        elif level is None:
            _put_on_the_list(paragraph, *place)


def _write_before(paragraph: Element, text: str) -> None:
    run = etree.Element(f"{WORD}r")
    etree.SubElement(run, f"{WORD}t").text = text
    paragraph.insert(0 if paragraph.find(f"{WORD}pPr") is None else 1, run)


def _put_on_the_list(paragraph: Element, name: str, place: int) -> None:
    """Say in the paragraph where it stands, because pandoc does not follow a style to the style it is based on."""
    properties = paragraph.find(f"{WORD}pPr")
    if properties.find(f"{WORD}numPr/{WORD}numId") is None:
        for old in properties.findall(f"{WORD}numPr"):
            properties.remove(old)
        said = etree.SubElement(properties, f"{WORD}numPr")
        etree.SubElement(said, f"{WORD}ilvl").set(f"{WORD}val", str(place))
        etree.SubElement(said, f"{WORD}numId").set(f"{WORD}val", name)


def _take_off_the_list(paragraph: Element) -> None:
    properties = paragraph.find(f"{WORD}pPr")
    for name in ("numPr", "pStyle"):
        found = properties.find(f"{WORD}{name}")
        if found is not None:
            properties.remove(found)


@dataclass
class _Level:
    """How one level of a list counts and what it shows."""

    shown: str
    kind: str
    start: int
    restarts: bool
    is_legal: bool


@dataclass
class _Lists:
    """The lists of a file, with how far each has counted."""

    numbering: Element
    styles: Element | None
    forms: dict[str, dict[int, _Level]] = field(default_factory=dict)
    by_style: dict[str, dict[str, int]] = field(default_factory=dict)
    form_of: dict[str, str] = field(default_factory=dict)
    own_levels: dict[str, dict[int, _Level]] = field(default_factory=dict)
    starts: dict[str, dict[int, int]] = field(default_factory=dict)
    counted: dict[str, dict[int, int]] = field(default_factory=dict)
    of_styles: dict[str, tuple[str, int]] = field(default_factory=dict)
    bases: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Read the forms of lists, the lists made of them, and the styles that belong to one."""
        for form in self.numbering.iterchildren(f"{WORD}abstractNum"):
            name = form.get(f"{WORD}abstractNumId", "")
            self.forms[name] = dict(_levels(form))
            self.by_style[name] = {_said(level, "pStyle"): place for place, level in _places(form)}
        for number in self.numbering.iterchildren(f"{WORD}num"):
            name = number.get(f"{WORD}numId", "")
            self.form_of[name] = _said(number, "abstractNumId")
            self._read_own(name, number)
        for style in self.styles.iterchildren(f"{WORD}style") if self.styles is not None else ():
            key = style.get(f"{WORD}styleId", "")
            self.bases[key] = _said(style, "basedOn")
            number = _said(style, f"pPr/{WORD}numPr/{WORD}numId")
            if number:
                self.of_styles[key] = number, _whole(_said(style, f"pPr/{WORD}numPr/{WORD}ilvl"))

    def _read_own(self, name: str, number: Element) -> None:
        for own in number.iterchildren(f"{WORD}lvlOverride"):
            place, start = _whole(own.get(f"{WORD}ilvl", "")), _said(own, "startOverride")
            if start.isdigit():
                self.starts.setdefault(name, {})[place] = _whole(start)
            for _, level in _levels(own):
                self.own_levels.setdefault(name, {})[place] = level

    def place_of(self, paragraph: Element) -> tuple[str, int] | None:
        """Return the list and the level at which a paragraph is numbered, by itself or by its style."""
        style = _said(paragraph, f"pPr/{WORD}pStyle")
        by_style = self._place_of_style(style)
        number = _said(paragraph, f"pPr/{WORD}numPr/{WORD}numId")
        level = _said(paragraph, f"pPr/{WORD}numPr/{WORD}ilvl")
        if not number and by_style is None:
            return None
        name = number or (by_style[0] if by_style else "")
        if self.form_of.get(name, "") not in self.forms:
            return None
        if level.isdigit() or number or by_style is None:
            return name, min(_whole(level), 8)
        return name, min(by_style[1], 8)

    def _place_of_style(self, style: str) -> tuple[str, int] | None:
        seen: set[str] = set()
        own = style
        while style and style not in seen:
            if style in self.of_styles:
                number, level = self.of_styles[style]
                linked = self.by_style.get(self.form_of.get(number, ""), {})
                return number, linked.get(own, linked.get(style, level))
            seen.add(style)
            style = self.bases.get(style, "")
        return None

    def count(self, name: str, place: int) -> tuple[str, bool]:
        """Count one paragraph; return what Word shows before it, and whether any list could show that."""
        form = self.form_of[name]
        levels = {**self.forms[form], **self.own_levels.get(name, {})}
        counted = self.counted.setdefault(form, {})
        for above in range(place):
            if above in levels:
                counted.setdefault(above, levels[above].start)
        starts = self.starts.get(name, {})
        level = levels.get(place)
        if level is None:
            return "", True
        if place in starts:
            counted[place] = starts.pop(place)
        else:
            counted[place] = counted[place] + 1 if place in counted else level.start
        for below in [below for below in counted if below > place and (below not in levels or levels[below].restarts)]:
            del counted[below]
        return _label(level, levels, counted)


def _label(level: _Level, levels: dict[int, _Level], counted: dict[int, int]) -> tuple[str, bool]:
    if level.kind in ("bullet", "none"):
        return "", True

    def written(found: re.Match[str]) -> str:
        place = int(found[1]) - 1
        kind = "decimal" if level.is_legal or place not in levels else levels[place].kind
        return _written(counted.get(place, levels[place].start if place in levels else 1), kind)

    label = " ".join(_PLACE.sub(written, level.shown).split())
    return label[:_LONGEST_LABEL], level.kind in _KINDS and _USUAL.fullmatch(level.shown.strip()) is not None


def _written(number: int, kind: str) -> str:
    """Write a number in a kind of Word's: ST_NumberFormat of ISO/IEC 29500-1, 17.18.59."""
    if kind == "none":
        return ""
    if kind == "decimalZero":
        return f"{number:02}"
    if kind in ("upperLetter", "lowerLetter") and number > 0:
        letters = chr(97 + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letters.upper() if kind == "upperLetter" else letters
    if kind in ("upperRoman", "lowerRoman") and 0 < number < 4000:
        roman = ""
        for value, sign in _ROMAN:
            roman += sign * (number // value)
            number %= value
        return roman.upper() if kind == "upperRoman" else roman
    return str(number)


def _places(form: Element) -> Iterator[tuple[int, Element]]:
    for level in form.iterchildren(f"{WORD}lvl"):
        yield _whole(level.get(f"{WORD}ilvl", "")), level


def _levels(form: Element) -> Iterator[tuple[int, _Level]]:
    for place, level in _places(form):
        yield (
            place,
            _Level(
                shown=_said(level, "lvlText"),
                kind=_said(level, "numFmt") or "decimal",
                start=_whole(_said(level, "start")),
                restarts=_said(level, "lvlRestart") != "0",
                is_legal=level.find(f"{WORD}isLgl") is not None and _said(level, "isLgl") not in ("0", "false"),
            ),
        )


def _whole(said: str) -> int:
    return min(int(said), 32_767) if said.isascii() and said.isdigit() else 0


def _said(element: Element, path: str) -> str:
    found = element.find(f"{WORD}{path}")
    return str(found.get(f"{WORD}val", "")) if found is not None else ""
