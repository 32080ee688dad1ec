"""The numbers that Word draws before headings and clauses, counted as Word counts: no file holds them as text."""

import re
from dataclasses import dataclass, field

from lxml import etree

from docctl.adapters.conversion.numbers.list_counting import Counted, Label, Lists, said
from docctl.adapters.conversion.numbers.word_lists import bullet_of
from docctl.word_format.markup import WORD, Element, visible_text
from docctl.word_format.styles import TITLE, heading_level

NUMBER = "\U0010fd06"
"""Sign for the filter word_reading.lua, on both sides of the number that a list item has."""
_FIRST_WORD = re.compile(r"\w+")
_PICTURES = (f"{WORD}drawing", f"{WORD}pict", f"{WORD}object")


@dataclass
class DrawnNumbers:
    """The numbers that were written as text, and those that could not be written as Word shows them.

    A number may hang on the first word behind it, which is then no word of its own.
    """

    texts: list[str] = field(default_factory=list)
    losses: list[str] = field(default_factory=list)
    hung_on: list[str] = field(default_factory=list)

    def take(self, label: Label, text: str) -> None:
        """Note that a number was written before a text."""
        first = _FIRST_WORD.match(text) if not label.gap and label.text[-1:].isalnum() else None
        self.texts.append(f"{label.text}{first[0]}" if first else label.text)
        self.hung_on += [first[0]] if first else []
        self.losses.extend(_loss(label, text))


def name_forms_of_lists(numbering: Element) -> None:
    """Let lists that only name a style go by the form that the style has, because pandoc does not follow the name."""
    forms = {form.get(f"{WORD}abstractNumId", ""): form for form in numbering.iterchildren(f"{WORD}abstractNum")}
    known = {said(form, "styleLink"): name for name, form in forms.items() if said(form, "styleLink")}
    for mark in numbering.iterfind(f"{WORD}num/{WORD}abstractNumId"):
        form = forms.get(mark.get(f"{WORD}val", ""))
        link = said(form, "numStyleLink") if form is not None else ""
        if link in known:
            mark.set(f"{WORD}val", known[link])


def silence_levels(numbering: Element) -> None:
    """Leave of levels that show no number the words alone, so that one without words is silent."""
    for level in numbering.iter(f"{WORD}lvl"):
        text = level.find(f"{WORD}lvlText")
        if text is not None and said(level, "numFmt") == "none":
            text.set(f"{WORD}val", re.sub(r"%[1-9]", "", text.get(f"{WORD}val", "")).strip())


def pass_over_section_ends(root: Element) -> None:
    """Take paragraphs that only end a section off their lists, because Word neither shows nor counts them."""
    for end in root.iterfind(f".//{WORD}pPr/{WORD}sectPr"):
        paragraph = end.getparent().getparent()
        if not visible_text(paragraph).strip() and next(paragraph.iter(*_PICTURES), None) is None:
            _take_off_the_list(paragraph)


def count_numbers(root: Element, numbering: Element | None, styles: Element | None) -> list[Counted]:
    """Count the paragraphs of a part as Word does, with those that the text will not show."""
    if numbering is None:
        return []
    lists = Lists(numbering, styles)
    counted = []
    for paragraph in root.iter(f"{WORD}p"):
        place = lists.place_of(paragraph)
        if place is not None:
            bullet = bullet_of(lists.element_of(*place)) if has_notes(root) else ""
            counted.append(Counted(paragraph, *place, lists.count(*place, lists.language_of(paragraph)), bullet))
    return counted


def has_notes(root: Element) -> bool:
    """Say whether a part holds the notes of a file, of which the reader of Word files knows no lists."""
    return root.tag in (f"{WORD}footnotes", f"{WORD}endnotes")


def write_numbers_of_titles(counted: list[Counted], levels: dict[str, int]) -> DrawnNumbers:
    """Write as text the number of each line in the style Title, before anybody asks what the title is."""
    drawn = DrawnNumbers()
    for each in counted:
        text = visible_text(each.paragraph).strip()
        if each.label.text and text and heading_level(each.paragraph, levels) == TITLE:
            _write_before(each.paragraph, f"{each.label.text}{each.label.gap}")
            drawn.take(each.label, text)
            _take_off_the_list(each.paragraph, with_style=False)
    return drawn


def write_numbers(root: Element, counted: list[Counted], levels: dict[str, int]) -> DrawnNumbers:
    """Write as text the number of each heading, and of each line whose number no list can show, such as 4.2.1.

    In notes, of which the reader knows no lists, every number and bullet is written as text.
    """
    drawn = DrawnNumbers()
    for each in counted:
        paragraph, label = each.paragraph, each.label
        if paragraph.getroottree().getroot() is not root:
            continue
        level = heading_level(paragraph, levels)
        text = visible_text(paragraph).strip()
        if has_notes(root):
            if text and (label.text or each.bullet):
                _write_before(paragraph, f"{label.text or each.bullet}{label.gap}")
                drawn.take(label, text)
            _take_off_the_list(paragraph)
        elif level == TITLE:
            continue
        elif label.text and (level or (level is None and not label.is_usual)) and text:
            _write_before(paragraph, f"{label.text}{label.gap}")
            drawn.take(label, text)
            if level is None:
                _take_off_the_list(paragraph)
        elif level is None:
            _put_on_the_list(paragraph, each.list_name, each.level)
            if label.text:
                _write_before(paragraph, f"{NUMBER}{label.number}{NUMBER}")
    return drawn


def _loss(label: Label, text: str) -> list[str]:
    if not label.unknown_kind:
        return []
    return [
        f"Word numbers “{text[:60]}” in a way that is not known here ({label.unknown_kind}); "
        f"it is shown as “{label.text}”."
    ]


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


def _take_off_the_list(paragraph: Element, *, with_style: bool = True) -> None:
    properties = paragraph.find(f"{WORD}pPr")
    for name in ("numPr", "pStyle") if with_style else ("numPr",):
        found = properties.find(f"{WORD}{name}")
        if found is not None:
            properties.remove(found)
