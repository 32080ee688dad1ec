"""Signs of symbol fonts as text of their own, because each machine has other fonts and shows ü or a box for a tick."""

from copy import deepcopy
from itertools import groupby

from lxml import etree

from docctl.adapters.word_document.xml import element, w
from docctl.word_format.run_styles import RunStyles
from docctl.word_format.symbol_fonts import NO_SIGN, is_symbol_font, sign_of
from docctl.word_format.symbols import code_of, fonts_of

FONT_OF_SIGNS = "Segoe UI Symbol"
"""Word has it everywhere; other programs take a font of theirs that shows the sign."""
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_LAST_COMMON = "\uffff"
"""Signs beyond are in few fonts, so that the symbol font is left to show them."""

_OFFERED = frozenset("\uf0b7\uf0a7\uf076\uf0d8\uf0fc")
_BULLETS = f"{w('numFmt')}[@{w('val')}='bullet']"

Piece = tuple[bool, str | etree._Element]


def fix_signs(root: etree._Element, styles: etree._Element | None) -> None:
    """Write each sign that a letter of a symbol font stands for as that sign, in a font for signs."""
    looks = RunStyles(styles)
    for run in list(root.iter(w("r"))):
        fonts = fonts_of(run, looks)
        if run.find(w("sym")) is None and not any(map(is_symbol_font, fonts)):
            continue
        pieces = [piece for child in run if child.tag != w("rPr") for piece in _pieces(child, fonts)]
        if any(is_sign for is_sign, _ in pieces):
            _part(run, pieces)


def fix_bullets(numbering: etree._Element) -> None:
    """Write each bullet that a letter of a symbol font stands for as that sign, but for those that Word itself offers.

    Those every program shows; of others many print a box.
    """
    for level in numbering.iter(w("lvl")):
        text, looks = level.find(w("lvlText")), level.find(w("rPr"))
        letter = text.get(w("val"), "") if text is not None and level.find(_BULLETS) is not None else ""
        fonts = looks.find(w("rFonts")) if looks is not None else None
        if len(letter) != 1 or letter in _OFFERED or fonts is None:
            continue
        sign = _sign(fonts.get(w("ascii" if letter < "\x80" else "hAnsi"), ""), ord(letter))
        if sign:
            text.set(w("val"), sign)
            _set_font(level)


def _pieces(child: etree._Element, fonts: tuple[str, str]) -> list[Piece]:
    """Return what stands in a run as signs, letters and everything else, in order."""
    if child.tag == w("sym"):
        sign = _sign(child.get(w("font"), ""), code_of(child.get(w("char"), "")))
        return [(True, sign) if sign else (False, child)]
    if child.tag != w("t"):
        return [(False, child)]
    letters = [(_sign(fonts[letter >= "\x80"], ord(letter)), letter) for letter in child.text or ""]
    told = [(bool(sign), sign or letter) for sign, letter in letters]
    return [(is_sign, "".join(text for _, text in group)) for is_sign, group in groupby(told, key=lambda each: each[0])]


def _sign(font: str, code: int) -> str:
    """Return the sign that a letter stands for; nothing where it is a letter, is unknown or is in few fonts."""
    if not is_symbol_font(font) or code <= 0x20:
        return ""
    sign = sign_of(font, code)
    return sign if sign not in (NO_SIGN, chr(code)) and sign <= _LAST_COMMON else ""


def _part(run: etree._Element, pieces: list[Piece]) -> None:
    """Put runs in place of one: signs in their font, all else as it was."""
    looks = run.find(w("rPr"))
    for is_sign, group in groupby(pieces, key=lambda piece: piece[0]):
        made = element("r", *([] if looks is None else [deepcopy(looks)]))
        if is_sign:
            _set_font(made)
        for _, piece in group:
            made.append(_text(piece) if isinstance(piece, str) else piece)
        run.addprevious(made)
    run.getparent().remove(run)


def _set_font(run: etree._Element) -> None:
    looks = run.find(w("rPr"))
    if looks is None:
        looks = element("rPr")
        run.insert(0, looks)
    for fonts in looks.findall(w("rFonts")):
        looks.remove(fonts)
    place = 1 if looks.find(w("rStyle")) is not None else 0
    names = dict.fromkeys(("ascii", "hAnsi", "eastAsia", "cs"), FONT_OF_SIGNS)
    looks.insert(place, element("rFonts", **names))


def _text(letters: str) -> etree._Element:
    text = element("t")
    text.text = letters
    text.set(_SPACE, "preserve")
    return text
