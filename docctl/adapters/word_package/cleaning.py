"""A Word file freed of everything that reaches outside of it; each thing taken out is named."""

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from urllib.parse import unquote

from docctl.adapters.word_package.parts import parsed_parts, written
from docctl.word_format.fields import fields_of
from docctl.word_format.markup import (
    CONTENT_TYPES,
    LINKS,
    MAIN_TYPES,
    OFFICE,
    OFFICE_LINKS,
    TYPES_PART,
    WORD,
    Element,
    is_strict,
    kind_of,
    main_part,
    resolved,
    source_part,
    zipped,
)

_SAFE_ADDRESS = re.compile(r"(?:https?|mailto):", re.IGNORECASE)
_DANGEROUS_FIELD = re.compile(
    r"\s*(INCLUDETEXT|INCLUDEPICTURE|INCLUDE|DDEAUTO|DDE|LINK|IMPORT|DATABASE|RD|AUTOTEXT\w*)\b",
    re.IGNORECASE,
)
_BUTTON = "MACROBUTTON"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_KINDS = {
    "attachedTemplate": "The link to a template outside of the file was taken out",
    "aFChunk": "A part of another file that Word was to insert was taken out",
    "frame": "A frame that showed another file was taken out",
    "subDocument": "A sub-document that Word was to insert was taken out",
    "oleObject": "An object linked to another file was taken out; the picture of it stays",
    "image": "A picture kept outside of the file was taken out",
    "hyperlink": "A link that is neither a web nor a mail address was taken out; its text stays",
}
_ALWAYS = ("attachedTemplate", "aFChunk", "subDocument", "frame")


@dataclass
class _Cleaning:
    """The parts of one file while it is cleaned, and what was taken out so far."""

    parts: dict[str, bytes]
    trees: dict[str, Element]
    losses: list[str] = field(default_factory=list)
    changed: set[str] = field(default_factory=set)

    def drop(self, part: str, loss: str) -> None:
        """Note that a part was changed, and what it lost."""
        self.changed.add(part)
        if loss:
            self.losses.append(loss)


def without_outside_references(data: bytes) -> tuple[bytes, tuple[str, ...]]:
    """Return a checked Word file that reaches nowhere but to web and mail addresses, and what it lost by that."""
    parts, trees = parsed_parts(data)
    main = main_part(trees)
    strict = is_strict(parts[main])
    cleaning = _Cleaning(parts, trees)
    for name in [name for name in trees if name.endswith(".rels")]:
        _clean_links(cleaning, name)
        _mend_links(cleaning, name)
    for name in [name for name in trees if not name.endswith(".rels")]:
        _clean_fields(cleaning, name)
    _declare_document(cleaning, main)
    if strict:
        cleaning.changed.update(trees)
    if not cleaning.changed:
        return data, ()
    for name in cleaning.changed:
        parts[name] = written(trees[name])
    return zipped(parts), tuple(dict.fromkeys(cleaning.losses))


def _clean_links(cleaning: _Cleaning, name: str) -> None:
    links = cleaning.trees[name]
    part = source_part(name)
    for link in list(links.iter(f"{LINKS}Relationship")):
        kind = kind_of(link)
        outside = link.get("TargetMode", "").lower() == "external"
        target = link.get("Target", "")
        if not (outside or kind in _ALWAYS):
            continue
        if kind == "hyperlink" and _SAFE_ADDRESS.match(target):
            continue
        links.remove(link)
        told = _KINDS.get(kind, f"A reference of the kind “{kind}” to something outside of the file was taken out")
        cleaning.drop(name, f"{told} ({_shown(target)}).")
        if not outside:
            cleaning.parts.pop(resolved(name, target), None)
        tree = cleaning.trees.get(part)
        if tree is not None:
            _take_out_uses(cleaning, part, tree, link.get("Id", ""))


def _mend_links(cleaning: _Cleaning, name: str) -> None:
    """Take out relationships to parts that are not there and second properties; other programs stumble over both."""
    actual = {unquote(part).casefold(): part for part in cleaning.parts}
    kinds: set[str] = set()
    for link in list(cleaning.trees[name].iter(f"{LINKS}Relationship")):
        kind, target = kind_of(link), link.get("Target", "")
        if link.get("TargetMode", "").lower() == "external":
            continue
        part = resolved(name, target)
        is_second = kind == "core-properties" and kind in kinds
        kinds.add(kind)
        if part in cleaning.parts and not is_second:
            continue
        meant = actual.get(unquote(part).casefold())
        if meant is not None and not is_second:
            link.set("Target", f"/{meant}")
            cleaning.drop(name, "")
            continue
        cleaning.trees[name].remove(link)
        shows = kind in ("image", "chart", "diagramData", "oleObject", "package")
        cleaning.drop(
            name, f"A picture or object that the file names is not in it ({_shown(target)})." if shows else ""
        )
        tree = cleaning.trees.get(source_part(name))
        if tree is not None:
            if kind == "hyperlink" and target.startswith("#"):
                _anchor(tree, link.get("Id", ""), target[1:])
            _take_out_uses(cleaning, source_part(name), tree, link.get("Id", ""))


def _anchor(tree: Element, link: str, bookmark: str) -> None:
    for element in tree.iter(f"{WORD}hyperlink"):
        if element.get(f"{OFFICE_LINKS}id") == link:
            element.set(f"{WORD}anchor", bookmark)


def _take_out_uses(cleaning: _Cleaning, part: str, tree: Element, link: str) -> None:
    """Take out what points at a relationship that is gone, and keep the text inside."""
    names = (f"{OFFICE_LINKS}id", f"{OFFICE_LINKS}link", f"{OFFICE_LINKS}embed", f"{OFFICE_LINKS}pict")
    for element in list(tree.iter()):
        used = [name for name in names if element.get(name) == link]
        if not used:
            continue
        cleaning.changed.add(part)
        if element.tag == f"{WORD}hyperlink":
            if element.get(f"{WORD}anchor"):
                del element.attrib[used[0]]
            else:
                _unwrap(element)
        elif element.tag == f"{OFFICE}OLEObject" or element.tag in (
            f"{WORD}altChunk",
            f"{WORD}subDoc",
            f"{WORD}attachedTemplate",
            f"{WORD}sourceFileName",
        ):
            element.getparent().remove(element)
        else:
            for name in used:
                del element.attrib[name]


def _unwrap(element: Element) -> None:
    parent = element.getparent()
    place = parent.index(element)
    for child in list(element):
        parent.insert(place, child)
        place += 1
    parent.remove(element)


def _clean_fields(cleaning: _Cleaning, part: str) -> None:
    """Take out fields that fetch something; what Word last showed for them stays as text."""
    _open_buttons(cleaning, part)
    tree = cleaning.trees[part]
    for simple in list(tree.iter(f"{WORD}fldSimple")):
        found = _DANGEROUS_FIELD.match(simple.get(f"{WORD}instr", ""))
        if found:
            cleaning.drop(part, _field_loss(found))
            _unwrap(simple)
    for marks, instruction in list(_complex_fields(tree)):
        found = _DANGEROUS_FIELD.match(instruction)
        if found:
            cleaning.drop(part, _field_loss(found))
            for mark in marks:
                if mark.getparent() is not None:
                    mark.getparent().remove(mark)


def _open_buttons(cleaning: _Cleaning, part: str) -> None:
    """Make each button that runs a macro what it is used for: a place to fill in, which shows the button's words."""
    for each in fields_of(cleaning.trees[part]).fields:
        run = each.begin if each.is_simple else each.begin.getparent()
        if each.kind != _BUTTON or each.is_in_instruction or run is None:
            continue
        macro, _, words = each.instruction.strip().partition(" ")[2].strip().partition(" ")
        cleaning.drop(part, f"A button that runs a macro ({macro}) was made a place to fill in: “{words.strip()}”.")
        if not each.is_simple:
            _part(run, each.begin)
        if words.strip():
            run.addprevious(_placeholder(run, words.strip()))
        for piece in (*each.told, *each.shown, *each.marks):
            if piece.getparent() is not None:
                piece.getparent().remove(piece)


def _part(run: Element, mark: Element) -> None:
    """Put what stands before a mark in its run into a run of its own."""
    before = [piece for piece in run[: run.index(mark)] if piece.tag != f"{WORD}rPr"]
    if before:
        first = run.makeelement(run.tag, dict(run.attrib))
        first.extend([deepcopy(looks) for looks in run.findall(f"{WORD}rPr")] + before)
        run.addprevious(first)


def _placeholder(run: Element, words: str) -> Element:
    """Return a control of plain text whose placeholder shows."""
    control = run.makeelement(f"{WORD}sdt", {})
    properties = _below(control, "sdtPr")
    _below(properties, "showingPlcHdr")
    _below(properties, "text")
    shown = _below(_below(control, "sdtContent"), "r")
    shown.extend([deepcopy(looks) for looks in run.findall(f"{WORD}rPr")])
    text = _below(shown, "t")
    text.set(_SPACE, "preserve")
    text.text = words
    return control


def _below(parent: Element, name: str) -> Element:
    made = parent.makeelement(f"{WORD}{name}", {})
    parent.append(made)
    return made


def _complex_fields(tree: Element) -> Iterator[tuple[list[Element], str]]:
    """Yield the marks and the whole instruction of each field, however many runs it is split over."""
    open_fields: list[tuple[list[Element], list[str]]] = []
    for piece in tree.iter(f"{WORD}fldChar", f"{WORD}instrText"):
        kind = piece.get(f"{WORD}fldCharType")
        if kind == "begin":
            open_fields.append(([piece], []))
        elif not open_fields:
            if kind is None:
                yield [piece], piece.text or ""
        elif kind is None:
            open_fields[-1][0].append(piece)
            open_fields[-1][1].append(piece.text or "")
        else:
            open_fields[-1][0].append(piece)
            if kind == "end":
                marks, instruction = open_fields.pop()
                yield marks, "".join(instruction)
    for marks, instruction in open_fields:
        yield marks, "".join(instruction)


def _field_loss(found: re.Match[str]) -> str:
    name = found[1].upper()
    return f"A field that fetches something from outside ({name}) was taken out; its last result stays as text."


def _declare_document(cleaning: _Cleaning, main: str) -> None:
    """Make a template an ordinary document, and forget the types of parts that are gone."""
    types = cleaning.trees[TYPES_PART]
    for override in list(types.iter(f"{CONTENT_TYPES}Override")):
        part = override.get("PartName", "").lstrip("/")
        if part == main and override.get("ContentType") != MAIN_TYPES[0]:
            override.set("ContentType", MAIN_TYPES[0])
            cleaning.changed.add(TYPES_PART)
        elif part not in cleaning.parts:
            types.remove(override)
            cleaning.changed.add(TYPES_PART)


def _shown(target: str) -> str:
    plain = "".join(character if character.isprintable() else "·" for character in target)
    return plain if len(plain) <= 120 else plain[:120] + "…"
