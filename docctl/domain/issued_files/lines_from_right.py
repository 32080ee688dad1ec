"""Lines with letters that run from the right: what a page says, and what a PDF shows of it, put in one order.

A PDF tells what is drawn where. How a text of mixed directions is drawn follows from the text, and not the other way
round; so the text of the page is laid out in lines as long as those of the PDF, and both are held against each other.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from docctl.domain.issued_files.reading_forms import BRACKETS, FORMS, is_right_to_left
from docctl.domain.issued_files.readings import LINE_END, SIGN
from docctl.texts.bidirectional import levels_of, order_seen
from docctl.texts.invisible_characters import INVISIBLE
from docctl.texts.text_direction import direction_of_words

LOOSE = "\ufdd0"
"""Stands before marks that a file draws apart from their letter; no text has this character."""
_NUMBER_OF_HEADING = re.compile(r"\s\d{1,3}(?:\.\d{1,3})*\.?$|^\d{1,3}(?:\.\d{1,3})*\.?\s")
_STEERING = "invisible characters"
_OPENING = frozenset("([{")
"""Brackets in their one form, whichever way they open."""
_UNSEEN = re.compile(f"[{INVISIBLE}]")


class _Line(NamedTuple):
    """A line as it is seen from the left: its signs, between which of them are gaps, the marks on each, and others."""

    signs: tuple[str, ...]
    gaps: tuple[str, ...]
    marks: tuple[str, ...]
    loose: str


def seen_from_left(text: str) -> str:
    """Return letters that are drawn as one sign in the order in which they would be seen; marks alone stay loose."""
    if unicodedata.category(text[0]) == "Mn":
        return f"{LOOSE}{text}"
    return "".join(reversed(_clusters(text))) if is_right_to_left(text) else text


def without_number(seen: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """Return the number that print gives to a heading, at either side of its first line, and the lines without it."""
    found = _NUMBER_OF_HEADING.search(seen[0])
    if found is None:
        return "", tuple(seen)
    return found[0].strip(), (seen[0].replace(found[0], "", 1), *seen[1:])


def told_by(seen: Sequence[str]) -> str:
    """Return a text that would be seen as these lines are; in which order it tells of both directions is a guess."""
    from_right = direction_of_words(" ".join(seen)) != "ltr"
    return LINE_END.join(_reordered(line, from_right) for line in seen)


def letters_seen(text: str) -> str:
    """Return the signs of a text without their order and marks, by which a passage is looked for."""
    return "".join(sorted(_line(_clusters(_in_form(text))).signs))


def is_seen_as(text: str, seen: Sequence[str]) -> bool:
    """Say whether a text is seen as these lines are, in a paragraph of either direction.

    What stands between its tabs keeps its place in the direction of the paragraph, and runs for itself.
    """
    shown = [_line(_clusters(_in_form(line))) for line in seen]
    return any(_is_laid_out(text, shown, from_right) for from_right in (True, False))


def _is_laid_out(text: str, shown: Sequence[_Line], from_right: bool) -> bool:
    clusters: list[str] = []
    tabs: list[int] = []  # where each begins and ends
    for piece in text.split("\t"):
        clusters += [*_clusters(_in_form(piece)), " "]
        tabs += (len(clusters) - 1, len(clusters))
    clusters.pop()
    levels = _levels(clusters, from_right)
    begin = 0
    for line in shown:
        end, left = begin, len(line.signs)
        while end < len(clusters) and left > 0:
            left -= len(_signs_of(clusters[end]))
            end += 1
        bounds = [begin, *(tab for tab in tabs if begin < tab < end), end]
        pieces = [[start + place for place in order_seen(levels[start:stop])] for start, stop in pairwise(bounds)]
        drawn = _line([clusters[place] for piece in (reversed(pieces) if from_right else pieces) for place in piece])
        if not _are_alike(drawn, line):
            return False
        begin = end
        while begin < len(clusters) and not _signs_of(clusters[begin]):
            begin += 1
    return begin == len(clusters)


def _are_alike(page: _Line, shown: _Line) -> bool:
    are_marked = sorted("".join(page.marks)) == sorted("".join((*shown.marks, shown.loose)))
    return (
        page.signs == shown.signs
        and (are_marked if shown.loose else page.marks == shown.marks)
        and all(_may_be_drawn(*each) for each in zip(page.gaps, shown.gaps, page.signs, page.signs[1:], strict=False))
    )


def _may_be_drawn(gap: str, drawn: str, before: str, after: str) -> bool:
    """Say whether a gap may be drawn so: one beside a sign that is no letter says nothing, one between letters does.

    A gap that is not drawn says nothing beside a bracket; without that behind a comma, two figures would be one.
    """
    return (
        drawn in (gap, LINE_END)
        or (not gap and not (before.isalnum() and after.isalnum()))
        or (not drawn and bool({before, after} & _OPENING))
    )


def _line(clusters: Iterable[str]) -> _Line:
    signs, gaps, marks = [], [], []
    gap = loose = ""
    for cluster in clusters:
        if cluster.startswith(LOOSE):
            loose += cluster[1:]
        elif cluster[0].isspace():
            gap = LINE_END if {cluster[0], gap} <= {LINE_END, ""} else " "
        for sign in _signs_of(cluster):
            signs.append(sign)
            gaps.append(gap)
            marks.append("".join(sorted(cluster[1:])))
            gap = ""
    return _Line(tuple(signs), tuple(gaps[1:]), tuple(marks), loose)


def _reordered(line: str, from_right: bool) -> str:
    clusters = _clusters(line)
    levels = _levels(clusters, from_right)
    said = "".join(clusters[place] for place in order_seen(levels))
    return unicodedata.normalize("NFC", said.replace(LOOSE, ""))


def _levels(clusters: Sequence[str], from_right: bool) -> list[int]:
    """Return the level of each letter with its marks; spaces at the end run as the paragraph (rule L1)."""
    levels = levels_of("".join(clusters), from_right=from_right)
    found, place = [], 0
    for cluster in clusters:
        found.append(levels[place])
        place += len(cluster)
    return found


def _in_form(text: str) -> str:
    """Bring a text to the one form, with the characters in it that steer directions, and its marks apart."""
    for form in FORMS:
        if form.name != _STEERING:
            text = form.bring(text)
    return unicodedata.normalize("NFD", text.replace(SIGN, ""))


def _clusters(text: str) -> list[str]:
    found: list[str] = []
    for sign in text:
        if found and unicodedata.category(sign) == "Mn":
            found[-1] += sign
        else:
            found.append(sign)
    return found


def _signs_of(cluster: str) -> str:
    """The sign of a letter with its marks, or the signs: PDFium tells ½ as 1/2 among letters from the right."""
    sign = cluster[0]
    if sign.isspace() or sign == LOOSE or _UNSEEN.fullmatch(sign):
        return ""
    return BRACKETS.bring(unicodedata.normalize("NFKD", sign).replace("\N{FRACTION SLASH}", "/"))
