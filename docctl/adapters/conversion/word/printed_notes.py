"""The signs of notes typed into a Word file that is to be printed by a program that counts notes unlike Word."""

import posixpath
from copy import deepcopy

from lxml import etree

from docctl.adapters.conversion.word.notes import sign_notes, take_off
from docctl.word_format.markup import ROOT_LINKS, WORD, Element, main_part, unzipped, zipped

_KINDS = ("footnote", "endnote")
_UNLIKE = ("numFmt", "numRestart", "numStart")
_OWN_MARK = f"{WORD}customMarkFollows"


def type_note_signs(word: bytes) -> bytes:
    """Give every note the sign that Word shows, where it has one of its own or is counted in a way of its own.

    LibreOffice counts notes by 1, 2, 3 or i, ii, iii throughout. A sign that a file has itself it draws before the note
    too, where the file has it once more. A file in which there is nothing of the kind comes back byte for byte.
    """
    parts = unzipped(word)
    folder = posixpath.dirname(main := main_part({ROOT_LINKS: _parsed(parts[ROOT_LINKS])}))
    names = {each: posixpath.join(folder, f"{each}.xml") for each in ("settings", "footnotes", "endnotes")}
    trees = {name: _parsed(parts[name]) for name in (ROOT_LINKS, main, *names.values()) if name in parts}
    if not _are_counted_unlike(trees[main], trees.get(names["settings"])):
        return word
    signs = sign_notes(trees).signs
    for reference in list(trees[main].iter(*(f"{WORD}{kind}Reference" for kind in _KINDS))):
        kind = reference.tag.removeprefix(WORD).removesuffix("Reference")
        _refer(reference, signs.get((kind, reference.get(f"{WORD}id", "")), ""))
    for kind in _KINDS:
        for note in trees.get(names[f"{kind}s"], ()):
            _begin(note, kind, signs.get((kind, note.get(f"{WORD}id", "")), ""))
    written = {
        name: etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
        for name, tree in trees.items()
    }
    return zipped(parts | written)


def _are_counted_unlike(root: Element, settings: Element | None) -> bool:
    stated = (
        each
        for tree in (root, settings)
        for kind in _KINDS
        for properties in (tree.iter(f"{WORD}{kind}Pr") if tree is not None else ())
        for each in properties.iterchildren(*(f"{WORD}{name}" for name in _UNLIKE))
    )
    own = (
        each.get(_OWN_MARK) for kind in _KINDS for each in root.iter(f"{WORD}{kind}Reference") if each.get(_OWN_MARK)
    )
    return next(stated, None) is not None or next(own, None) is not None


def _refer(reference: Element, sign: str) -> None:
    """Write a sign behind its reference, each letter as a text of its own in one run, as LibreOffice takes it."""
    if not sign:
        return
    reference.set(_OWN_MARK, "1")
    for letter in reversed(sign):
        told = etree.Element(f"{WORD}t")
        told.text = letter
        reference.addnext(told)


def _begin(note: Element, kind: str, sign: str) -> None:
    """Take off a note the sign that the program draws before it."""
    line = next(note.iter(f"{WORD}p"), None)
    if not sign or line is None:
        return
    drawn = list(line.iter(f"{WORD}{kind}Ref"))
    for each in drawn:
        each.getparent().remove(each)
    if not drawn:
        take_off(line, sign)
        line.insert(0 if line.find(f"{WORD}pPr") is None else 1, _run(" ", None))


def _run(text: str, looks: Element | None) -> Element:
    run = etree.Element(f"{WORD}r")
    run.extend([] if looks is None else [deepcopy(looks)])
    said = etree.SubElement(run, f"{WORD}t")
    said.text = text
    said.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return run


def _parsed(part: bytes) -> Element:
    return etree.fromstring(part, etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True))
