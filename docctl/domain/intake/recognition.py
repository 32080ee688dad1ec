"""Recognising a document's title and number from what its file says of itself."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from docctl.domain.documents.document_number import mentioned_numbers, number_at_start, without_number
from docctl.texts.invisible_characters import on_one_line, without_invisible

_TITLE_LABEL = re.compile(
    r"(?:(?:document|policy|procedure|sop|form)\s+)?(?:title|name)|titel|titre|título|titolo", re.IGNORECASE
)
_NUMBER_LABEL = re.compile(
    r"(?:(?:document|doc\.?|reference|ref\.?|policy|procedure|sop|form|control)\s*)?"
    r"(?:number|no\.?|nr\.?|num\.?|id|identifier|code|reference|ref\.?|#)|dokument(?:en)?-?(?:nummer|nr\.?)|numéro|référence",
    re.IGNORECASE,
)
_NOBODYS_TITLE = re.compile(
    r"microsoft word.*|word[- ]dokument.*|(?:microsoft )?(?:word|office) document.*|powerpoint.*|presentation\s?\d*"
    r"|do[ck]umento?\s?\d*|untitled.*|unbenannt.*|sans titre.*|.*\btemplate\b.*|vorlage.*|modèle.*|normal"
    r"|.*\.(?:docx?|dotx?|rtf|odt)|title|\[.*\]|click .*|\W*|\d+",
    re.IGNORECASE,
)
_IN_BRACKETS_BEHIND = re.compile(r"[(\[]([^()\[\]]+)[)\]]$")
_IS_STANDARD = re.compile(r"(?:ISO|IEC|EN|DIN|BS|IATF|NIST|RFC)\b", re.IGNORECASE)
_USUAL_HEADINGS = frozenset(
    (
        *("purpose", "scope", "introduction", "overview", "background", "aim", "aims", "objective", "objectives"),
        *("policy", "procedure", "definitions", "general", "summary", "purpose and scope", "responsibilities"),
        *("document control", "version control", "revision history", "change history", "approval", "policy statement"),
        *("zweck", "einleitung", "geltungsbereich", "ziel", "objet", "objectif", "introducción", "objeto", "alcance"),
        *("anwendungsbereich", "allgemeines", "begriffe", "zuständigkeiten", "verantwortung", "scopo", "doel", "cel"),
        *("目的", "範囲", "适用范围", "范围", "适用", "цель", "общие положения", "الغرض", "الهدف", "מטרה", "هدف"),
    )
)


@dataclass(frozen=True)
class TitleEvidence:
    """Where a title or number may stand: properties, lines in the style Title, labelled entries, headings, headers.

    ``large_lines`` stand at the top in larger letters than the text; ``opening_lines`` are all that stand there.
    """

    properties: tuple[str, ...] = ()
    title_lines: tuple[str, ...] = ()
    labelled: tuple[tuple[str, str], ...] = ()
    headings: tuple[tuple[int, str], ...] = ()
    starts_with_heading: bool = False
    running_lines: tuple[str, ...] = ()
    large_lines: tuple[str, ...] = ()
    opening_lines: tuple[str, ...] = ()


def recognised(evidence: TitleEvidence) -> tuple[str, str]:
    """Return title and number, each an empty string where nothing speaks for one."""
    heading, properties = _leading_heading(evidence), evidence.properties[:1]
    opens = heading if evidence.starts_with_heading and _is_above_all(evidence) else ""
    large = " ".join(evidence.large_lines)
    candidates = [
        *(text for text in properties if _is_shown(text, evidence)),
        " ".join(evidence.title_lines),
        *(value for label, value in evidence.labelled if _TITLE_LABEL.fullmatch(label)),
        *((opens, large) if len(evidence.headings) > 1 else (large,)),
        *properties,
        heading,
    ]
    title = next((tidy for tidy in map(on_one_line, candidates) if tidy and not _NOBODYS_TITLE.fullmatch(tidy)), "")
    number = _number(evidence, title)
    return without_number(title, number), number


def _is_shown(title: str, evidence: TitleEvidence) -> bool:
    """Say whether the file shows what its properties say: many files keep the title of the file they were made from."""
    wanted = _folded(title)
    lines = (*evidence.title_lines, *evidence.opening_lines, *evidence.running_lines)
    entries = (value for _, value in evidence.labelled)
    headings = (text for _, text in evidence.headings)
    return len(wanted) > 3 and any(wanted in _folded(line) for line in (*lines, *entries, *headings))


def _folded(text: str) -> str:
    return "".join(sign for sign in without_invisible(text).casefold() if sign.isalnum())


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
    _, text = evidence.headings[0]
    usual = text.casefold().strip(" .:0123456789") in _USUAL_HEADINGS
    return text if not usual and (_is_above_all(evidence) or evidence.starts_with_heading) else ""


def _is_above_all(evidence: TitleEvidence) -> bool:
    return all(level > evidence.headings[0][0] for level, _ in evidence.headings[1:])


def _number(evidence: TitleEvidence, title: str) -> str:
    labelled = [value for label, value in evidence.labelled if _NUMBER_LABEL.fullmatch(label)]
    for text in (*labelled, title, *evidence.properties, *evidence.title_lines):
        number = number_at_start(text)
        if number and any(character.isdigit() for character in number):
            return number
    behind = _IN_BRACKETS_BEHIND.search(title)
    if behind and (number := number_at_start(behind[1])) and not _IS_STANDARD.match(number):
        return number
    mentioned = {number for line in evidence.running_lines for number in mentioned_numbers(line)}
    return mentioned.pop() if len(mentioned) == 1 else ""
