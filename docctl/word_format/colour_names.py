"""The names that people have for the colours of a Word file."""

import colorsys

_HUES = (
    (15, "red"),
    (45, "orange"),
    (70, "yellow"),
    (165, "green"),
    (200, "turquoise"),
    (260, "blue"),
    (335, "purple"),
)
_MARKERS = {"cyan": "turquoise", "magenta": "purple", "lightGray": "grey"}
_UNCOLOURED = ("", "auto", "none", "clear", "white")
_DARKEST, _LIGHTEST, _FAINTEST = 0.25, 0.97, 0.12


def colour_name(code: str) -> str:
    """Return the name people have for a colour of Word, such as ``00B050``; nothing for none, white and black."""
    if code in _UNCOLOURED:
        return ""
    try:
        red, green, blue = (int(code[place : place + 2], 16) / 255 for place in (0, 2, 4))
    except ValueError:
        name = code.removeprefix("dark").removeprefix("Gray").lower()
        return "" if name == "black" else _MARKERS.get(code, name or "grey")
    hue, light, strength = colorsys.rgb_to_hls(red, green, blue)
    if light >= _LIGHTEST or light <= _DARKEST * (1 - strength):
        return ""
    if strength <= _FAINTEST:
        return "grey"
    return next((name for limit, name in _HUES if hue * 360 < limit), "red")
