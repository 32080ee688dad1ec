"""What a line of a Word file says as a title in letters alone: nothing struck out, formulas in a row."""

from collections.abc import Mapping
from copy import deepcopy

from docctl.adapters.conversion.drawn.word_looks import name_looks
from docctl.word_format.markup import MATHS, WORD, Element, visible_text
from docctl.word_format.run_styles import RunStyles, is_on

_RAISED = str.maketrans("0123456789+-−=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ")
_LOWERED = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
_SHIFTED = {"superscript": (_RAISED, "^"), "subscript": (_LOWERED, "_")}


def one_line(element: Element, looks: RunStyles) -> str:
    """Return what a line says when it is written in letters alone."""
    copied = deepcopy(element) if _is_more_than_letters(element, looks) else element
    if copied is not element:
        name_looks(copied, looks)
        for run in copied.iter(f"{WORD}r"):
            _write_run(run, looks)
        for formula in list(copied.iter(f"{MATHS}oMath")):
            said = _in_a_row(formula)
            for piece in list(formula):
                formula.remove(piece)
            formula.tag, formula.text = f"{WORD}t", said
    return " ".join(visible_text(copied).split())


def _is_more_than_letters(element: Element, looks: RunStyles) -> bool:
    if next(element.iter(f"{MATHS}oMath"), None) is not None:
        return True
    looked = ("strike", "dstrike", "vertAlign", "position")
    return any(looks.stated(run, name) is not None for run in element.iter(f"{WORD}r") for name in looked)


def _shift_of(run: Element, looks: RunStyles) -> str:
    stated = looks.stated(run, "vertAlign")
    shift = stated.get(f"{WORD}val", "") if stated is not None else ""
    return shift if shift in _SHIFTED else ""


def _write_run(run: Element, looks: RunStyles) -> None:
    shift, is_struck = _shift_of(run, looks), is_on(looks.stated(run, "strike"))
    for text in run.iter(f"{WORD}t"):
        said = "" if is_struck else text.text or ""
        text.text = said if said.isalpha() or not shift else _shifted(said, *_SHIFTED[shift])


def _shifted(said: str, signs: Mapping[int, int], otherwise: str) -> str:
    """Return letters in their raised or lowered form, or behind a sign where they have none."""
    inside = said.strip()
    has_form = all(ord(letter) in signs for letter in inside)
    return said.translate(signs) if has_form else said.replace(inside, f"{otherwise}{inside}", 1)


def _in_a_row(piece: Element) -> str:
    """Return what a formula says, written in a row."""
    name = piece.tag.removeprefix(MATHS) if isinstance(piece.tag, str) else ""
    if name == "t":
        return piece.text or ""
    inner = {each.tag.removeprefix(MATHS): _in_a_row(each) for each in piece if isinstance(each.tag, str)}
    if name == "f":
        return f"{inner.get('num', '')}/{inner.get('den', '')}"
    if name in ("sSup", "sSub", "sSubSup"):
        lowered, raised = (
            _shifted(inner[part], *_SHIFTED[shift]) if inner.get(part) else ""
            for part, shift in (("sub", "subscript"), ("sup", "superscript"))
        )
        return f"{inner.get('e', '')}{lowered}{raised}"
    if name == "rad":
        return f"{inner.get('deg', '')}√({inner.get('e', '')})"
    return "".join(_in_a_row(each) for each in piece)
