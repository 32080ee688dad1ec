"""Old forms as they are printed: boxes to tick and what is chosen from a list as text, because a PDF draws them."""

from copy import deepcopy

from lxml import etree

from docctl.adapters.word_document.parts import WordParts
from docctl.adapters.word_document.xml import run, w
from docctl.word_format.fields import WordField, fields_of

TICKED, NOT_TICKED = "☒", "☐"
_OFF = ("0", "false", "off")


def with_forms_written(word: bytes) -> bytes:
    """Return a Word file in which stands as text what its old form fields draw; one without any, byte for byte."""
    parts = WordParts(word)
    for root in parts.texts():
        for each in fields_of(root).fields:
            if each.kind in ("FORMCHECKBOX", "FORMDROPDOWN") and not each.is_simple and not _is_told(each):
                _write(each)
    return parts.written()


def _is_told(each: WordField) -> bool:
    """Say whether a field stands in the instruction of another, where nobody sees what it draws."""
    return each.is_in_instruction or (each.outer is not None and _is_told(each.outer))


def _write(each: WordField) -> None:
    begins_in = each.begin.getparent()
    shown = "" if each.shows_something else _shown_by(each.begin)
    if shown:
        looks = begins_in.find(w("rPr"))
        begins_in.addprevious(run(shown, deepcopy(looks) if looks is not None else None))
    for piece in (*each.marks, *each.told):
        piece.getparent().remove(piece)


def _shown_by(begin: etree._Element) -> str:
    box, choice = (begin.find(f"{w('ffData')}/{w(name)}") for name in ("checkBox", "ddList"))
    if box is not None:
        state = next((found for name in ("checked", "default") if (found := box.find(w(name))) is not None), None)
        return TICKED if state is not None and state.get(w("val"), "1") not in _OFF else NOT_TICKED
    entries = [entry.get(w("val"), "") for entry in choice.findall(w("listEntry"))] if choice is not None else []
    said = next((found.get(w("val"), "") for name in ("result", "default")
                 if choice is not None and (found := choice.find(w(name))) is not None), "0")  # fmt: skip
    return entries[int(said)] if said.isdigit() and int(said) < len(entries) else ""
