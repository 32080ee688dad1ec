"""Pictures and formulas that Word shows otherwise than they are stored: hidden, recoloured, cut to a shape, struck."""

from collections.abc import Iterator

from docctl.word_format.markup import DRAWING, MATHS, PICTURE, PLACED, VML, WORD, Element, visible_text
from docctl.word_format.run_styles import RunStyles, is_on

_RECOLOURED = ("biLevel", "grayscl", "duotone", "clrRepl")
_FAINT = 20_000
"""Thousandths of a percent of brightness or contrast, up to which a picture still shows what it shows."""
_SQUARE = ("", "rect", "roundRect")
_STRUCK = ("strikeH", "strikeV", "strikeBLTR", "strikeTLBR")


def changed_pictures(paragraph: Element, looks: RunStyles) -> Iterator[tuple[str, str]]:
    """Yield a sentence for each picture or formula of a paragraph that Word shows otherwise, and what it is called."""
    text = visible_text(paragraph)
    for placed in paragraph.iter(f"{PLACED}docPr"):
        named = placed.get("descr") or placed.get("title") or text or placed.get("name", "")
        if placed.get("hidden") in ("1", "true") or _is_in_hidden_run(placed, looks):
            yield "Word hides a picture that the page and the PDF show", named
        drawing = placed.getparent()
        if any(map(_is_recoloured, drawing.iter(f"{DRAWING}blip"))):
            yield "Word and print show a picture in other colours or shades than the page", named
        if any(map(_is_cut_to_a_shape, drawing.iter(f"{PICTURE}spPr"))):
            yield "Word and print cut a picture to a shape, the page shows the whole of it", named
    for formula in paragraph.iter(f"{MATHS}borderBox"):
        properties = formula.find(f"{MATHS}borderBoxPr")
        stated = [properties.find(f"{MATHS}{name}") for name in _STRUCK] if properties is not None else []
        if any(each is not None and each.get(f"{MATHS}val", "1") in ("1", "on", "true") for each in stated):
            said = "".join(each.text or "" for each in formula.iter(f"{MATHS}t"))
            yield "Word strikes out a formula, the page shows it in a box", said
    for shape in paragraph.iter(f"{VML}shape", f"{VML}rect"):
        if "visibility:hidden" in shape.get("style", "").replace(" ", ""):
            yield "Word hides a drawing or a text box that the page and the PDF show", visible_text(shape) or text


def _is_in_hidden_run(placed: Element, looks: RunStyles) -> bool:
    run = next(placed.iterancestors(f"{WORD}r"), None)
    return run is not None and is_on(looks.stated(run, "vanish")) and not looks.is_cancelled(run, "vanish")


def _is_recoloured(picture: Element) -> bool:
    if any(picture.find(f"{DRAWING}{name}") is not None for name in _RECOLOURED):
        return True
    light = picture.find(f"{DRAWING}lum")
    return light is not None and any(_amount(light.get(name, "0")) > _FAINT for name in ("bright", "contrast"))


def _amount(stated: str) -> float:
    """Return how much is stated, in thousandths of a percent or, as strict files have it, in percent."""
    number = stated.removesuffix("%").removeprefix("-")
    is_number = number.isascii() and number.replace(".", "", 1).isdigit()
    return float(number) * (1000 if stated.endswith("%") else 1) if is_number else 0.0


def _is_cut_to_a_shape(properties: Element) -> bool:
    own, stated = properties.find(f"{DRAWING}custGeom"), properties.find(f"{DRAWING}prstGeom")
    if own is not None:
        return next(own.iter(f"{DRAWING}arcTo", f"{DRAWING}cubicBezTo", f"{DRAWING}quadBezTo"), None) is not None
    return stated is not None and stated.get("prst", "") not in _SQUARE
