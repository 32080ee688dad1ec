"""What the properties in a Word file are called, and how they are written so that only what shows counts."""

from collections.abc import Iterator, Mapping

from lxml import etree

from docctl.adapters.word_document.comparing.looks_in_words import both_in_words

LETTERS, LINE, CELL, PAGE = "letters", "paragraph", "cell", "page"
_SHOWS_NOTHING = (
    "paraId",
    "textId",
    "anchorId",
    "editId",
    "id",
    "name",
    "descr",
    "title",
    "embed",
    "link",
    "pict",
    "tmpl",
)
_DRAWN = ("picture", "drawing")
_NAMES = {
    "color": "colour",
    "shd": "shading",
    "highlight": "shading",
    "b": "bold letters",
    "bCs": "bold letters",
    "i": "slanted letters",
    "iCs": "slanted letters",
    "u": "underlining",
    "strike": "strike-through",
    "dstrike": "strike-through",
    "vanish": "hidden text",
    "sz": "size of letters",
    "szCs": "size of letters",
    "rFonts": "font",
    "vertAlign": "raised or lowered letters",
    "style": "style",
    "rStyle": "style of letters",
    "tbl tblStyle": "style of a table",
    "list": "list",
    "ind": "indentation",
    "jc": "alignment",
    "spacing": "spacing",
    "pBdr": "border",
    "field": "field",
    "bdo": "order of letters",
    "choices": "choices of a form",
    "link": "target of a link",
    "pgMar": "margins",
    "pgSz": "size of the page",
    "tc shd": "shading of a cell",
    "tc tcW": "width of a cell",
    "tc tcBorders": "border of a cell",
    "tbl tblBorders": "border of a table",
    "tbl gridCol": "width of a column",
    "letters": "letters of all text",
    "theme": "fonts and colours of the theme",
}


def differing(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Yield the name of each property that differs, and both values in words."""
    for name in dict.fromkeys([*old, *new]):
        was, is_now = old.get(name, ""), new.get(name, "")
        if was != is_now:
            yield (_called(name), *both_in_words(name, was, is_now))


def _called(name: str) -> str:
    plain = name.partition(" ")[0] if name.startswith(_DRAWN) else name
    return _NAMES.get(plain, plain if plain in _DRAWN else f"layout ({plain})")


def written(node: etree._Element) -> str:
    """Write an element without the names and identities that each saving gives anew."""
    values = []
    for each in node.iter(etree.Element):
        own = etree.QName(each).localname
        pairs = sorted((etree.QName(key).localname, value) for key, value in each.attrib.items())
        kept = [(key, value) for key, value in pairs if key not in _SHOWS_NOTHING and not key.startswith("rsid")]
        text = (each.text or "").strip()
        said = ",".join(value if key == "val" else f"{key}={value}" for key, value in kept) + text
        values.append(said if each is node else f"{own}:{said}" if said else own)
    return " ".join(filter(None, values)) or "on"
