"""Controls of a Word file bound to hidden data: where Word would show other words than stand in the text."""

import re
from collections.abc import Iterator, Mapping

from docctl.domain.word_markup import WORD, Element, kind_of, resolved, source_part, visible_text

_PROPERTIES = {
    "{6C3C8BC8-F283-45AE-878A-BAB7291924A1}": "docProps/core.xml",
    "{6668398D-A668-4E3E-A5EB-62B293D839F1}": "docProps/app.xml",
}
_STEP = re.compile(r"(?:[\w.-]+:)?([\w.-]+)(?:\[(\d{1,4})\])?")
_CHOICES = (f"{WORD}comboBox", f"{WORD}dropDownList")
_OF_OTHER_KINDS = frozenset(
    ("picture", "date", "checkbox", "repeatingSection", "richText", "docPartObj", "docPartList")
)


def shown_otherwise(root: Element, stores: Mapping[str, Element]) -> Iterator[tuple[Element, str, str]]:
    """Yield the controls of a part whose hidden data say something else, with what stands in the text and the data.

    Pictures, dates, boxes to tick and whole passages are bound in forms of their own, and are passed over.
    """
    for control in root.iter(f"{WORD}sdt"):
        properties = control.find(f"{WORD}sdtPr")
        binding = properties.find(f"{WORD}dataBinding") if properties is not None else None
        if binding is None or any(_name(each) in _OF_OTHER_KINDS for each in properties):
            continue
        store = stores.get(binding.get(f"{WORD}storeItemID", "").upper())
        data = _value_at(store, binding.get(f"{WORD}xpath", "")) if store is not None else None
        if data is None or data.lstrip().startswith("<"):
            continue
        said = next((item for choices in _CHOICES for item in properties.iterfind(f"{choices}/{WORD}listItem")
                     if item.get(f"{WORD}value") == data), None)  # fmt: skip
        data = data if said is None else said.get(f"{WORD}displayText") or data
        is_placeholder = properties.find(f"{WORD}showingPlcHdr") is not None
        shown = "" if is_placeholder else visible_text(control)
        if "".join(shown.split()) != "".join(data.split()):
            yield control, " ".join(shown.split()), " ".join(data.split())


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


def _value_at(store: Element, path: str) -> str | None:
    """Return what stands at a path of plain steps; None where nothing is there or the path is of another kind."""
    first, *steps = path.strip().removesuffix("/text()").lstrip("/").split("/")
    matched = _STEP.fullmatch(first)
    here = store if matched is not None and _name(store) == matched[1] else None
    for step in steps:
        if here is None:
            return None
        if step.startswith("@"):
            name = step[1:].rpartition(":")[2]
            return next((value for key, value in here.attrib.items() if key.rpartition("}")[2] == name), None)
        matched = _STEP.fullmatch(step)
        if matched is None:
            return None
        alike = [each for each in here if isinstance(each.tag, str) and _name(each) == matched[1]]
        place = int(matched[2] or 1)
        here = alike[place - 1] if 0 < place <= len(alike) else None
    return None if here is None else "".join(here.itertext())


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
