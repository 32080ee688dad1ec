"""Controls of a Word file bound to hidden data: where Word would show other words than stand in the text."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from docctl.word_format.markup import WORD, Element, kind_of, resolved, source_part, visible_text

_PROPERTIES = {
    "{6C3C8BC8-F283-45AE-878A-BAB7291924A1}": "docProps/core.xml",
    "{6668398D-A668-4E3E-A5EB-62B293D839F1}": "docProps/app.xml",
}
_STEP = re.compile(r"(?:[\w.-]+:)?([\w.-]+)(?:\[(\d{1,4})\])?")
_CHOICES = (f"{WORD}comboBox", f"{WORD}dropDownList")
_OF_OTHER_KINDS = frozenset(("picture", "richText", "docPartObj", "docPartList"))
_DAY = re.compile(r"\s*(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d:\d\d))?")
_TICKED = {"true": True, "1": True, "false": False, "0": False}
_SOLAR = ("", "gregorian", "gregorianUs", "gregorianMeFrench", "gregorianArabic")
_SAID_OF_TICKS = {True: "ticked", False: "not ticked"}
_REPEATED, _REPEATED_ITEM = "repeatingSection", "repeatingSectionItem"


@dataclass(frozen=True)
class BoundControl:
    """A control bound to hidden data: what stands in the text, and what Word shows, the same where both agree."""

    control: Element
    source: str
    text: str
    word_shows: str
    is_otherwise: bool


def shown_otherwise(root: Element, stores: Mapping[str, Element]) -> Iterator[tuple[Element, str, str]]:
    """Yield the controls of a part whose hidden data say something else, with what stands in the text and the data."""
    for each in bound_controls(root, stores):
        if each.is_otherwise:
            yield each.control, each.text, each.word_shows


def bound_controls(root: Element, stores: Mapping[str, Element]) -> Iterator[BoundControl]:
    """Yield the controls of a part that are bound to data of the file; pictures and rich text are passed over."""
    for control in root.iter(f"{WORD}sdt"):
        properties = control.find(f"{WORD}sdtPr")
        kinds = {_name(each): each for each in (() if properties is None else properties) if isinstance(each.tag, str)}
        binding = next((each for name, each in kinds.items() if name == "dataBinding"), None)
        if binding is None or _OF_OTHER_KINDS & kinds.keys():
            continue
        told = {key.rpartition("}")[2]: value for key, value in binding.attrib.items()}
        store, path = stores.get(told.get("storeItemID", "").upper()), told.get("xpath", "")
        data = _values_at(store, path) if store is not None else []
        if not data:
            continue
        is_placeholder = "showingPlcHdr" in kinds
        text = "" if is_placeholder else " ".join(visible_text(control).split())
        text, shows, is_otherwise = _compared(control, kinds, text, data)
        yield BoundControl(control, f"{told.get('storeItemID', '').upper()}{path}", text, shows, is_otherwise)


def _compared(control: Element, kinds: dict[str, Element], text: str, data: list[str]) -> tuple[str, str, bool]:
    """Say what stands in the text, what Word shows by the data, and whether that is something else."""
    if _REPEATED in kinds:
        items = sum(1 for each in control.iter(f"{WORD}sdt") if _is_item_of(each, control))
        shows = f"{len(data)} repeated: {'; '.join(' '.join(each.split()) for each in data)}"
        return f"{items} repeated: {text}", shows, items != len(data)
    first = data[0]
    if "checkbox" in kinds:
        ticked, wanted = _is_ticked(control, kinds["checkbox"]), _TICKED.get(first.strip())
        shows = _SAID_OF_TICKS[ticked if wanted is None else wanted]
        return f"{text} {_SAID_OF_TICKS[ticked]}".strip(), shows, wanted not in (None, ticked)
    if "date" in kinds and (day := _DAY.match(first)) is not None:
        return text, day[1], not _shows_day(kinds["date"], text, day[1], day[2] or "00:00:00")
    if first.lstrip().startswith("<"):
        return text, text, False
    said = next((item for choices in _CHOICES for item in control.iterfind(f"{WORD}sdtPr/{choices}/{WORD}listItem")
                 if item.get(f"{WORD}value") == first), None)  # fmt: skip
    shows = " ".join((first if said is None else said.get(f"{WORD}displayText") or first).split())
    return text, shows, text.replace(" ", "") != shows.replace(" ", "")


def _is_item_of(item: Element, control: Element) -> bool:
    if not any(_name(each) == _REPEATED_ITEM for each in item.iterfind(f"{WORD}sdtPr/*")):
        return False
    around = (each for each in item.iterancestors(f"{WORD}sdt"))
    repeated = (each for each in around if any(_name(kind) == _REPEATED for kind in each.iterfind(f"{WORD}sdtPr/*")))
    return next(repeated, None) is control


def _is_ticked(control: Element, box: Element) -> bool:
    """Say whether a box shows ticked, by its sign where that is one of its two signs."""
    told = {_name(each): value for each in box for key, value in each.attrib.items() if key.rpartition("}")[2] == "val"}
    marks = [f"{ord(sign):04X}" for sign in visible_text(control).strip()[:1]]
    marks += [sign.get(f"{WORD}char", "").upper() for sign in control.iter(f"{WORD}sym")]
    for state, is_ticked in (("checkedState", True), ("uncheckedState", False)):
        if told.get(state, "").upper().zfill(4) in marks:
            return is_ticked
    return told.get("checked", "0") in ("1", "true", "on")


def _shows_day(kind: Element, text: str, day: str, time: str) -> bool:
    """Say whether a control shows a day: by the day that it states, and by the numbers in its text."""
    if not text or kind.get(f"{WORD}fullDate", day)[: len(day)] != day:
        return False
    calendar = kind.find(f"{WORD}calendar")
    if calendar is not None and calendar.get(f"{WORD}val", "") not in _SOLAR:
        return True
    try:
        shown = datetime.fromisoformat(f"{day}T{time}")
    except ValueError:
        return True  # no day of the calendar, which Word leaves as it stands
    numbers = {shown.day, shown.month, shown.year, shown.year % 100, shown.hour, shown.hour % 12 or 12}
    written = {int(number) for number in re.findall(r"\d+", text)}
    return written <= numbers | {shown.minute, shown.second}


def stores_of(trees: Mapping[str, Element]) -> dict[str, Element]:
    """Return the hidden data of a file by the identity under which controls are bound to them."""
    found = {key: trees[name] for key, name in _PROPERTIES.items() if name in trees}
    for name in [name for name in trees if name.startswith("customXml/") and name.endswith(".rels")]:
        for link in trees[name]:
            described = trees.get(resolved(name, link.get("Target", ""))) if kind_of(link) == "customXmlProps" else None
            item = trees.get(source_part(name))
            if described is not None and item is not None:
                found |= {value.upper(): item for key, value in described.attrib.items() if key.endswith("}itemID")}
    return found


def _values_at(store: Element, path: str) -> list[str]:
    """Return what stands at a path of plain steps, of each element that the last step names; none for other paths."""
    first, *steps = path.strip().removesuffix("/text()").lstrip("/").split("/")
    matched = _STEP.fullmatch(first)
    here = [store] if matched is not None and _name(store) == matched[1] else []
    for step in steps:
        if not here:
            return []
        if step.startswith("@"):
            name = step[1:].rpartition(":")[2]
            return [value for key, value in here[0].attrib.items() if key.rpartition("}")[2] == name][:1]
        matched = _STEP.fullmatch(step)
        if matched is None:
            return []
        alike = [each for each in here[0] if isinstance(each.tag, str) and _name(each) == matched[1]]
        place = int(matched[2]) if matched[2] else None
        here = alike if place is None else alike[place - 1 : place] if place else []
    return ["".join(each.itertext()) for each in here]


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
