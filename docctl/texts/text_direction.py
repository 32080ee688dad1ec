"""In which direction the blocks of a page text run, where some of its letters run from right to left."""

import re
import unicodedata

_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001eeff]")
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)((?:\s[a-z:-]+=\"[^\"]*\")*)\s*(/?)>")
_VOID = frozenset(("br", "hr", "img", "col", "wbr", "input"))
_MOSTLY = 0.4
_ENOUGH_LETTERS = 12


def with_directions(html: str) -> str:
    """Say of each outermost block of a page text in which direction it runs, where that is not the same for all.

    A line of mostly Latin signs, such as a number, runs as the text around it; a sentence of its own does not.
    """
    if not _RIGHT_TO_LEFT.search(html):
        return html
    out: list[str] = []
    depth, opened, place = 0, 0, 0
    for tag in _TAG.finditer(html):
        if tag[2] in _VOID or tag[4]:
            continue
        if not tag[1]:
            opened = tag.start() if depth == 0 else opened
            depth += 1
            continue
        depth -= 1
        if depth == 0:
            out += [html[place:opened], _directed(html[opened : tag.end()])]
            place = tag.end()
    return "".join((*out, html[place:]))


def direction_of_words(text: str) -> str:
    """Return ``rtl`` or ``ltr`` for a text that surely runs so, and nothing for one that runs as those around it."""
    from_right = len(_RIGHT_TO_LEFT.findall(text))
    letters = sum(unicodedata.category(sign).startswith("L") for sign in text)
    if from_right and from_right >= _MOSTLY * letters:
        return "rtl"
    return "ltr" if letters - from_right >= _ENOUGH_LETTERS else ""


def _directed(block: str) -> str:
    direction = direction_of_words(_TAG.sub(" ", block))
    opening = _TAG.match(block)
    if not direction or opening is None:
        return block
    return f'<{opening[2]}{opening[3]} dir="{direction}">{block[opening.end() :]}'
