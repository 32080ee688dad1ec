"""The lists of a Word file and how far each has counted: levels, restarts, starts, and styles that belong to one."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from docctl.adapters.conversion.numbers.number_kinds import written
from docctl.word_format.markup import CHOICES, WORD, Element

_PLACE = re.compile(r"%([1-9])")
_LETTERS, _ROMAN = ("lowerLetter", "upperLetter"), ("lowerRoman", "upperRoman")
_LAST_LETTER = 26
_LONGEST_LABEL = 40


@dataclass(frozen=True)
class Level:
    """How one level of a list counts and what it shows."""

    shown: str
    kind: str
    form: str = ""
    start: int = 1
    restarts_after: int | None = None
    is_legal: bool = False
    gap: str = " "
    language: str = ""


@dataclass(frozen=True)
class Label:
    """What Word shows before a paragraph; whether a list of a text shows just that; and a kind that is not known."""

    text: str = ""
    number: int = 0
    gap: str = " "
    is_usual: bool = True
    unknown_kind: str = ""


@dataclass(frozen=True)
class Counted:
    """A numbered paragraph, where it stands, and what Word shows before it: a number, or in notes also a bullet."""

    paragraph: Element
    list_name: str
    level: int
    label: Label
    bullet: str = ""


class Forms(Mapping[str, dict[int, Level]]):
    """The forms of lists by their names; each is read when it is asked for, because most of them no text uses."""

    def __init__(self) -> None:
        self._elements: dict[str, Element] = {}
        self._read: dict[str, dict[int, Level]] = {}

    def take(self, name: str, form: Element) -> None:
        """Note where a form stands."""
        self._elements[name] = form

    def __getitem__(self, name: str) -> dict[int, Level]:
        if name not in self._read:
            self._read[name] = dict(_levels(self._elements[name]))
        return self._read[name]

    def __contains__(self, name: object) -> bool:
        return name in self._elements

    def __iter__(self) -> Iterator[str]:
        return iter(self._elements)

    def __len__(self) -> int:
        return len(self._elements)


@dataclass
class Lists:
    """The lists of a file, with how far each has counted."""

    numbering: Element | None
    styles: Element | None
    forms: Forms = field(default_factory=Forms)
    by_style: dict[str, dict[str, int]] = field(default_factory=dict)
    form_of: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    own_levels: dict[str, dict[int, Level]] = field(default_factory=dict)
    starts: dict[str, dict[int, int]] = field(default_factory=dict)
    counted: dict[str, dict[int, int]] = field(default_factory=dict)
    of_styles: dict[str, tuple[str, int]] = field(default_factory=dict)
    bases: dict[str, str] = field(default_factory=dict)
    languages: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Read the forms of lists, the lists made of them, and the styles that belong to one."""
        numbering, styles = self.numbering, self.styles
        for form in numbering.iterchildren(f"{WORD}abstractNum") if numbering is not None else ():
            name = form.get(f"{WORD}abstractNumId", "")
            self.forms.take(name, form)
            self.by_style[name] = {said(level, "pStyle"): place for place, level in _places(form)}
        for number in numbering.iterchildren(f"{WORD}num") if numbering is not None else ():
            name = number.get(f"{WORD}numId", "")
            self.form_of[name] = said(number, "abstractNumId")
            self._read_own(name, number)
        for form in numbering.iterchildren(f"{WORD}abstractNum") if numbering is not None else ():
            of_form = (name for name, its in self.form_of.items() if its == form.get(f"{WORD}abstractNumId", ""))
            self.names.setdefault(said(form, "name").casefold(), next(of_form, ""))
        for style in styles.iterchildren(f"{WORD}style") if styles is not None else ():
            key = style.get(f"{WORD}styleId", "")
            self.bases[key] = said(style, "basedOn")
            self.languages[key] = said(style, f"rPr/{WORD}lang")
            number = said(style, f"pPr/{WORD}numPr/{WORD}numId")
            if number:
                self.of_styles[key] = number, _whole(said(style, f"pPr/{WORD}numPr/{WORD}ilvl"))

    def _read_own(self, name: str, number: Element) -> None:
        for own in number.iterchildren(f"{WORD}lvlOverride"):
            place, start = _whole(own.get(f"{WORD}ilvl", "")), said(own, "startOverride")
            if start.isdigit():
                self.starts.setdefault(name, {})[place] = _whole(start)
            for _, level in _levels(own):
                self.own_levels.setdefault(name, {})[place] = level

    def place_of(self, paragraph: Element) -> tuple[str, int] | None:
        """Return the list and the level at which a paragraph is numbered, by itself or by its style."""
        style = said(paragraph, f"pPr/{WORD}pStyle")
        by_style = self._place_of_style(style)
        number = said(paragraph, f"pPr/{WORD}numPr/{WORD}numId")
        level = said(paragraph, f"pPr/{WORD}numPr/{WORD}ilvl")
        if not number and by_style is None:
            return None
        name = number or (by_style[0] if by_style else "")
        if self.form_of.get(name, "") not in self.forms:
            return None
        if level.isdigit() or number or by_style is None:
            return name, min(_whole(level), 8)
        return name, min(by_style[1], 8)

    def _place_of_style(self, style: str) -> tuple[str, int] | None:
        own = style
        for key in self._with_bases(style):
            if key in self.of_styles:
                number, level = self.of_styles[key]
                linked = self.by_style.get(self.form_of.get(number, ""), {})
                return number, linked.get(own, linked.get(key, level))
        return None

    def _with_bases(self, style: str) -> Iterator[str]:
        seen: set[str] = set()
        while style and style not in seen:
            yield style
            seen.add(style)
            style = self.bases.get(style, "")

    def language_of(self, paragraph: Element) -> str:
        """Return the language in which a number before a paragraph is spelt out, as far as the file says."""
        own = said(paragraph, f"pPr/{WORD}rPr/{WORD}lang")
        by_style = (self.languages.get(key, "") for key in self._with_bases(said(paragraph, f"pPr/{WORD}pStyle")))
        usual = self.styles.find(f"{WORD}docDefaults/{WORD}rPrDefault/{WORD}rPr") if self.styles is not None else None
        return own or next(filter(None, by_style), "") or (said(usual, "lang") if usual is not None else "")

    def has_level(self, name: str, place: int) -> bool:
        """Say whether a list has a level."""
        return place in self.levels_of(name)

    def count(self, name: str, place: int, language: str = "", start: int | None = None) -> Label:
        """Count one paragraph, or one field in it; return what Word shows for it."""
        levels = self.levels_of(name)
        counted = self.counted.setdefault(self.form_of[name], {})
        for above in range(place):
            if above in levels:
                counted.setdefault(above, levels[above].start)
        starts = self.starts.get(name, {})
        level = levels.get(place)
        if level is None:
            return Label()
        if start is not None:
            counted[place] = start
        elif place in starts:
            counted[place] = starts.pop(place)
        else:
            counted[place] = counted[place] + 1 if place in counted else level.start
        for below in [below for below in counted if below > place and _begins_again(levels.get(below), place)]:
            del counted[below]
        return label_of(place, levels, counted, level.language or language)

    def levels_of(self, name: str) -> dict[int, Level]:
        """Return the levels of a list, its own before those of its form."""
        return {**self.forms[self.form_of[name]], **self.own_levels.get(name, {})}

    def element_of(self, name: str, place: int) -> Element | None:
        """Return the markup of a level, of the list itself or of its form."""
        holders = [("abstractNum", "abstractNumId", self.form_of.get(name, "")), ("num", "numId", name)]
        found: Element | None = None
        if self.numbering is None:
            return found
        for kind, attribute, value in holders:
            for holder in self.numbering.iterchildren(f"{WORD}{kind}"):
                if holder.get(f"{WORD}{attribute}") == value:
                    its = (
                        level for level in holder.iter(f"{WORD}lvl") if _whole(level.get(f"{WORD}ilvl", "")) == place
                    )
                    found = next(its, found)
        return found


def places_in(shown: str) -> list[int]:
    """Return the levels whose numbers a level shows."""
    return [int(number) - 1 for number in _PLACE.findall(shown)]


def _begins_again(level: Level | None, place: int) -> bool:
    """Say whether a level begins again after one above it; it may name the lowest that makes it."""
    return level is None or level.restarts_after is None or place < level.restarts_after


def label_of(place: int, levels: dict[int, Level], counted: dict[int, int], language: str) -> Label:
    """Write what a level shows for what has been counted."""
    level = levels[place]
    if level.kind == "bullet" or any(of > place for of in places_in(level.shown)):
        return Label()
    unknown = ""

    def shown(found: re.Match[str]) -> str:
        nonlocal unknown
        own = int(found[1]) - 1
        of = levels.get(own, Level("", "decimal"))
        number = counted.get(own, of.start)
        text = written(number, "decimal" if level.is_legal else of.kind, language, of.form)
        unknown = unknown if text is not None else of.kind
        return str(number) if text is None else text

    label = " ".join(_PLACE.sub(shown, level.shown).split())
    number = counted.get(place, 0)
    return Label(label[:_LONGEST_LABEL], number, level.gap, _is_usual(place, level, number), unknown)


def _is_usual(place: int, level: Level, number: int) -> bool:
    """Say whether a list of a text shows a number so: 1. or 1), a. or (a), iv) on their own level."""
    sign = f"%{place + 1}"
    if level.shown.strip() not in (sign, f"{sign}.", f"{sign})", f"({sign})") or (
        level.is_legal and level.kind != "decimal"
    ):
        return False
    if level.kind in _LETTERS:
        return 0 < number <= _LAST_LETTER
    return level.kind == "decimal" or (level.kind in _ROMAN and 0 < number < 4000)


def _places(form: Element) -> Iterator[tuple[int, Element]]:
    for level in form.iterchildren(f"{WORD}lvl"):
        yield _whole(level.get(f"{WORD}ilvl", "")), level


def _levels(form: Element) -> Iterator[tuple[int, Level]]:
    for place, level in _places(form):
        kind, custom = number_format(level)
        restart = said(level, "lvlRestart")
        yield (
            place,
            Level(
                shown=said(level, "lvlText"),
                kind=kind or "decimal",
                form=custom,
                start=_whole(said(level, "start")),
                restarts_after=_whole(restart) if restart.isdigit() else None,
                is_legal=level.find(f"{WORD}isLgl") is not None and said(level, "isLgl") not in ("0", "false"),
                gap="" if said(level, "suff") == "nothing" else " ",
                language=said(level, f"rPr/{WORD}lang"),
            ),
        )


def number_format(element: Element) -> tuple[str, str]:
    """Return the kind of numbers an element asks for and the form of a custom kind, which newer Word states apart."""
    choice = element.find(f"{CHOICES}AlternateContent/{CHOICES}Choice/{WORD}numFmt")
    found = choice if choice is not None else element.find(f"{WORD}numFmt")
    return (str(found.get(f"{WORD}val", "")), str(found.get(f"{WORD}format", ""))) if found is not None else ("", "")


def _whole(said: str) -> int:
    return min(int(said), 32_767) if said.isascii() and said.isdigit() else 0


def said(element: Element, path: str) -> str:
    """Return what a property of an element says."""
    found = element.find(f"{WORD}{path}")
    return str(found.get(f"{WORD}val", "")) if found is not None else ""
