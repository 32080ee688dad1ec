"""A Word file with typed marks such as {{number}} becomes a template: each mark is turned into a content control."""

import re
from copy import deepcopy

from lxml import etree

from docctl.adapters.word_document.controls import new_control
from docctl.adapters.word_document.package import open_word, page_parts, write_word
from docctl.adapters.word_document.xml import element, w
from docctl.domain.documents.word_controls import BODY_CONTROL, RECORD_CONTROLS, control_meant

_MARK = re.compile(r"\{\{\s*([A-Za-z][A-Za-z_ ]{0,40}?)\s*\}\}")
_BLOCKS = (BODY_CONTROL, *RECORD_CONTROLS)


def adopt_template(data: bytes) -> tuple[bytes, list[str], list[str]]:
    """Turn typed marks into content controls; return the template, the controls made, and why other marks were left.

    A mark that stands alone in its paragraph and names a block holds that paragraph. Nothing is ever executed.
    """
    document = open_word(data)
    made: list[str] = []
    left: list[str] = []
    for root in (document.element, *(part.element for part in page_parts(document))):
        for paragraph in list(root.iter(w("p"))):
            _adopt_in(paragraph, made, left)
    return write_word(document), made, left


def _adopt_in(paragraph: etree._Element, made: list[str], left: list[str]) -> None:
    _one_piece_a_run(paragraph)
    skip = 0
    while True:
        texts = [(run, run.findtext(w("t")) or "") for run in paragraph.findall(w("r"))]
        found = _MARK.search("".join(text for _, text in texts), skip)
        if found is None:
            return
        tag = control_meant(found[1])
        if not tag:
            left.append(f"The mark {found[0]} is not known.")
            skip = found.end()
        elif tag in _BLOCKS and "".join(text for _, text in texts).strip() != found[0]:
            left.append(
                f"The mark {found[0]} has to stand alone in its paragraph, because a whole text takes its place."
            )
            skip = found.end()
        elif tag in _BLOCKS:
            made.append(tag)
            _hold(paragraph, tag)
            return
        else:
            made.append(tag)
            _replace(texts, found.start(), found.end(), tag)
            skip = found.start()


def _one_piece_a_run(paragraph: etree._Element) -> None:
    """Split runs so that each holds one piece of text, or one tab or picture."""
    for run in paragraph.findall(w("r")):
        properties = run.find(w("rPr"))
        pieces = [child for child in run if child is not properties]
        for piece in pieces[1:]:
            single = element("r")
            if properties is not None:
                single.append(deepcopy(properties))
            single.append(piece)
            run.addnext(single)
            run = single


def _hold(paragraph: etree._Element, tag: str) -> None:
    """Put a control around a paragraph; it is filled with rows or text, so the mark goes."""
    for run in paragraph.findall(w("r")):
        paragraph.remove(run)
    control = new_control(tag, _name(tag))
    paragraph.addprevious(control)
    control[-1].append(paragraph)


def _replace(texts: list[tuple[etree._Element, str]], start: int, end: int, tag: str) -> None:
    """Put a control in place of the marked letters, in the type of the first of them."""
    at = 0
    place: etree._Element | None = None
    for run, text in texts:
        first, last = max(start - at, 0), min(end - at, len(text))
        at += len(text)
        if first >= last:
            continue
        if place is None:
            place = _control_in_line(tag, run)
            run.addnext(place)
        after = text[last:]
        if after:
            rest = deepcopy(run)
            _say(rest, after)
            (place if place.getparent() is run.getparent() else run).addnext(rest)
        _say(run, text[:first])


def _control_in_line(tag: str, like: etree._Element) -> etree._Element:
    shown = deepcopy(like)
    _say(shown, _name(tag))
    return new_control(tag, _name(tag), shown)


def _say(run: etree._Element, text: str) -> None:
    words = run.find(w("t"))
    words.text = text
    words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def _name(tag: str) -> str:
    return tag.partition(":")[2].replace("_", " ").capitalize()
