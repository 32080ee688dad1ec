"""Notes of a table that is kept as HTML: shown under it with their signs or letters, apart from those of the text."""

import re

_MARK = re.compile(r'<a href="#fn(\d{1,4})"[^<>]*role="doc-noteref"[^<>]*><sup>\d{1,4}</sup></a>')
_PLACE = re.compile(r'<li id="fn(\d{1,4})"')
_WAY_BACK = re.compile(r'<a href="#fnref\d{1,4}"[^<>]*role="doc-backlink"[^<>]*>[^<>]*</a>')
_BEGIN = re.compile(r'<section id="footnotes"[^<>]*role="doc-endnotes"[^<>]*>\s*<hr />\s*<ol>')
_END = re.compile(r"</ol>\s*</section>")
_SIGN = re.compile(r'<li id="fn(\d{1,4})"[^<>]*>\s*<p>\s*<span class="note-sign">([^<>]{1,12})</span>')
_OF_A_TABLE = 1000


def with_table_notes(raw: str, table: int) -> tuple[str, int]:
    """Return raw HTML with the notes of its tables as a page shows them, and the number of the next table with notes.

    Their anchors are ``fn1001`` and so on for the first such table of a text, ``fn2001`` for the second.
    """
    if 'role="doc-' not in raw:
        return raw, table
    shown, place = [], 0
    for end in _END.finditer(raw):
        shown.append(_shown(raw[place : end.end()], table))
        table, place = table + 1, end.end()
    return "".join((*shown, _shown(raw[place:], table))), table


def _shown(raw: str, table: int) -> str:
    first = table * _OF_A_TABLE
    signs = {int(number): sign for number, sign in _SIGN.findall(raw)}

    def mark(found: re.Match[str]) -> str:
        number = first + int(found[1])
        sign = signs.get(int(found[1])) or _letter(int(found[1]))
        return f'<sup class="footnote-ref"><a href="#fn{number}" id="fnref{number}">[{sign}]</a></sup>'

    text = _WAY_BACK.sub("", _MARK.sub(mark, raw))
    text = _PLACE.sub(lambda found: f'<li id="fn{first + int(found[1])}"', text)
    return _END.sub("</ol>", _BEGIN.sub('<ol type="a">', text))


def _letter(number: int) -> str:
    """The letter that a list shows for a number: a to z, then aa, ab and so on."""
    before, place = divmod(number - 1, 26)
    return (_letter(before) if before else "") + chr(ord("a") + place)
