"""The lists of two texts brought together, so that an item that went or came is counted with those that stayed."""

from collections.abc import Sequence
from copy import deepcopy

from lxml import etree

from docctl.adapters.word_document.xml import element, text_of, w
from docctl.texts.differences import Block, block_changes

_NUMBER = f"{w('pPr')}/{w('numPr')}/{w('numId')}"

_KINDS = {
    **{"decimal": "numbers", "lowerLetter": "small letters", "upperLetter": "capital letters"},
    **{"lowerRoman": "small Roman numbers", "upperRoman": "Roman numbers"},
}
_MARKS_OF_THE_MAKER = ("nsid", "tmpl")


def join_lists(old: etree._Element, new: etree._Element, numbering: etree._Element | None) -> None:
    """Give the items of an older text the lists of the newer one that they belong to."""
    before, after = _items(old), _items(new)
    if not before or not after or numbering is None:
        return
    forms = forms_of(numbering)
    lists: dict[str, str] = {}
    for change in block_changes(_described(before), _described(after)):
        if change.old is None or change.new is None:
            continue
        was, is_now = _number(before[int(change.old.anchor)]), _number(after[int(change.new.anchor)])
        is_one_list = forms.get(was) == forms.get(is_now)
        if is_one_list and was not in lists and is_now not in lists.values():
            lists[was] = is_now
    for item in before:
        number = item.find(_NUMBER)
        number.set(w("val"), lists.get(number.get(w("val")), number.get(w("val"))))


def _items(text: etree._Element) -> list[etree._Element]:
    return [each for each in text.iter(w("p")) if each.find(_NUMBER) is not None]


def _number(item: etree._Element) -> str:
    return str(item.find(_NUMBER).get(w("val")))


def _described(items: Sequence[etree._Element]) -> list[Block]:
    return [Block("item", (text_of(item),), anchor=str(place)) for place, item in enumerate(items)]


def forms_of(numbering: etree._Element) -> dict[str, bytes]:
    """Return what the list of each number looks like, without the numbers it is known by."""
    shapes = {each.get(w("abstractNumId")): _shape(each) for each in numbering.findall(w("abstractNum"))}
    return {
        number.get(w("numId")): shapes.get(number.find(w("abstractNumId")).get(w("val")), b"") + _shape(number)
        for number in numbering.findall(w("num"))
    }


def starts_of(numbering: etree._Element) -> dict[tuple[str, str], str]:
    """Return how the list of each number begins on each of its levels, in words."""
    shapes = {each.get(w("abstractNumId")): each for each in numbering.findall(w("abstractNum"))}
    found: dict[tuple[str, str], str] = {}
    for number in numbering.findall(w("num")):
        shape, own = shapes.get(number.find(w("abstractNumId")).get(w("val"))), number.findall(w("lvlOverride"))
        levels = {each.get(w("ilvl"), "0"): each for each in (shape.findall(w("lvl")) if shape is not None else ())}
        levels |= {each.get(w("ilvl"), "0"): each.find(w("lvl")) for each in own if each.find(w("lvl")) is not None}
        again = {each.get(w("ilvl"), "0"): each.find(w("startOverride")) for each in own}
        for at, level in levels.items():
            found[str(number.get(w("numId"))), at] = _start(level, again.get(at))
    return found


def _start(level: etree._Element, again: etree._Element | None) -> str:
    form, start = level.find(w("numFmt")), level.find(w("start")) if again is None else again
    kind = form.get(w("val"), "decimal") if form is not None else "decimal"
    if kind in ("bullet", "none"):
        return "bullets" if kind == "bullet" else "no numbers"
    return f"{_KINDS.get(kind, kind)} from {start.get(w('val'), '1') if start is not None else 1}"


def _shape(described: etree._Element) -> bytes:
    bare = element("list", *deepcopy(list(described)))
    for child in list(bare):
        if child.tag in (w("abstractNumId"), *map(w, _MARKS_OF_THE_MAKER)):
            bare.remove(child)
    return bytes(etree.tostring(bare, method="c14n"))
