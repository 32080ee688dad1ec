"""Numbers of lists that other programs print unlike Word, typed as text, so that every copy shows the same."""

from collections.abc import Iterable, Iterator
from copy import deepcopy

from lxml import etree

from docctl.adapters.conversion.numbers.list_counting import Counted, Level, Lists, places_in
from docctl.word_format.markup import CHOICES, WORD, Element, visible_text
from docctl.word_format.styles import heading_level

_LONGEST = 60
_RUNNING = (f"{WORD}hdr", f"{WORD}ftr")
_PLAIN = frozenset(
    (
        *("decimal", "decimalZero", "decimalHalfWidth", "upperRoman", "lowerRoman", "upperLetter", "lowerLetter"),
        *("bullet", "none"),
    )
)
"""The kinds that every program writes as Word does; of others some programs know none, or only the first."""


def are_written_alike(numbering: Element | None) -> bool:
    """Say whether every program writes the numbers of all lists as Word does."""
    lists = Lists(numbering, None)
    forms = (*lists.forms.values(), *lists.own_levels.values())
    return not any(_may_be_unlike(level) for form in forms for level in form.values())


def type_numbers(
    root: Element, numbering: Element | None, styles: Element | None, levels: dict[str, int], *, with_headings: bool
) -> int:  # fmt: skip
    """Type the numbers of each list in which one would be printed unlike Word's; return how many were typed.

    A list with a number that is not known here stays as Word counts it, and is named where it is read.
    """
    lists = Lists(numbering, styles)
    counted = list(_counted(root, lists))
    unlike = {lists.form_of[each.list_name] for each in counted if _is_printed_unlike(lists, each)}
    unlike |= set(lists.form_of.values()) if root.tag in _RUNNING else _through_boxes(counted, lists)
    unlike -= {lists.form_of[each.list_name] for each in counted if each.label.unknown_kind}
    typed = 0
    for each in counted:
        is_heading = bool(heading_level(each.paragraph, levels))
        is_typed = lists.form_of[each.list_name] in unlike and (with_headings or not is_heading)
        if is_typed and each.label.text and visible_text(each.paragraph).strip():
            _type(each.paragraph, each.label.text, lists.element_of(each.list_name, each.level))
            typed += 1
    return typed


def numbers_through_boxes(root: Element, numbering: Element | None, styles: Element | None) -> Iterator[str]:
    """Yield the numbers of lists that go on in or behind a text box, with what stands behind each."""
    lists = Lists(numbering, styles)
    counted = list(_counted(root, lists))
    through = _through_boxes(counted, lists)
    for each in counted:
        text = " ".join(visible_text(each.paragraph).split())
        if each.label.text and text and lists.form_of[each.list_name] in through:
            yield f"“{each.label.text}” before “{text[:_LONGEST]}”"


def _counted(root: Element, lists: Lists) -> Iterator[Counted]:
    """Count the paragraphs of a part, those of a text box once."""
    for paragraph in root.iter(f"{WORD}p"):
        place = lists.place_of(paragraph)
        if place is not None and next(paragraph.iterancestors(f"{CHOICES}Fallback"), None) is None:
            yield Counted(paragraph, *place, lists.count(*place, lists.language_of(paragraph)))


def _through_boxes(counted: Iterable[Counted], lists: Lists) -> set[str]:
    """Return the forms of lists that count in several text boxes, or in one and beside it, each program in its way."""
    boxes: dict[str, set[Element | None]] = {}
    for each in counted:
        if each.label.text:
            box = next(each.paragraph.iterancestors(f"{WORD}txbxContent"), None)
            boxes.setdefault(lists.form_of[each.list_name], set()).add(box)
    return {form for form, its in boxes.items() if len(its) > 1}


def _may_be_unlike(level: Level) -> bool:
    return level.kind not in _PLAIN or level.restarts_after is not None or level.is_legal


def _is_printed_unlike(lists: Lists, counted: Counted) -> bool:
    if not counted.label.text or counted.label.unknown_kind:
        return False
    levels, place = lists.levels_of(counted.list_name), counted.level
    own = levels[place]
    if own.restarts_after is not None and place > 0:
        return True
    shown = [levels[above].kind for above in places_in(own.shown) if above in levels]
    return any(kind != "decimal" if own.is_legal else kind not in _PLAIN for kind in shown)


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
