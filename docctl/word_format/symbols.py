"""Letters in the symbol fonts of Word, which show a tick where the file says ü, as the signs that people see."""

import re
from collections.abc import Iterator

from docctl.word_format.markup import WORD, Element
from docctl.word_format.run_styles import RunStyles
from docctl.word_format.symbol_fonts import NO_SIGN, is_symbol_font, sign_of

UNKNOWN_SIGN = "□"
COMMON_BULLET = 0xF0B7
"""A dot in each font that has a sign there; texts copied from elsewhere have it without their font."""
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_BOXES = "□❐❑❒◻"
_TELLING = re.compile("[①-⓿☀-☄☇-♟♨-⚩⚭-⛿✁-✘❓-❗❶-➓\U0001f300-\U0001f64f\U0001f680-\U0001f77f\U0001f900-\U0001faff]")
"""Boxes, ticks, crosses, numbers in circles and pictures of something; what is left out of them are ornaments."""
_CIRCLE = "o"
"""The letter that Word offers as a bullet."""
_VARIATIONS = "\ufe0e\ufe0f"


def name_signs(root: Element, styles: Element | None) -> Iterator[str]:
    """Write the signs of symbol fonts as text, and yield a sentence for each font whose signs nobody knows."""
    unknown: dict[str, int] = {}
    looks = RunStyles(styles)
    for sign in list(root.iter(f"{WORD}sym")):
        font = sign.get(f"{WORD}font", "")
        sign.tag, sign.text = f"{WORD}t", _shown(font, code_of(sign.get(f"{WORD}char", "")), unknown)
        sign.attrib.clear()
    for run in root.iter(f"{WORD}r"):
        texts = run.findall(f"{WORD}t")
        fonts = fonts_of(run, looks) if texts else ("", "")
        is_in_signs = any(map(is_symbol_font, fonts))
        for text in texts:
            if is_in_signs or _PRIVATE.search(text.text or ""):
                text.text = "".join(_shown(fonts[letter >= "\x80"], ord(letter), unknown) for letter in text.text or "")
    for font, count in unknown.items():
        signs = "1 sign" if count == 1 else f"{count} signs"
        yield f"{signs} of the font {font} cannot be told as text; the text shows {UNKNOWN_SIGN} in place of each."


def _shown(font: str, code: int, unknown: dict[str, int]) -> str:
    is_known = is_symbol_font(font)
    if not is_known and code == COMMON_BULLET:
        return "•"
    sign = sign_of(font, code) if is_known or code < 0x20 or not _PRIVATE.match(chr(code)) else NO_SIGN
    if sign == NO_SIGN:
        unknown[font or "without a name"] = unknown.get(font or "without a name", 0) + 1
        return UNKNOWN_SIGN
    return sign


def sign_that_tells(bullet: str) -> str:
    """Return the sign that a bullet says something by, such as a tick or a hand; nothing where it only decorates."""
    sign = bullet.strip().rstrip(_VARIATIONS)
    if sign and sign in _BOXES:
        return "☐"
    return sign if _TELLING.fullmatch(sign) else ""


def tell_bullets_in_words(numbering: Element) -> None:
    """Make of bullets that are words, such as “Note:”, words without a number, which every program shows whole."""
    for kind in numbering.iterfind(f".//{WORD}lvl/{WORD}numFmt[@{WORD}val='bullet']"):
        text, fonts = (kind.getparent().find(f"{WORD}{path}") for path in ("lvlText", f"rPr/{WORD}rFonts"))
        said = text.get(f"{WORD}val", "").strip().rstrip(_VARIATIONS) if text is not None else ""
        is_sign = fonts is not None and is_symbol_font(fonts.get(f"{WORD}ascii", ""))
        if not is_sign and (len(said) > 1 or (said.isalnum() and said != _CIRCLE)):
            kind.set(f"{WORD}val", "none")


def code_of(stated: str) -> int:
    """Return the number of a sign's letter as a Word file writes it; 0 where it is none."""
    try:
        code = int(stated, 16)
    except ValueError:
        return 0
    return code if code < 0xD800 or 0xE000 <= code < 0x110000 else 0


def fonts_of(run: Element, looks: RunStyles) -> tuple[str, str]:
    """Return the fonts of a run for plain letters and for all others, by itself or by its styles."""
    stated = list(looks.stated_in_turn(run, "rFonts"))
    plain, others = (
        next((font for each in stated if (font := each.get(f"{WORD}{name}", ""))), "") for name in ("ascii", "hAnsi")
    )
    return plain, others
