"""Markdown as other programs write it, made into the Markdown that pandoc's strict reader knows."""

import re
from collections.abc import Callable, Iterator
from itertools import groupby
from operator import itemgetter

from docctl.adapters.conversion.markdown.lists import with_plain_lists
from docctl.adapters.conversion.markdown.placeholders import with_placeholders
from docctl.adapters.conversion.markdown.words import without

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)$")
_GRID = re.compile(r"\+(?:[-=:]{2,}\+)+\s*$")
_DASHES = re.compile(r" {0,3}-{2,}(?: +-{2,})+\s*$")
_ADMONITION = re.compile(r"(?:!!!|\?\?\?\+?) *([\w-]+)(?: +\"([^\"]*)\")?\s*$")
_OPEN_DIV = re.compile(r" {0,3}(:{3,}) *(?:\{([^}]*)\}|([\w-]+)) *(.*?):*\s*$")
_CLOSE_DIV = re.compile(r" {0,3}:{3,}\s*$")
_ALERT = re.compile(r"( {0,3}> ?)\[!(\w+)\][-+]?(.*)$")
_DIRECTIVE = re.compile(
    r"\{(note|warning|tip|important|caution|attention|danger|error|hint|seealso|admonition)\}\s*(.*)"
)
_OWN_MARK = re.compile(r"\(?[1aAiI][.)]|\([1aAiI]\)|note \S{1,12}|lang [a-z]{2,3}")
"""Marks of docctl's own Markdown, which are followed where they come back."""
_UNSEEN = ("script", "style", "iframe", "object")
_DEEPEST = 8
_LONGEST_TABLE = 500
_LONGEST_SHOWN = 200
GRID, SIMPLE, WIKI = "docctl-grid", "docctl-simple", "docctl-wiki"
"""Kinds of tables that a filter reads, handed to it as blocks of code."""

Lines = list[str]


def in_one_dialect(text: str) -> str:
    """Return a text with admonitions as quotations, and with tables that are drawn handed on to be read as tables."""
    lines = with_placeholders(list(_with_code(_without_unseen(text).split("\n"))))
    plain = with_plain_lists(lines, [is_code for _, is_code in _with_code(lines)])
    return "\n".join(_converted(plain))


def left_out_of(text: str) -> list[str]:
    """Name comments and scripts of a file, which no page shows."""
    plain = "\n".join(line for line, is_code in _with_code(text.split("\n")) if not is_code)
    named = [f"A comment in the file was left out: “{_short(said)}”." for said in _between(plain, "<!--", "-->")]
    for name in _UNSEEN:
        inside = (piece.partition(">")[2] for piece in _between(plain, f"<{name}", f"</{name}"))
        named += [f"A {name} in the file was left out: “{_short(said.strip())}”." for said in inside]
    return named


def _without_unseen(text: str) -> str:
    """Return a text without the scripts and frames in it, which no page runs or shows; code stays as it stands."""
    kept: Lines = []
    for is_code, lines in groupby(_with_code(text.split("\n")), key=itemgetter(1)):
        piece = "\n".join(line for line, _ in lines)
        for name in () if is_code else _UNSEEN:
            piece = without(piece, f"<{name}", f"</{name}", ends=">")
        kept.append(piece)
    return "\n".join(kept)


def _between(text: str, opens: str, closes: str) -> Iterator[str]:
    folded, place = text.lower(), 0
    while (start := folded.find(opens, place)) >= 0 and (end := folded.find(closes, start + len(opens))) >= 0:
        said = " ".join(text[start + len(opens) : end].split())
        if said and _OWN_MARK.fullmatch(said) is None:
            yield said
        place = end + len(closes)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"


def _with_code(lines: Lines) -> Iterator[tuple[str, bool]]:
    """Give each line and whether it is within a block of code."""
    fence = ""
    for line in lines:
        mark = _FENCE.match(line)
        if fence:
            yield line, True
            if mark and mark[1].startswith(fence) and not mark[2].strip():
                fence = ""
        else:
            fence = mark[1] if mark else ""
            yield line, bool(mark)


def _converted(lines: Lines) -> Iterator[str]:
    opens, closes = _divs(lines)
    at = depth = 0
    while at < len(lines):
        taken, out = 1, [lines[at]]
        if at in opens:
            out = opens[at]
        elif at in closes:
            depth, out = depth - 1, [""]
        else:
            for convert in (_code, _alert, _admonition, _grid, _wiki, _simple):
                found, block = convert(lines, at)
                if found:
                    taken, out = found, block
                    break
        before = "> " * min(depth, _DEEPEST)
        yield from (f"{before}{line}".rstrip() if before else line for line in out)
        depth += at in opens
        at += taken


def _divs(lines: Lines) -> tuple[dict[int, Lines], set[int]]:
    """Return where blocks between colons begin, with what stands there instead, and where they end."""
    opens: dict[int, Lines] = {}
    closes: set[int] = set()
    waiting: list[tuple[int, Lines]] = []
    for at, (line, is_code) in enumerate(_with_code(lines)):
        if is_code or not line.lstrip().startswith(":::"):
            continue
        if _CLOSE_DIV.match(line):
            if waiting:
                place, shown = waiting.pop()
                opens[place] = shown
                closes.add(at)
        elif found := _OPEN_DIV.match(line):
            name = (found[2] or found[3] or "").strip(" .").split(" ")[0]
            waiting.append((at, ["", f"> **{found[4].strip() or name.capitalize()}**", ">"]))
    return opens, closes


def _code(lines: Lines, at: int) -> tuple[int, Lines]:
    """Leave code as it is, except for a directive that is a note."""
    mark = _FENCE.match(lines[at])
    if mark is None:
        return 0, []
    end = at + 1
    while end < len(lines):
        close = _FENCE.match(lines[end])
        end += 1
        if close and close[1].startswith(mark[1]) and not close[2].strip():
            break
    directive = _DIRECTIVE.match(mark[2].strip())
    if directive:
        body = lines[at + 1 : end - 1]
        return end - at, _quoted(directive[1], directive[2], body)
    return end - at, lines[at:end]


def _alert(lines: Lines, at: int) -> tuple[int, Lines]:
    found = _ALERT.match(lines[at])
    if found is None:
        return 0, []
    title = found[3].strip() or found[2].capitalize()
    return 1, [f"{found[1]}**{title}**", found[1].rstrip()]


def _admonition(lines: Lines, at: int) -> tuple[int, Lines]:
    found = _ADMONITION.match(lines[at])
    if found is None:
        return 0, []
    end = _while(lines, at + 1, lambda line: line.startswith("    ") or not line.strip())
    return end - at, _quoted(found[1], found[2] or "", [line[4:] for line in lines[at + 1 : end]])


def _grid(lines: Lines, at: int) -> tuple[int, Lines]:
    if not _GRID.match(lines[at].strip()):
        return 0, []
    end = _while(lines, at, lambda line: line.strip().startswith(("+", "|")))
    return (end - at, _handed_on(GRID, lines[at:end])) if end - at > 2 else (0, [])


def _wiki(lines: Lines, at: int) -> tuple[int, Lines]:
    if not lines[at].startswith("{|"):
        return 0, []
    last = min(len(lines), at + _LONGEST_TABLE)
    end = next((place + 1 for place in range(at, last) if lines[place].strip() == "|}"), 0)
    return (end - at, _handed_on(WIKI, lines[at:end])) if end else (0, [])


def _simple(lines: Lines, at: int) -> tuple[int, Lines]:
    """Find a table drawn with dashes below its heads; one that begins with dashes has no heads."""
    if at + 1 >= len(lines) or not lines[at].strip() or (at and lines[at - 1].strip()):
        return 0, []
    if not _DASHES.match(lines[at + 1]) or "|" in lines[at]:
        return 0, []
    end = _while(lines, at + 2, lambda line: bool(line.strip()))
    return (end - at, _handed_on(SIMPLE, lines[at:end])) if end > at + 2 else (0, [])


def _while(lines: Lines, at: int, belongs: Callable[[str], bool]) -> int:
    while at < len(lines) and belongs(lines[at]):
        at += 1
    return at


def _quoted(kind: str, title: str, body: Lines) -> Lines:
    shown = title or kind.capitalize()
    while body and not body[-1].strip():
        body = body[:-1]
    return ["", f"> **{shown}**", ">", *(f"> {line}".rstrip() for line in body), ""]


def _handed_on(kind: str, block: Lines) -> Lines:
    fence = "`" * (3 + max((len(run) for line in block for run in re.findall("`+", line)), default=0))
    return ["", f"{fence} {kind}", *(line.strip() if kind == GRID else line for line in block), fence, ""]
