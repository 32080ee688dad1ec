"""Words in angle brackets that are no HTML, such as <name> in a form letter, kept as they were typed."""

import re

_TAG = re.compile(r"(?<!\\)</?([A-Za-z][A-Za-z0-9-]*)(?:\s[^<>=]*)?>")
_CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")
# The elements of the HTML standard and those that older files hold; everything else in brackets is a word.
_NAMES = """
    a abbr acronym address applet area article aside audio b base basefont bdi bdo bgsound big blink blockquote body
    br button canvas caption center cite code col colgroup data datalist dd del details dfn dialog dir div dl dt em
    embed fieldset figcaption figure font footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html i
    iframe img input ins kbd label legend li link main map mark marquee math menu meta meter nav nobr noframes noscript
    object ol optgroup option output p param picture pre progress q rb rp rt rtc ruby s samp script search section
    select slot small source span strike strong style sub summary sup svg table tbody td template textarea tfoot th
    thead time title tr track tt u ul var video wbr
    """
_ELEMENTS = frozenset(_NAMES.split())


def with_placeholders(line: str) -> str:
    """Return a line of Markdown in which words in angle brackets are words, outside of code."""
    if "<" not in line or line.startswith(("    ", "\t")):
        return line
    told, place = [], 0
    for code in _CODE.finditer(line):
        told += [_TAG.sub(_kept, line[place : code.start()]), code[0]]
        place = code.end()
    return "".join((*told, _TAG.sub(_kept, line[place:])))


def _kept(tag: re.Match[str]) -> str:
    return tag[0] if tag[1].lower() in _ELEMENTS else f"\\{tag[0]}"
