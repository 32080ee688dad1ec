"""Rules and lists as people type them, made into those that pandoc's strict reader knows."""

import re
from collections.abc import Iterator, Sequence

_CONTAINERS = r"(?:[ \t]*(?:>|[-+*][ \t]|\d{1,9}[.)][ \t]))*"
_SPACED_RULE = re.compile(rf"({_CONTAINERS}?[ \t]*)([*-])[ \t]+(?:\2[ \t]*){{2,}}$")
_OPENS = re.compile(r"([ \t]*)((?:[-+*]|\(?(?:\w{1,9}|#)[.)])[ \t]+|!!! ?|\?\?\?\+? ?)")
_AUTO = re.compile(r"([ \t>]*)#\.(?=[ \t])")
_COUNTED = re.compile(r"[ \t>]*(?:[-+*]|(?:\d{1,9}|#)[.)]|\(@[\w-]*\))[ \t]")
_EXAMPLE = re.compile(r"([ \t>]*)\(@([\w-]*)\)(?=[ \t])")
_MENTIONED = re.compile(r"`[^`]*`|\(@([\w-]+)\)")
_ITEM = re.compile(r"([ \t>]*)(\(?)([A-Za-z]{1,6})([.)])([ \t]+)(?=\S)")
_LINE_END = re.compile(r"(?:\\|[ \t]*)$")
_LETTERS = tuple("abcdefghijklmnopqrstuvwxyz")
_ROMAN = (
    *("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv", "xvi", "xvii"),
    *("xviii", "xix", "xx", "xxi", "xxii", "xxiii", "xxiv", "xxv", "xxvi", "xxvii", "xxviii", "xxix", "xxx"),
)
_SEQUENCES = {"a": _LETTERS, "i": _ROMAN}
_FARTHEST = 100
_CODE_INDENT = 4

Lines = list[str]


def with_plain_lists(lines: Lines, is_code: Sequence[bool]) -> Lines:
    """Return the lines with rules such as ``* * *``, items such as ``#.`` and ``(@)``, and lettered lists made plain.

    No line is added or taken away; lines of code stay as they are.
    """
    found = _with_rules(lines, is_code)
    found = _with_counted_items(found, is_code)
    return _with_lettered_lists(found, is_code)


def _with_rules(lines: Lines, is_code: Sequence[bool]) -> Lines:
    """Close up rules that look like items of nested lists."""
    found = list(lines)
    for at, line in enumerate(lines):
        rule = None if is_code[at] else _SPACED_RULE.match(line)
        if rule and _is_text(lines, at, rule[1]):
            found[at] = f"{rule[1]}***"
    return found


def _is_text(lines: Lines, at: int, before: str) -> bool:
    """Say whether a line is no code by its indentation: it is none within an item whose text starts that far right."""
    width = _indent(before)
    if width < _CODE_INDENT:
        return True
    for place in range(at - 1, max(-1, at - _FARTHEST), -1):
        line = lines[place]
        if line.strip() and _indent(line) < width:
            opens = _OPENS.match(line.expandtabs(4))
            if opens is None and _indent(line):
                width = _indent(line)
                continue
            return opens is not None and width < _content_column(opens) + _CODE_INDENT
    return False


def _content_column(opens: re.Match[str]) -> int:
    return _CODE_INDENT if opens[2].startswith(("!", "?")) else opens.end()


def _indent(line: str) -> int:
    wide = line.expandtabs(4)
    return len(wide) - len(wide.lstrip(" "))


def _with_counted_items(lines: Lines, is_code: Sequence[bool]) -> Lines:
    """Number the items that another program would: ``#.`` in their list, ``(@)`` through the whole text."""
    found, count = list(lines), 0
    labels: dict[str, int] = {}
    for at, line in enumerate(lines):
        if is_code[at]:
            continue
        auto, example = _AUTO.match(line), _EXAMPLE.match(line)
        if auto and (at == 0 or not lines[at - 1].strip(" \t>") or _is_item(lines[at - 1])):
            found[at] = f"{auto[1]}1.{line[auto.end() :]}"
        elif example:
            known = labels.get(example[2]) if example[2] else None
            count += known is None
            number = known or count
            labels.setdefault(example[2], number)
            found[at] = f"{example[1]}({number}){line[example.end() :]}"
    labels.pop("", None)
    if labels:
        found = [line if code else _mentioned(line, labels) for line, code in zip(found, is_code, strict=True)]
    return found


def _is_item(line: str) -> bool:
    return _COUNTED.match(line) is not None


def _mentioned(line: str, labels: dict[str, int]) -> str:
    """Put the number of an example in place of its name where a line mentions it."""
    return _MENTIONED.sub(lambda name: f"({labels[name[1]]})" if name[1] in labels else name[0], line)


def _with_lettered_lists(lines: Lines, is_code: Sequence[bool]) -> Lines:
    """Number lists such as a) or i. that follow a line of text; the kind of their signs is kept as in stored texts.

    The strict reader begins such a list behind an empty line only, and reads it as running text elsewhere.
    """
    found = list(lines)
    for at in range(1, len(lines)):
        if is_code[at] or is_code[at - 1] or not lines[at - 1].strip(" \t>"):
            continue
        first = _ITEM.match(lines[at])
        if first is None or first[3].lower() not in _SEQUENCES or found[at] != lines[at]:
            continue
        items = list(_siblings(lines, is_code, at, first))
        if len(items) < 2 or lines[at].count("`") % 2:
            continue
        for number, (place, item) in enumerate(items, 1):
            found[place] = _numbered(item, number, lines[place])
        kind = f"<!--{first[2]}{first[3]}{first[4]}-->"
        end = _LINE_END.search(found[at])
        place = end.start() if end else len(found[at])
        found[at] = found[at][:place] + kind + found[at][place:]
    return found


def _siblings(
    lines: Lines, is_code: Sequence[bool], at: int, first: re.Match[str]
) -> Iterator[tuple[int, re.Match[str]]]:
    """Give the items of a list, as long as each has the sign that comes next, with the line where it stands."""
    signs = iter(_SEQUENCES[first[3].lower()])
    wanted, width = next(signs), len(first[1].expandtabs(4))
    for place in range(at, min(len(lines), at + _FARTHEST)):
        if is_code[place] or not lines[place].strip(" \t>"):
            continue
        item = _ITEM.match(lines[place])
        is_here = item is not None and item[1] == first[1] and (item[2], item[4]) == (first[2], first[4])
        if item and is_here and item[3] == (wanted if first[3].islower() else wanted.upper()):
            yield place, item
            wanted = next(signs, "")
            continue
        is_quoted = ">" in first[1] and lines[place].startswith(first[1].rstrip())
        if (item and is_here and item[3] == first[3]) or (_indent(lines[place]) < width and not is_quoted):
            return


def _numbered(item: re.Match[str], number: int, line: str) -> str:
    """Return a line with a number in place of its letter, its text where it stood as far as Markdown allows."""
    sign = f"{number}{item[4]}"
    gap = max(1, min(4, len(item[0]) - len(item[1]) - len(sign)))
    return f"{item[1]}{sign}{' ' * gap}{line[item.end() :]}"
