"""What Word strikes out, hides or colours within a formula, of which a text keeps the letters alone."""

from collections.abc import Iterator

from docctl.word_format.colour_names import colour_name
from docctl.word_format.markup import MATHS, WORD, Element
from docctl.word_format.run_styles import is_on


def formula_looks(paragraph: Element) -> Iterator[tuple[str, str]]:
    """Yield a sentence for each part of a formula that Word shows otherwise than the page, and the whole formula."""
    for run in paragraph.iter(f"{MATHS}r"):
        own, said = run.find(f"{WORD}rPr"), _said(run)
        if own is None or not said.strip():
            continue
        told = f"{said}” of “{_said(next(run.iterancestors(f'{MATHS}oMath'), run))}"
        if any(is_on(own.find(f"{WORD}{name}")) for name in ("strike", "dstrike")):
            yield "Word strikes out part of a formula, the page does not", told
        if is_on(own.find(f"{WORD}vanish")):
            yield "Word hides part of a formula that the page and the PDF show", told
        colour = own.find(f"{WORD}color")
        name = colour_name(colour.get(f"{WORD}val", "")) if colour is not None else ""
        if name:
            yield f"Part of a formula is written in {name}, which the page does not show", told
    for fraction in paragraph.iter(f"{MATHS}f"):
        kind = fraction.find(f"{MATHS}fPr/{MATHS}type")
        if kind is not None and kind.get(f"{MATHS}val") == "noBar" and not _is_in_brackets(fraction):
            above, below = (_said(fraction.find(f"{MATHS}{name}")) for name in ("num", "den"))
            yield "The page puts brackets around what stands one above the other in a formula", f"{above}, {below}"


def _is_in_brackets(fraction: Element) -> bool:
    """Say whether a fraction without a line is all that stands between brackets, as Word keeps binomials."""
    around = fraction.getparent()
    return len(around.findall(f"{MATHS}f")) == 1 and around.getparent().tag == f"{MATHS}d"


def _said(piece: Element | None) -> str:
    return "" if piece is None else "".join(each.text or "" for each in piece.iter(f"{MATHS}t"))
