"""Notes of a generated Word file that have a sign of their own: the sign in place of the number, as Word keeps it."""

from lxml import etree

from docctl.adapters.conversion.word.notes import NOTE_SIGN
from docctl.word_format.markup import WORD, Element, unzipped, zipped

_TEXT, _NOTES = "word/document.xml", "word/footnotes.xml"


def with_note_signs(docx: bytes) -> bytes:
    """Put the signs, which stand at the beginning of their notes, where Word has them."""
    parts = unzipped(docx)
    if NOTE_SIGN.encode() not in parts.get(_NOTES, b""):
        return docx
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    text, notes = (etree.fromstring(parts[name], parser) for name in (_TEXT, _NOTES))
    signs = {}
    for note in notes.iterchildren(f"{WORD}footnote"):
        sign = _taken(note)
        if sign:
            signs[note.get(f"{WORD}id")] = sign
            for mark in list(note.iter(f"{WORD}footnoteRef")):
                _put(mark, sign)
                mark.getparent().remove(mark)
    for reference in text.iter(f"{WORD}footnoteReference"):
        given = signs.get(reference.get(f"{WORD}id"))
        if given:
            reference.set(f"{WORD}customMarkFollows", "1")
            _put(reference, given)
    for name, root in ((_TEXT, text), (_NOTES, notes)):
        parts[name] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return zipped(parts)


def _taken(note: Element) -> str:
    """Take the sign out of a note, which the converter may have written in pieces."""
    texts = [text for text in note.iter(f"{WORD}t") if text.text]
    whole = "".join(text.text for text in texts)
    _, opened, rest = whole.partition(NOTE_SIGN)
    sign, closed, _ = rest.partition(NOTE_SIGN)
    if not opened or not closed:
        return ""
    before = whole.index(NOTE_SIGN)
    if whole[:before].strip():
        return ""
    place, end = 0, before + len(sign) + 2 * len(NOTE_SIGN)
    for text in texts:
        begin, place = place, place + len(text.text)
        text.text = text.text[: max(before - begin, 0)] + text.text[max(end - begin, 0) :]
        if place >= end:
            break
    return sign


def _put(mark: Element, sign: str) -> None:
    text = etree.Element(f"{WORD}t")
    text.text = sign
    mark.addnext(text)
