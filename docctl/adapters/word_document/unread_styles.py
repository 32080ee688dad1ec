"""Styles of a template in which nobody would read a text: struck out, hidden, tiny, or in the colour behind it."""

from collections.abc import Iterator

from lxml import etree

from docctl.adapters.word_document.xml import w
from docctl.word_format.run_styles import is_on
from docctl.word_format.styles import with_bases
from docctl.word_format.unseen import SMALLEST

_OF_THE_TEXT = frozenset(
    (
        *("normal", "body text", "first paragraph", "compact", "block text", "source code", "verbatim char"),
        *("footnote text", "footnote block text", "caption", "table caption", "image caption", "hyperlink", "table"),
        *("definition", "definition term", *(f"heading {level}" for level in range(1, 7))),
    )
)
"""Names of the styles in which a text is written."""
_PARTS = {"firstRow": "first row", "lastRow": "last row", "firstCol": "first column", "lastCol": "last column"}
_LEAST_CONTRAST = 1.5
_PAPER = "FFFFFF"


def unread_styles(styles: etree._Element) -> Iterator[str]:
    """Yield a sentence for each style of the text in which nobody would read it."""
    known = {style.get(w("styleId"), ""): style for style in styles.iter(w("style"))}
    defaults = styles.find(f"{w('docDefaults')}/{w('rPrDefault')}")
    for style in known.values():
        name = _value(style, "name")
        if name.casefold() not in _OF_THE_TEXT:
            continue
        chain = [
            *(known[key] for key in with_bases(style.get(w("styleId"), ""), known)),
            *([] if defaults is None else [defaults]),
        ]
        found = list(_in_parts(chain)) if style.get(w("type")) == "table" else list(_faults(chain))
        for fault in found:
            yield f"The style “{name}” {fault}, so that nobody reads what it is for; change it in Word."


def _faults(chain: list[etree._Element]) -> Iterator[str]:
    if any(is_on(_first(chain, f"rPr/{name}")) for name in ("strike", "dstrike")):
        yield "strikes words out"
    if is_on(_first(chain, "rPr/vanish")):
        yield "hides words"
    size = _first(chain, "rPr/sz")
    if size is not None and _whole(size.get(w("val"), "")) < SMALLEST:
        yield "makes words tiny"
    grounds = (_first(chain, path) for path in ("rPr/shd", "pPr/shd"))
    ground = next((each for each in grounds if each is not None), None)
    if _is_lost(_first(chain, "rPr/color"), ground):
        yield "writes words in the colour of what is behind them"


def _in_parts(chain: list[etree._Element]) -> Iterator[str]:
    """Yield what the parts of a table do that such a style is for: its rows and columns, and all of it."""
    whole = _first(chain, "tcPr/shd") if _first(chain, "tcPr/shd") is not None else _first(chain, "tblPr/shd")
    if _is_lost(_first(chain, "rPr/color"), whole):
        yield "writes words in the colour of what is behind them"
    for kind, name in _PARTS.items():
        of_part = [part for style in chain for part in style.iterfind(w("tblStylePr")) if part.get(w("type")) == kind]
        ground = _first(of_part, "tcPr/shd")
        if _is_lost(_first(of_part, "rPr/color"), ground if ground is not None else whole):
            yield f"writes the {name} of a table in the colour of what is behind it"


def _is_lost(colour: etree._Element | None, ground: etree._Element | None) -> bool:
    """Say whether letters hardly differ from their ground; of a colour that only the theme knows nobody can tell."""
    said = colour.get(w("val"), "auto") if colour is not None else "auto"
    behind = _PAPER
    if ground is not None:
        is_solid = ground.get(w("val"), "clear") == "solid"
        behind = ground.get(w("color" if is_solid else "fill"), "auto")
        if behind == "auto":
            behind = "" if any("theme" in name for name in ground.attrib) else _PAPER
    if not all(map(_is_colour, (said, behind))):
        return False
    light, dark = sorted((_luminance(said), _luminance(behind)), reverse=True)
    return (light + 0.05) / (dark + 0.05) < _LEAST_CONTRAST


def _is_colour(code: str) -> bool:
    return len(code) == 6 and all(digit in "0123456789abcdefABCDEF" for digit in code)


def _luminance(code: str) -> float:
    """The relative luminance of a colour, as WCAG counts it."""
    parts = [int(code[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def _first(chain: list[etree._Element], path: str) -> etree._Element | None:
    """Return what the first of some styles states."""
    wanted = "/".join(w(name) for name in path.split("/"))
    return next((found for each in chain if (found := each.find(wanted)) is not None), None)


def _value(style: etree._Element, name: str) -> str:
    found = style.find(w(name))
    return str(found.get(w("val"), "")) if found is not None else ""


def _whole(said: str) -> int:
    return int(said) if said.isascii() and said.isdigit() and len(said) < 6 else SMALLEST
