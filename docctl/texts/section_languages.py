"""The languages of a text that is in several: a mark at each heading at which another one begins, kept in the text."""

import re
from collections.abc import Callable, Sequence

from docctl.texts.text_language import ENOUGH_OF_A_SECTION, Ranking, main_of, words_to_judge

SURE_OF_A_SECTION = 0.9
MARK = re.compile(r"<!--lang (?P<language>[a-z]{2,3})-->")
_MARKED_LINE = re.compile(rf" {{0,3}}#{{1,6}}\s(?P<words>.*?)\s*{MARK.pattern}")
_LEVEL = re.compile(r" {0,3}(#{1,6})(?!#)")


def without_marks(markdown: str) -> str:
    """Return a text without the marks of its languages."""
    return MARK.sub("", markdown) if MARK.search(markdown) else markdown


def marked_headings(markdown: str) -> list[tuple[str, str]]:
    """Return the words of each heading that has a mark, with the language that begins there."""
    found = (_MARKED_LINE.search(line) for line in markdown.split("\n"))
    return [(" ".join(line["words"].split()), line["language"]) for line in found if line is not None]


def with_marks(markdown: str, headings: Sequence[int], languages_of: Callable[[str], Ranking]) -> str:
    """Return a text with a mark at each heading at which its language changes; none where all is in one.

    ``headings`` are the lines of the headings. A section that is too short to be judged is in the language of the
    section above it in which it stands, else in that of most of the text. The marks are stored with the text, so that
    no later version of the library that recognises languages changes what was approved.
    """
    lines = markdown.split("\n")
    starts = [0, *headings]
    parts = ["\n".join(lines[start:end]) for start, end in zip(starts, [*headings, len(lines)], strict=True)]
    long = [len(words_to_judge(part)) >= ENOUGH_OF_A_SECTION for part in parts]
    if sum(long) < 2:
        return markdown
    own = [_sure(languages_of(part)) if is_long else "" for part, is_long in zip(parts, long, strict=True)]
    main = main_of((language, len(part)) for language, part in zip(own, parts, strict=True) if language)
    if len(set(filter(None, own))) < 2:
        return markdown
    levels = [0, *(_level(lines[line]) for line in headings)]
    now = own[0] or main
    above: list[tuple[int, str]] = [(0, now)]
    is_marked = False
    for place, line in enumerate(headings, 1):
        while len(above) > 1 and above[-1][0] >= levels[place]:
            above.pop()
        language = own[place] or (above[-1][1] if len(above) > 1 else main)
        above.append((levels[place], language))
        if language != now or not is_marked:
            lines[line] = f"{lines[line].rstrip()}<!--lang {language}-->"
        now, is_marked = language, True
    return "\n".join(lines)


def _sure(ranking: Ranking) -> str:
    return ranking[0][0] if ranking and ranking[0][1] >= SURE_OF_A_SECTION else ""


def _level(line: str) -> int:
    found = _LEVEL.match(line)
    return len(found[1]) if found is not None else 1
