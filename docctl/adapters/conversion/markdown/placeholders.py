"""Words in angle brackets that are no HTML, such as <name> or <code> in a form letter, kept as they were typed."""

import re
from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Sequence

OPENS, CLOSES = "\ufdd0", "\ufdd1"
"""What brackets around words are while the text is read: as wide as they, and HTML in no dialect."""

_TAG = re.compile(r"(?<!\\)(?<!\]\()(?<!\]: )<(/?)([A-Za-z][A-Za-z0-9-]*)(\s[^<>]*)?/?>")
_HIDES = re.compile(r"`+|<!--")
_BEGINNING = re.compile(r"^[ \t]*", re.MULTILINE)
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
_STAND_ALONE = frozenset(("br", "hr", "wbr"))
_MAY_STAY_OPEN = {
    "li": ("ul", "ol", "menu", "dir"), "dt": ("dl",), "dd": ("dl",), "option": ("select", "datalist"),
    "optgroup": ("select",), "rt": ("ruby",), "rp": ("ruby",), "rb": ("ruby",), "rtc": ("ruby",),
} | dict.fromkeys(("tr", "td", "th", "thead", "tbody", "tfoot", "caption", "colgroup", "col"), ("table",))  # fmt: skip
"""Elements whose end nobody has to write, and within which others they stand."""


def with_placeholders(lines: Sequence[tuple[str, bool]]) -> list[str]:
    """Return the lines of a text, given with whether each is code, in which words in angle brackets are words.

    A name of HTML is a word too where it has no attributes, nothing ends it, and it ends nothing.
    """
    text = "\n".join(line for line, _ in lines)
    if "<" not in text:
        return [line for line, _ in lines]
    read = "\n".join(" " * len(line) if is_code else line for line, is_code in lines)
    hidden = bytearray(len(text))
    for start, end in _hidden(read):
        hidden[start:end] = b"\1" * (end - start)
    tags = [tag for tag in _TAG.finditer(read) if "\n\n" not in tag[0] and not hidden[tag.start()]]
    signs = list(text)
    for word in _words(tags, {begin.end() for begin in _BEGINNING.finditer(read)}):
        signs[word.start()], signs[word.end() - 1] = OPENS, CLOSES
    return "".join(signs).split("\n")


def without_marks(text: str) -> str:
    """Return a text in which words in angle brackets have these again."""
    return text.replace(OPENS, "<").replace(CLOSES, ">")


def _hidden(text: str) -> Iterator[tuple[int, int]]:
    """Give from where to where code within a line, or a comment, reaches."""
    runs: dict[str, deque[int]] = defaultdict(deque)
    for run in re.finditer("`+", text):
        runs[run[0]].append(run.start())
    at, ends = 0, True
    while found := _HIDES.search(text, at):
        at = found.end()
        if found[0] == "<!--":
            end = text.find("-->", at) if ends else -1
            ends = end >= 0
            is_hidden, end = ends, end + 3
        else:
            same = runs[found[0]]
            while same and same[0] <= found.start():
                same.popleft()
            is_hidden = bool(same) and text.find("\n\n", at, same[0]) < 0
            end = same[0] + len(found[0]) if is_hidden else -1
        if is_hidden:
            yield found.start(), end
            at = end


def _words(tags: list[re.Match[str]], beginnings: set[int]) -> Iterator[re.Match[str]]:
    """Give what looks like a tag and is a word."""
    pairs = _pairs(tags)
    within: Counter[str] = Counter()
    for place, tag in enumerate(tags):
        name = tag[2].lower()
        if place in pairs:
            within[name] += 1 if pairs[place] > place else -1
        elif "=" not in (tag[3] or "") and name not in _STAND_ALONE:
            is_open = any(within[parent] for parent in _MAY_STAY_OPEN.get(name, ()))
            if not is_open and not (name == "p" and tag.start() in beginnings):
                yield tag


def _pairs(tags: list[re.Match[str]]) -> dict[int, int]:
    """Return for each tag of HTML that begins or ends something the other one."""
    waiting: dict[str, list[int]] = defaultdict(list)
    pairs: dict[int, int] = {}
    for place, tag in enumerate(tags):
        name = tag[2].lower()
        if name in _ELEMENTS and not tag[1]:
            waiting[name].append(place)
        elif waiting.get(name):
            begin = waiting[name].pop()
            pairs |= {begin: place, place: begin}
    return pairs
