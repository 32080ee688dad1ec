"""Recognising a document's title and number from what its file says of itself."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from docctl.domain.document_number import mentioned_numbers, number_at_start, without_number
from docctl.domain.invisible_characters import on_one_line

_TITLE_LABEL = re.compile(
    r"(?:(?:document|policy|procedure|sop|form)\s+)?(?:title|name)|titel|titre|título|titolo", re.IGNORECASE
)
_NUMBER_LABEL = re.compile(
    r"(?:(?:document|doc\.?|reference|ref\.?|policy|procedure|sop|form|control)\s*)?"
    r"(?:number|no\.?|nr\.?|num\.?|id|identifier|code|reference|ref\.?|#)|dokument(?:en)?-?(?:nummer|nr\.?)|numéro|référence",
    re.IGNORECASE,
)
_NOBODYS_TITLE = re.compile(
    r"microsoft word.*|document\s?\d*|untitled.*|.*\btemplate\b.*|.*\.(?:docx?|dotx?|rtf|odt)"
    r"|title|\[.*\]|click .*|\W*|\d+",
    re.IGNORECASE,
)
_USUAL_HEADINGS = frozenset(
    (
        *("purpose", "scope", "introduction", "overview", "background", "aim", "aims", "objective", "objectives"),
        *("policy", "procedure", "definitions", "general", "summary", "purpose and scope", "responsibilities"),
        *("document control", "version control", "revision history", "change history", "approval", "policy statement"),
        *("zweck", "einleitung", "geltungsbereich", "ziel", "objet", "objectif", "introducción", "objeto", "alcance"),
    )
)


@dataclass(frozen=True)
class TitleEvidence:
    """Where a title or number may stand: properties, lines in the style Title, labelled entries, headings, headers."""

    properties: tuple[str, ...] = ()
    title_lines: tuple[str, ...] = ()
    labelled: tuple[tuple[str, str], ...] = ()
    headings: tuple[tuple[int, str], ...] = ()
    starts_with_heading: bool = False
    running_lines: tuple[str, ...] = ()


def recognised(evidence: TitleEvidence) -> tuple[str, str]:
    """Return title and number, each an empty string where nothing speaks for one."""
    candidates = [
        *evidence.properties[:1],
        " ".join(evidence.title_lines),
        *(value for label, value in evidence.labelled if _TITLE_LABEL.fullmatch(label)),
        _leading_heading(evidence),
    ]
    title = next((tidy for tidy in map(on_one_line, candidates) if tidy and not _NOBODYS_TITLE.fullmatch(tidy)), "")
    number = _number(evidence, title)
    return without_number(title, number), number


def labelled_pairs(rows: Iterable[Sequence[str]]) -> list[tuple[str, str]]:
    """Return label and entry from rows of a table (``Title: | Document control``) and from lines (``Title: …``)."""
    found = []
    for row in rows:
        cells = [on_one_line(cell) for cell in row]
        for place, cell in enumerate(cells):
            label, colon, rest = cell.partition(":")
            if colon and rest.strip() and _is_label(label):
                found.append((label.strip(), rest.strip()))
            elif _is_label(cell.rstrip(":")) and place + 1 < len(cells) and cells[place + 1]:
                found.append((cell.rstrip(": "), cells[place + 1]))
    return found


def _is_label(text: str) -> bool:
    text = text.strip()
    return bool(_TITLE_LABEL.fullmatch(text) or _NUMBER_LABEL.fullmatch(text))


def _leading_heading(evidence: TitleEvidence) -> str:
    """The first heading is the title where the text starts with it or all others are below it."""
    if not evidence.headings:
        return ""
    level, text = evidence.headings[0]
    alone = all(other > level for other, _ in evidence.headings[1:])
    usual = text.casefold().strip(" .:0123456789") in _USUAL_HEADINGS
    return text if not usual and (alone or evidence.starts_with_heading) else ""


def _number(evidence: TitleEvidence, title: str) -> str:
    labelled = [value for label, value in evidence.labelled if _NUMBER_LABEL.fullmatch(label)]
    for text in (*labelled, title, *evidence.properties, *evidence.title_lines):
        number = number_at_start(text)
        if number and any(character.isdigit() for character in number):
            return number
    mentioned = {number for line in evidence.running_lines for number in mentioned_numbers(line)}
    return mentioned.pop() if len(mentioned) == 1 else ""
