"""How numbered lists are numbered, a) or (iv), on the way through pandoc's HTML, which has no place for the signs."""

import re

_STYLES = {"1": "decimal", "a": "lower-alpha", "A": "upper-alpha", "i": "lower-roman", "I": "upper-roman"}
_SIGNS = {style: sign for sign, style in _STYLES.items()}
_FAR = {"-paren": 10_000, "-parens": 20_000}
_LIST = re.compile(r"<ol\b[^<>]*>")
_START = re.compile(r'\sstart="(\d{1,5})"')
_TYPE = re.compile(r'\stype="([1aAiI])"')
_NAMED = re.compile(r'\s(?:type|class)="((?:lower|upper)-(?:alpha|roman)|decimal)(-parens?)"')


def named(html: str) -> str:
    """Name the kind of each list that pandoc wrote, as the editor and the styles of the pages know it."""

    def name(found: re.Match[str]) -> str:
        start, kind = _START.search(found[0]), _TYPE.search(found[0])
        far = int(start[1]) // 10_000 * 10_000 if start else 0
        signs = next((signs for signs, distance in _FAR.items() if distance == far), "")
        if start is None or not signs:
            return found[0]
        near = int(start[1]) - far
        style = _STYLES[kind[1]] if kind else "decimal"
        return f'<ol start="{near}" type="{style}{signs}">'

    return _LIST.sub(name, html)


def counted(html: str) -> str:
    """Write named kinds of lists so that pandoc reads them: the style as its sign, the signs around as the start."""

    def count(found: re.Match[str]) -> str:
        kind, start = _NAMED.search(found[0]), _START.search(found[0])
        if kind is None:
            return found[0]
        near = int(start[1]) % 10_000 if start else 1
        return f'<ol start="{near + _FAR[kind[2]]}" type="{_SIGNS[kind[1]]}">'

    return _LIST.sub(count, html)
