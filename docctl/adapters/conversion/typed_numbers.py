"""Numbers of lists that other programs print unlike Word, typed as text, so that every copy shows the same."""

from copy import deepcopy

from lxml import etree

from docctl.adapters.conversion.list_counting import Level, Lists, places_in
from docctl.domain.word_markup import WORD, Element, visible_text
from docctl.domain.word_styles import heading_level

_FAR = 9_999
_ALIKE_TO = {
    **dict.fromkeys(
        (
            *("decimal", "decimalZero", "decimalHalfWidth", "upperRoman", "lowerRoman", "upperLetter", "lowerLetter"),
            *("bullet", "none", "chicago", "aiueo", "aiueoFullWidth", "iroha", "irohaFullWidth", "ganada", "chosung"),
            *("ideographTraditional", "ideographZodiac", "koreanDigital", "koreanDigital2", "koreanCounting"),
            *("chineseCountingThousand", "chineseLegalSimplified", "ideographLegalTraditional"),
        ),
        _FAR,
    ),
    **dict.fromkeys(("chineseCounting", "taiwaneseCounting", "japaneseCounting", "koreanLegal"), 99),
    "taiwaneseCountingThousand": _FAR,
    "decimalEnclosedCircle": 20,
    "decimalEnclosedCircleChinese": 10,
    "hebrew1": 999,
    "hebrew2": 22,
    "russianLower": 30,
    "arabicAlpha": 27,
    "arabicAbjad": 29,
    "hindiVowels": 34,
    "thaiLetters": 32,
}
"""How far the converter to PDF writes each kind as Word does; it writes other kinds as plain numbers, or otherwise."""
_SPELT = ("ordinal", "cardinalText", "ordinalText")
_ENGLISH_ALIKE_TO = 999


def type_numbers(
    root: Element, numbering: Element | None, styles: Element | None, levels: dict[str, int], *, with_headings: bool
) -> int:  # fmt: skip
    """Type the numbers of each list in which one would be printed unlike Word's; return how many were typed."""
    lists = Lists(numbering, styles)
    if not any(
        _may_be_unlike(level) for form in (*lists.forms.values(), *lists.own_levels.values()) for level in form.values()
    ):
        return 0
    counted, unlike = [], set()
    for paragraph in root.iter(f"{WORD}p"):
        place = lists.place_of(paragraph)
        if place is None:
            continue
        name, level = place
        language = lists.language_of(paragraph)
        label = lists.count(name, level, language)
        counted.append((paragraph, name, level, label))
        if label.text and not label.unknown_kind and _is_printed_unlike(lists, name, level, language):
            unlike.add(lists.form_of[name])
    typed = 0
    for paragraph, name, level, label in counted:
        is_heading = bool(heading_level(paragraph, levels))
        is_typed = lists.form_of[name] in unlike and (with_headings or not is_heading)
        if is_typed and label.text and visible_text(paragraph).strip():
            _type(paragraph, label.text, lists.element_of(name, level))
            typed += 1
    return typed


def _may_be_unlike(level: Level) -> bool:
    is_plain = level.kind == "custom" or _ALIKE_TO.get(level.kind, 0) == _FAR
    return not is_plain or level.restarts_after is not None or level.is_legal


def _is_printed_unlike(lists: Lists, name: str, place: int, language: str) -> bool:
    levels = lists.levels_of(name)
    counted = lists.counted[lists.form_of[name]]
    own = levels[place]
    if own.restarts_after is not None and place > 0:
        return True
    shown = [above for above in places_in(own.shown) if above in levels]
    if own.is_legal:
        return any(levels[above].kind != "decimal" for above in shown)
    return any(_is_unlike(levels[above], counted.get(above, 1), levels[above].language or language) for above in shown)


def _is_unlike(level: Level, number: int, language: str) -> bool:
    if level.kind == "custom":
        return False
    if level.kind in _SPELT:
        return language[:2].lower() != "en" or number > _ENGLISH_ALIKE_TO
    return number > _ALIKE_TO.get(level.kind, 0)


def _type(paragraph: Element, label: str, level: Element | None) -> None:
    """Put a number as text at the beginning of a paragraph, which keeps the place that its list gave it."""
    properties = paragraph.find(f"{WORD}pPr")
    if properties is None:
        properties = etree.Element(f"{WORD}pPr")
        paragraph.insert(0, properties)
    for old in properties.findall(f"{WORD}numPr"):
        properties.remove(old)
    off = etree.Element(f"{WORD}numPr")
    etree.SubElement(off, f"{WORD}ilvl").set(f"{WORD}val", "0")
    etree.SubElement(off, f"{WORD}numId").set(f"{WORD}val", "0")
    _in_order(properties, off, ("pStyle", "keepNext", "keepLines", "pageBreakBefore", "framePr", "widowControl"))
    indent = level.find(f"{WORD}pPr/{WORD}ind") if level is not None else None
    if indent is not None and properties.find(f"{WORD}ind") is None:
        _in_order(properties, deepcopy(indent), _BEFORE_INDENTS)
    run = etree.Element(f"{WORD}r")
    looks = properties.find(f"{WORD}rPr")
    own = level.find(f"{WORD}rPr") if level is not None else None
    if own is not None or looks is not None:
        made = etree.SubElement(run, f"{WORD}rPr")
        made.extend(deepcopy(each) for each in (own if own is not None else looks) if each.tag not in _OF_THE_MARK)
    text = etree.SubElement(run, f"{WORD}t")
    text.text = label
    suffix = level.find(f"{WORD}suff") if level is not None else None
    gap = suffix.get(f"{WORD}val", "tab") if suffix is not None else "tab"
    if gap == "tab":
        etree.SubElement(run, f"{WORD}tab")
    elif gap == "space":
        text.text = f"{label} "
        text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    properties.addnext(run)


def _in_order(properties: Element, made: Element, before: tuple[str, ...]) -> None:
    """Put a property behind those that the format wants before it."""
    place = sum(1 for child in properties if child.tag in {f"{WORD}{name}" for name in before})
    properties.insert(place, made)


_BEFORE_INDENTS = (
    *("pStyle", "keepNext", "keepLines", "pageBreakBefore", "framePr", "widowControl", "numPr"),
    *("suppressLineNumbers", "pBdr", "shd", "tabs", "suppressAutoHyphens", "kinsoku", "wordWrap", "overflowPunct"),
    *("topLinePunct", "autoSpaceDE", "autoSpaceDN", "bidi", "adjustRightInd", "snapToGrid", "spacing"),
)
_OF_THE_MARK = tuple(f"{WORD}{name}" for name in ("ins", "del", "moveFrom", "moveTo", "rPrChange"))
