"""Which paragraphs of a Word file are headings and titles, by style, base style and outline level."""

import re
from collections.abc import Iterator, Mapping

from docctl.word_format.markup import WORD, Element

TITLE = 0
_NUMBERED_NAME = re.compile(r"(?:.*\s)?(?:heading|überschrift|titre|título|titolo|kop|rubrik)\s?([1-9])", re.IGNORECASE)


def with_bases(key: str, styles: Mapping[str, Element]) -> Iterator[str]:
    """Yield a style and those that it rests on, each once, by their keys."""
    seen: set[str] = set()
    while key in styles and key not in seen:
        seen.add(key)
        yield key
        key = _value(styles[key], "basedOn")


def heading_levels(styles: Element | None) -> dict[str, int]:
    """Return the heading level of each paragraph style that is one, 0 for the title; ids as paragraphs use them."""
    names: dict[str, str] = {}
    bases: dict[str, str] = {}
    outlines: dict[str, int] = {}
    for style in styles.iter(f"{WORD}style") if styles is not None else ():
        if style.get(f"{WORD}type", "paragraph") != "paragraph":
            continue
        key = style.get(f"{WORD}styleId", "")
        names[key] = _value(style, "name")
        bases[key] = _value(style, "basedOn")
        outline = _value(style, f"pPr/{WORD}outlineLvl")
        if outline.isdigit():
            outlines[key] = int(outline) + 1
    levels = {f"Heading{level}": level for level in range(1, 10)}
    for key in names:
        level = _level(key, names, bases, outlines)
        if _is_title(key, names, bases):
            level = TITLE
        if level is not None:
            levels[key] = level
        else:
            levels.pop(key, None)
    return levels


def heading_level(paragraph: Element, levels: dict[str, int]) -> int | None:
    """Return the level of a paragraph that is a heading, 0 for a title, None for ordinary text."""
    outline = _value(paragraph, f"pPr/{WORD}outlineLvl")
    if outline.isdigit():
        return int(outline) + 1 if int(outline) < 9 else None
    return levels.get(_value(paragraph, f"pPr/{WORD}pStyle"))


def _is_title(key: str, names: dict[str, str], bases: dict[str, str]) -> bool:
    """Say whether a style is Title, or rests on it without being a subtitle or a heading."""
    seen: set[str] = set()
    while key in names and key not in seen:
        seen.add(key)
        name = names[key].lower()
        if name == "title":
            return True
        if "sub" in name or "unter" in name or _NUMBERED_NAME.fullmatch(names[key]) or name.startswith("toc"):
            return False
        key = bases[key]
    return False


def _level(key: str, names: dict[str, str], bases: dict[str, str], outlines: dict[str, int]) -> int | None:
    """Follow the base styles: a name such as “ISMS Heading 2” says more than an inherited outline level."""
    seen: set[str] = set()
    while key in names and key not in seen:
        seen.add(key)
        if names[key].lower().startswith("toc"):
            return None
        numbered = _NUMBERED_NAME.fullmatch(names[key])
        if numbered:
            return int(numbered[1])
        if key in outlines:
            return outlines[key] if outlines[key] < 10 else None
        key = bases[key]
    return None


def _value(element: Element, path: str) -> str:
    found = element.find(f"{WORD}{path}")
    return str(found.get(f"{WORD}val", "")) if found is not None else ""
