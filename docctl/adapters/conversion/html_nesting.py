"""How deep the text of the editor is nested, looked at in one walk before it is converted."""

import re
from collections import Counter

from docctl.domain.errors import ConversionError

DEEPEST = 100
MOST_LEFT_OPEN = 10
_COMMENT = re.compile(r"<!--(?:-?>|(?:(?!-->|<!--).)*-->)", re.DOTALL)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)")
_EMPTY = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}
_ENDED_BY_THE_NEXT = {"p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "colgroup", "option"}
_TRIED_IN_EVERY_WAY = ("ul", "ol", "dl", "table")
_NEVER_CLOSED = frozenset(_EMPTY | _ENDED_BY_THE_NEXT | {"html", "head", "body"})


def refuse_deep_nesting(html: str) -> None:
    """Raise ConversionError for elements set in one another deeper than a text is, or begun and not ended.

    The converter tries lists and tables that do not end in every way that they could, so ten more take it hours.
    """
    opened: Counter[str] = Counter()
    depth = 0
    for ends, name in _TAG.findall(_COMMENT.sub("", html)):
        element = name.lower()
        if element in _NEVER_CLOSED:
            continue
        if not ends:
            opened[element] += 1
            depth += 1
        elif opened[element]:
            opened[element] -= 1
            depth -= 1
        if depth > DEEPEST:
            raise ConversionError(
                "Quotations, lists or other parts of the text are set in one another more than %(deepest)s "
                "deep, so nothing was saved; take some of them out.",
                deepest=DEEPEST,
            )
    if sum(opened[element] for element in _TRIED_IN_EVERY_WAY) > MOST_LEFT_OPEN:
        raise ConversionError(
            "More than %(most_left_open)s lists or tables of the text begin and do not end, so nothing was "
            "saved; open the draft again, and paste plain text where it was pasted.",
            most_left_open=MOST_LEFT_OPEN,
        )
