"""Styles of a template in which nobody would read a text: struck out, hidden, tiny, or in the colour behind it."""

from collections.abc import Iterator
from functools import partial

from lxml import etree

from docctl.adapters.word_document.xml import w
from docctl.word_format.style_sight import HIDES, LIKE_BEHIND, STRIKES, TINY, faults_in, ground_of, is_like
from docctl.word_format.styles import with_bases

_OF_THE_TEXT = frozenset(
    (
        *("normal", "body text", "first paragraph", "compact", "block text", "source code", "verbatim char"),
        *("footnote text", "footnote block text", "caption", "table caption", "image caption", "hyperlink", "table"),
        *("definition", "definition term", *(f"heading {level}" for level in range(1, 7))),
    )
)
"""Names of the styles in which a text is written."""
_PARTS = {"firstRow": "first row", "lastRow": "last row", "firstCol": "first column", "lastCol": "last column"}
_SAID = {
    STRIKES: "strikes words out",
    HIDES: "hides words",
    TINY: "makes words tiny",
    LIKE_BEHIND: "writes words in the colour of what is behind them",
}


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
        stated, behind = partial(_stated, chain), partial(ground_of, [_first(chain, f"{of}Pr/shd") for of in "rp"])
        is_of_tables = style.get(w("type")) == "table"
        for fault in _in_parts(chain) if is_of_tables else map(_SAID.__getitem__, faults_in(stated, behind)):
            yield f"The style “{name}” {fault}, so that nobody reads what it is for; change it in Word."


def _in_parts(chain: list[etree._Element]) -> Iterator[str]:
    """Yield what the parts of a table do that such a style is for: its rows and columns, and all of it."""
    whole = [_first(chain, path) for path in ("tcPr/shd", "tblPr/shd")]
    if is_like(_first(chain, "rPr/color"), partial(ground_of, whole)):
        yield _SAID[LIKE_BEHIND]
    for kind, name in _PARTS.items():
        of_part = [part for style in chain for part in style.iterfind(w("tblStylePr")) if part.get(w("type")) == kind]
        if is_like(_first(of_part, "rPr/color"), partial(ground_of, [_first(of_part, "tcPr/shd"), *whole])):
            yield f"writes the {name} of a table in the colour of what is behind it"


def _stated(chain: list[etree._Element], name: str) -> etree._Element | None:
    return _first(chain, f"rPr/{name}")


def _first(chain: list[etree._Element], path: str) -> etree._Element | None:
    """Return what the first of some styles states."""
    wanted = "/".join(w(name) for name in path.split("/"))
    return next((found for each in chain if (found := each.find(wanted)) is not None), None)


def _value(style: etree._Element, name: str) -> str:
    found = style.find(w(name))
    return str(found.get(w("val"), "")) if found is not None else ""
