"""The properties of a Word file in words that people use: green for 00B050, 1.27 cm for 720, raised for superscript.

A value that is more exact than its words holds both: the words, a null character, and what is compared.
"""

import re
from collections.abc import Callable, Mapping

from docctl.word_format.colour_names import colour_name

EXACT = "\0"
YES, NO = "yes", "no"
_ON, _OFF = ("on", "1", "true"), ("0", "off", "false", "none")
_SAID = {
    **dict.fromkeys(_ON, YES),
    **dict.fromkeys(_OFF, NO),
    **{"superscript": "raised", "subscript": "lowered", "baseline": "on the line", "both": "justified"},
    **{"start": "left", "end": "right", "rtl": "from the right", "ltr": "from the left"},
}
_TWIPS_IN_A_CENTIMETRE, _TWIPS_IN_A_POINT, _EMU_IN_A_CENTIMETRE = 567, 20, 360_000
_LENGTH = re.compile(r"-?\d{1,6}")
_WORD = re.compile(r"[^\W\d_][\w -]*")


def in_words(name: str, value: str) -> str:
    """Return what people call the value of a property; nothing where there are no words for it."""
    shown, mark, _ = value.partition(EXACT)
    if mark or not value:
        return shown
    kind = name.rpartition(" ")[2]
    return _FORMS.get(kind, _plain)(value)


def both_in_words(name: str, was: str, is_now: str) -> tuple[str, str]:
    """Return two values that differ in words that differ too."""
    old, new = in_words(name, was), in_words(name, is_now)
    if old == new:
        return old or ("as it was" if was else ""), f"{new}, changed" if new else "changed"
    return old, new


def on_words(said: str, words: str) -> str:
    """Say which words a property is for, where it is not for all of them."""
    return f"“{words}”" if said == YES else f"{said or 'changed'} on “{words}”"


def centimetres(emu: str) -> str:
    """Return a length of a drawing as people measure it."""
    return f"{int(emu) / _EMU_IN_A_CENTIMETRE:.1f}" if emu.isascii() and emu.isdigit() and len(emu) < 12 else "?"


def _parts(value: str) -> tuple[dict[str, str], str]:
    """Part a value as it is written into its named entries and the one without a name."""
    named, bare = {}, ""
    for entry in value.split(","):
        key, mark, said = entry.partition("=")
        if mark:
            named[key] = said
        else:
            bare = entry
    return named, bare


def _colour(value: str) -> str:
    _, code = _parts(value)
    return _named(code)


def _shading(value: str) -> str:
    named, pattern = _parts(value)
    fill, ink = _named(named.get("fill", "")), named.get("color", "")
    if pattern in ("", "clear", "nil"):
        return fill
    return _named(ink) if ink not in ("", "auto") else f"{pattern} {fill}"


def _named(code: str) -> str:
    if code in ("", "auto", "none"):
        return "none"
    return colour_name(code) or ("white" if code.upper().startswith("F") or code == "white" else "black")


def _size(value: str) -> str:
    return f"{int(value) / 2:g} pt" if value.isascii() and value.isdigit() else ""


def _font(value: str) -> str:
    named, _ = _parts(value)
    kept = (said for key, said in sorted(named.items()) if key in ("ascii", "hAnsi", "cs", "eastAsia"))
    return ", ".join(dict.fromkeys(kept)) or "that of the theme"


def _lengths(unit: str, twips: int) -> Callable[[str], str]:
    def told(value: str) -> str:
        named, bare = _parts(value)
        entries = [*named.items(), ("", bare)]
        told = (f"{key} {int(said) / twips:.4g}".strip() for key, said in entries if _LENGTH.fullmatch(said))
        return ", ".join(f"{each} {unit}" for each in told)

    return told


def _plain(value: str) -> str:
    return _SAID.get(value) or (value if _WORD.fullmatch(value) else "")


def _as_is(value: str) -> str:
    return value


_CENTIMETRES, _POINTS = _lengths("cm", _TWIPS_IN_A_CENTIMETRE), _lengths("pt", _TWIPS_IN_A_POINT)
_FORMS: Mapping[str, Callable[[str], str]] = {
    **dict.fromkeys(("color", "highlight"), _colour),
    **dict.fromkeys(("sz", "szCs"), _size),
    **dict.fromkeys(("ind", "pgMar", "pgSz", "tcW", "tblW", "tblInd", "trHeight"), _CENTIMETRES),
    **dict.fromkeys(("field", "link"), _as_is),
    "shd": _shading,
    "rFonts": _font,
    "spacing": _POINTS,
}
