"""A Word template with every style that a text is written in: what it lacks is supplied, what it has stays."""

from copy import deepcopy
from functools import cache
from pathlib import Path

from lxml import etree

from docctl.word_format.markup import WORD, Element, unzipped, zipped

STYLES = "word/styles.xml"
_REFERS = tuple(f"{WORD}{name}" for name in ("basedOn", "next", "link"))


def with_body_styles(template: bytes) -> bytes:
    """Return a template with the styles that a text needs and it does not define, adapted to its own.

    LibreOffice takes no list and no table for one whose style is not there.
    """
    parts = unzipped(template)
    if STYLES not in parts:
        return template
    styles = etree.fromstring(parts[STYLES], etree.XMLParser(resolve_entities=False, no_network=True))
    by_name = {(_kind(each), _name(each)): each.get(f"{WORD}styleId", "") for each in styles.iter(f"{WORD}style")}
    missing = [each for each in _body_styles() if (_kind(each), _name(each)) not in by_name]
    if not missing:
        return template
    taken = set(by_name.values())
    ids = {each.get(f"{WORD}styleId"): by_name.get((_kind(each), _name(each)), "") for each in _body_styles()}
    for style in missing:
        own = style.get(f"{WORD}styleId")
        ids[own] = own if own not in taken else f"{own}OfTheText"
    defaults = {
        _kind(each) for each in styles.iter(f"{WORD}style") if each.get(f"{WORD}default") in ("1", "true", "on")
    }
    for style in missing:
        styles.append(_adapted(style, ids, has_default=_kind(style) in defaults))
    parts[STYLES] = etree.tostring(styles, xml_declaration=True, encoding="UTF-8", standalone=True)
    return zipped(parts)


@cache
def _body_styles() -> tuple[Element, ...]:
    return tuple(etree.parse(Path(__file__).parent / "body_styles.xml").getroot().iter(f"{WORD}style"))


def _adapted(style: Element, ids: dict[str, str], *, has_default: bool) -> Element:
    """Return a copy that refers to the template's own styles by the ids these have there."""
    made = deepcopy(style)
    made.set(f"{WORD}styleId", ids[style.get(f"{WORD}styleId")])
    for reference in made.iter(*_REFERS):
        reference.set(f"{WORD}val", ids.get(reference.get(f"{WORD}val"), reference.get(f"{WORD}val")))
    if has_default:
        made.attrib.pop(f"{WORD}default", None)
    return made


def _kind(style: Element) -> str:
    return str(style.get(f"{WORD}type", "paragraph"))


def _name(style: Element) -> str:
    name = style.find(f"{WORD}name")
    return "" if name is None else str(name.get(f"{WORD}val", "")).casefold()
