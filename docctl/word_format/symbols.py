"""Letters in the symbol fonts of Word, which show a tick where the file says ü, as the signs that people see."""

from collections.abc import Iterator

from docctl.word_format.markup import WORD, Element
from docctl.word_format.symbol_fonts import NO_SIGN, is_symbol_font, sign_of

UNKNOWN_SIGN = "□"


def name_signs(root: Element, styles: Element | None) -> Iterator[str]:
    """Write the signs of symbol fonts as text, and yield a sentence for each font whose signs nobody knows."""
    unknown: dict[str, int] = {}
    by_style = fonts_of_styles(styles)
    for sign in list(root.iter(f"{WORD}sym")):
        font = sign.get(f"{WORD}font", "")
        sign.tag, sign.text = f"{WORD}t", _shown(font, code_of(sign.get(f"{WORD}char", "")), unknown)
        sign.attrib.clear()
    for run in root.iter(f"{WORD}r"):
        fonts = fonts_of(run, by_style)
        if any(map(is_symbol_font, fonts)):
            for text in run.findall(f"{WORD}t"):
                text.text = "".join(_shown(fonts[letter >= "\x80"], ord(letter), unknown) for letter in text.text or "")
    for font, count in unknown.items():
        signs = "1 sign" if count == 1 else f"{count} signs"
        yield f"{signs} of the font {font} cannot be told as text; the text shows {UNKNOWN_SIGN} in place of each."


def _shown(font: str, code: int, unknown: dict[str, int]) -> str:
    is_sign = is_symbol_font(font) or 0xF000 <= code <= 0xF0FF
    if not is_sign and code >= 0x20:
        return chr(code)
    sign = sign_of(font, code)
    if sign == NO_SIGN:
        unknown[font or "without a name"] = unknown.get(font or "without a name", 0) + 1
        return UNKNOWN_SIGN
    return sign


def code_of(stated: str) -> int:
    """Return the number of a sign's letter as a Word file writes it; 0 where it is none."""
    try:
        code = int(stated, 16)
    except ValueError:
        return 0
    return code if code < 0xD800 or 0xE000 <= code < 0x110000 else 0


def fonts_of(run: Element, by_style: dict[str, tuple[str, str]]) -> tuple[str, str]:
    """Return the fonts of a run for plain letters and for all others."""
    properties = run.find(f"{WORD}rPr")
    if properties is None:
        return "", ""
    style = properties.find(f"{WORD}rStyle")
    inherited = by_style.get(style.get(f"{WORD}val", ""), ("", "")) if style is not None else ("", "")
    stated = _stated_fonts(properties)
    return stated[0] or inherited[0], stated[1] or inherited[1]


def fonts_of_styles(styles: Element | None) -> dict[str, tuple[str, str]]:
    """Return the fonts of each character style, for plain letters and for all others."""
    found = {}
    for style in styles.iter(f"{WORD}style") if styles is not None else ():
        properties = style.find(f"{WORD}rPr")
        if style.get(f"{WORD}type") == "character" and properties is not None:
            found[style.get(f"{WORD}styleId", "")] = _stated_fonts(properties)
    return found


def _stated_fonts(properties: Element) -> tuple[str, str]:
    fonts = properties.find(f"{WORD}rFonts")
    if fonts is None:
        return "", ""
    return fonts.get(f"{WORD}ascii", ""), fonts.get(f"{WORD}hAnsi", "")
