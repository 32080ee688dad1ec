"""What the name of a file tells of a revision: number, title, label and date, and which files are one document."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath

from docctl.domain.documents.document_number import number_at_start
from docctl.domain.intake.claimed_past import ClaimedDocument, ClaimedRevision, label_key
from docctl.texts.invisible_characters import on_one_line

_LABEL = re.compile(
    r"(?:^|[\s_.,(\[-])(?:revision|rev|version|ver|v|r|issue|iss|edition|ed|ausgabe|ausg|révision)[\s_.:-]*"
    r"(\d{1,4}(?:\.\d{1,4}){0,3}|[A-Z])[\s_.,)\]-]*$",
    re.IGNORECASE | re.ASCII,
)
_DAY = re.compile(r"(?:^|(?<=[^\d]))(\d{4})[-_.]?(\d{2})[-_.]?(\d{2})(?=$|[^\d])", re.ASCII)
_DAY_BACKWARDS = re.compile(r"(?:^|(?<=[^\d]))(\d{2})\.(\d{2})\.(\d{4})(?=$|[^\d])", re.ASCII)
_WORDS_OF_STATE = re.compile(
    r"(?<![\s_(\[-])[\s_(\[-]++(?:final|approved|signed|released|current|old|superseded|obsolete|archived?)(?=$|[\s_)\]-])",
    re.IGNORECASE,
)
_FOLDERS_OF_OLD = re.compile(
    r"archived?|archives?|archiv|old|superseded|obsolete|history|previous|current|in force|\d{4}(?:-\d{2})?"
    r"|(?:v|rev|revision|version)[\s_.-]?\w{1,5}",
    re.IGNORECASE,
)
_JOINTS = " \t-–—_.,()[]"


@dataclass(frozen=True)
class PastFileName:
    """A file name taken apart; one word alone is no title, because what the file itself says is better."""

    number: str
    title: str
    label: str
    day: date | None
    series: tuple[str, ...]


def taken_apart(path: str) -> PastFileName:
    """Take the name of a file apart; files of one document have the same series."""
    pure = PurePosixPath(path)
    stem = on_one_line(pure.stem)
    number = number_at_start(stem)
    rest = stem[len(number) :] if number else stem
    rest, day = _without_day(rest)
    rest, label = _without_label(_WORDS_OF_STATE.sub("", rest))
    title = " ".join(rest.replace("_", " ").split()).strip(_JOINTS)
    if title == stem and " " not in title:
        title = ""
    if number:
        return PastFileName(number, title, label, day, (number.upper(),))
    folders = [part for part in pure.parent.parts if not _FOLDERS_OF_OLD.fullmatch(part)]
    return PastFileName("", title, label, day, (*folders, title.casefold() or stem.casefold()))


def documents_of(paths: Iterable[str]) -> list[ClaimedDocument]:
    """Return the documents whose revisions lie in files, by what the names of the files say."""
    series: dict[tuple[str, ...], list[tuple[str, PastFileName]]] = defaultdict(list)
    for path in paths:
        name = taken_apart(path)
        series[name.series].append((path, name))
    documents = []
    for files in series.values():
        files.sort(key=lambda file: (label_key(file[1].label), file[1].day or date.max, file[0]))
        if len({name.label for _, name in files}) < len(files) and all(name.day for _, name in files):
            files.sort(key=lambda file: (file[1].day or date.max, label_key(file[1].label), file[0]))
        revisions = tuple(
            ClaimedRevision(
                path,
                name.label or (str(name.day) if name.day else ""),
                title=name.title,
                effective=name.day,
            )
            for path, name in files
        )
        documents.append(ClaimedDocument(files[-1][1].number, revisions))
    return sorted(documents, key=lambda document: document.named.upper())


def _without_day(text: str) -> tuple[str, date | None]:
    for pattern, order in ((_DAY, (1, 2, 3)), (_DAY_BACKWARDS, (3, 2, 1))):
        for found in pattern.finditer(text):
            try:
                day = date(*(int(found[place]) for place in order))
            except ValueError:
                continue
            if 1900 <= day.year < 2200:
                return f"{text[: found.start()].rstrip(_JOINTS)} {text[found.end() :].lstrip(_JOINTS)}".rstrip(), day
    return text, None


def _without_label(text: str) -> tuple[str, str]:
    found = _LABEL.search(text)
    return (text[: found.start()].rstrip(_JOINTS), found[1].upper()) if found else (text, "")
