"""The PDF of an issued document: tagged for PDF/UA-1 and PDF/A-2a, written by Typst in a limited process of its own."""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from base64 import b64decode
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from docctl.domain.documents.described_fields import printed_rows
from docctl.domain.errors import ConversionError
from docctl.domain.issued_files.issue_sheet import IssueSheet
from docctl.machine.conversion_turns import in_turn
from docctl.texts.section_number import are_numbered_in_words
from docctl.texts.text_language import LANGUAGES, direction_of

TIME_LIMIT_SECONDS = 30
CONTENTS_FROM_LETTERS = 8000
LINK_PICTURE = "copy_link.png"
LAYOUT = Path(__file__).parent / "typst"
PRINTING = LAYOUT / "printing.py"

_FENCE = re.compile(r"^\s*(?:[-+/] +)*(`{3,})")
_HEADING = re.compile(r"^((?:\s*[-+] +|\s*\[|\s+)?)(=+) (.*)$")
_OWN_NUMBER = re.compile(r"^(?:\d+|[A-Z](?=[.\\)]))(?:\\?\.\d+)*\\?[.)]?\s")
_ANNEX = re.compile(r"^(annex|appendix|anhang|anlage|annexe)\b", re.IGNORECASE)
_TABLE = "align(center)[#table("
_ISSUED_TABLE = "align(start)[#issued-table("
_WINGDINGS = "\uf06c\uf06e\uf075\uf076\uf09f\uf0a7\uf0ab\uf0ae\uf0b7\uf0d8\uf0e0\uf0fb\uf0fc\uf0fd\uf0fe"
_SYMBOL_FONTS = dict.fromkeys(range(0xF020, 0xF100), "□") | str.maketrans(_WINGDINGS, "●■◆❖•▪★→•➢→✗✔☒☑")
_FROM_LEFT, _END = "\u2066", "\u2069"
_SAID_FROM_LEFT = ("effective_date", "issued_at", "no_approvals", "summary")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\ufffe\uffff\ud800-\udfff]")
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ,]+(\d{2}):(\d{2})(?::(\d{2}))?)?")
_WRITTEN_DATE = re.compile(r"(\d{1,2})\.? ([A-Z][a-z]{2})[a-z]* (\d{4})(?:[, at]+(\d{2}):(\d{2}))?")
_DAY_IN_WORDS = re.compile(r"\b(\d{1,2}) ([A-Z][a-z]{2})[a-z]* (\d{4})\b")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def write_pdf(typst_body: str, assets: dict[str, bytes], sheet: IssueSheet) -> bytes:
    """Write the pages of one revision; the same text and sheet give the same bytes. Raises ConversionError."""
    body, numbered, chapters = _arranged(_printable(typst_body), sheet.heading_numbers)
    with tempfile.TemporaryDirectory(prefix="docctl-pdf-") as folder:
        root = Path(folder)
        pictures = _place_assets(root, assets)
        shutil.copyfile(LAYOUT / "issue.typ", root / "issue.typ")
        (root / "main.typ").write_text('#import "issue.typ": *\n#show: issued\n\n' + body, encoding="utf-8")
        facts = _facts(sheet) | {
            "numbered": numbered,
            "contents": chapters > 4 and len(body.replace("\\", "")) > CONTENTS_FROM_LETTERS,
            "pictures": pictures,
        }
        (root / "sheet.json").write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")
        if sheet.link_picture:
            (root / LINK_PICTURE).write_bytes(b64decode(sheet.link_picture))
        with in_turn(prints=True):
            _run_writer(root, _timestamp(sheet))
        return (root / "issue.pdf").read_bytes()


def _run_writer(root: Path, timestamp: int) -> None:
    """Start the writing process with a bare environment and wait for it no longer than the limit."""
    environment = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(root),
        "LANG": "C.UTF-8",
        "TMPDIR": str(root),
        "HTTPS_PROXY": "http://127.0.0.1:9",
        "RAYON_NUM_THREADS": "2",
        "MALLOC_ARENA_MAX": "2",
    }
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(PRINTING), str(root), str(timestamp), str(TIME_LIMIT_SECONDS)],
            cwd=root,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=TIME_LIMIT_SECONDS,
            start_new_session=True,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise ConversionError(
            "The PDF was not written, because it took longer than %(time_limit_seconds)s seconds; shorten "
            "the document or split it.",
            time_limit_seconds=TIME_LIMIT_SECONDS,
        ) from late
    if done.returncode != 0 or not (root / "issue.pdf").is_file():
        reason = done.stdout.decode("utf-8", "replace").strip() or "the writer ran out of memory or time"
        if "depth exceeded" in reason:
            raise ConversionError(
                "The PDF was not written, because lists, quotations or tables are nested too deep in the text; "
                "simplify them."
            )
        raise ConversionError("The PDF was not written, because of this in the text: %(reason)s.", reason=reason)


def _printable(text: str) -> str:
    """Take out control characters, and turn the signs of Word's symbol fonts into real ones."""
    return _CONTROL.sub("", text).translate(_SYMBOL_FONTS)


def _facts(sheet: IssueSheet) -> dict[str, object]:
    """Everything the layout reads, as plain data."""
    words = json.loads((LAYOUT / "words.json").read_text(encoding="utf-8"))
    language, _, region = sheet.language.replace("_", "-").partition("-")
    lang = language.lower() if re.fullmatch(r"[A-Za-z]{2,3}", language) else "en"
    sheet = _said_in(sheet, words.get(lang, {}))
    facts = json.loads(_printable(json.dumps(asdict(sheet), ensure_ascii=False)))
    keywords = [sheet.number, f"Revision {sheet.revision}", sheet.document_type, sheet.status, sheet.classification]
    keywords += [f"{line.standard} {line.clause}" for line in sheet.clauses]
    found = facts | {
        "lang": lang,
        "from_right": direction_of(lang) == "rtl",
        "region": region.upper() if re.fullmatch(r"[A-Za-z]{2}", region) else None,
        "language_name": LANGUAGES.get(lang, sheet.language),
        "author": sheet.organisation or sheet.owner,
        "description": f"{sheet.number}, revision {sheet.revision}, {sheet.status}",
        "keywords": [word for word in keywords if word],
        "chain_short": sheet.chain_head[:12],
        "link_shown": sheet.link.partition("://")[2],
        "words": words["en"] | words.get(lang, {}),
        "words_lang": lang if lang in words else "en",
    }
    found["described"] = _described(sheet, found["words"], found["language_name"])
    return _isolated(found) if found["from_right"] else found


def _said_in(sheet: IssueSheet, words: dict[str, Any]) -> IssueSheet:
    """Say what docctl itself states, and days, in the language of its words; what people wrote stays as it is."""
    if "months" not in words:
        return sheet

    def day(found: re.Match[str]) -> str:
        month = words["months"].split()[_MONTHS.index(found[2])]
        return str(words["day"].format(day=found[1], month=month, year=found[3]))

    def say(text: str) -> str:
        return _DAY_IN_WORDS.sub(day, str(words["said"].get(text, text)))

    return replace(
        sheet,
        status=say(sheet.status),
        mark=say(sheet.mark),
        classification=say(sheet.classification),
        effective_date=say(sheet.effective_date),
        issued_at=say(sheet.issued_at),
        approvals=tuple(replace(line, signed_at=say(line.signed_at)) for line in sheet.approvals),
        history=tuple(
            replace(
                line,
                effective_date=say(line.effective_date),
                approved_by=words["said"].get(line.approved_by, line.approved_by),
            )
            for line in sheet.history
        ),
    )


def _described(sheet: IssueSheet, words: dict[str, str], language: str) -> list[list[tuple[str, str]]]:
    """Label and text of the fields on the first page; a label that the layout lacks is made of the field's name."""
    return [
        [
            (words.get(name, name.replace("_", " ").capitalize()), language if name == "language" else _printable(text))
            for name, text in row
        ]
        for row in printed_rows(sheet)
    ]


def _isolated(facts: dict[str, Any]) -> dict[str, Any]:
    """Keep dates and sentences that are written from left to right in order within lines that run the other way."""
    rows = [row | _kept_in_order(row) for row in facts["history"]]
    words = facts["words"] | _kept_in_order(facts["words"])
    return facts | _kept_in_order(facts) | {"history": rows, "words": words}


def _kept_in_order(said: dict[str, Any]) -> dict[str, str]:
    texts = {name: str(said.get(name) or "") for name in _SAID_FROM_LEFT}
    return {name: f"{_FROM_LEFT}{text}{_END}" for name, text in texts.items() if text}


def _timestamp(sheet: IssueSheet) -> int:
    """The time of issue as the file states it: taken from the sheet, so that writing again gives the same bytes."""
    for text in (sheet.issued_at, sheet.effective_date):
        if found := _DATE.search(text):
            return _seconds(found.groups(default="0"))
        written = _WRITTEN_DATE.search(text)
        if written and written[2] in _MONTHS:
            month = _MONTHS.index(written[2]) + 1
            return _seconds((written[3], month, written[1], written[4] or 0, written[5] or 0, 0))
    return _seconds((2000, 1, 1, 0, 0, 0))


def _seconds(parts: Iterable[str | int | None]) -> int:
    """Seconds since 1970 for year, month, day, hour, minute and second; an impossible date counts as 2000-01-01."""
    try:
        year, month, day, hour, minute, second = (int(part or 0) for part in parts)
        return int(datetime(year, month, day, hour, minute, second, tzinfo=UTC).timestamp())
    except ValueError:
        return _seconds((2000, 1, 1, 0, 0, 0))


def _place_assets(root: Path, assets: dict[str, bytes]) -> list[str]:
    """Put the pictures below the writer's root and name those that are there."""
    placed = []
    for name, data in assets.items():
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or "\x00" in name or path.parts[:1] != ("assets",):
            raise ConversionError(
                "The PDF was not written, because %(name)s is not a name for a picture.", name=f"{name!r}"
            )
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        placed.append(name)
    return placed


def _arranged(body: str, numbers: Sequence[str] | None = None) -> tuple[str, bool, int]:
    """Close gaps between heading levels, number headings that have no numbers, and hand tables to the layout.

    PDF/UA-1 (7.4.2) allows no skipped level. Returns the text, whether to number, and how many chapters there are.
    Where the numbers are not given, a text without any is counted.
    """
    lines = body.splitlines()
    headings = _headings(lines)
    titles = [title for _, _, _, title in headings]
    highest = min((depth for _, _, depth, _ in headings), default=1)
    in_words = are_numbered_in_words([title.replace("\\", "") for _, _, depth, title in headings if depth == highest])
    numbered = bool(titles) and not in_words and not any(_OWN_NUMBER.match(title) for title in titles)
    given = numbers if numbers is not None and len(numbers) == len(headings) else None
    numbered = numbered and numbers is None
    levels: list[int] = []
    annex_level = 0
    chapters = 0
    for place, (index, prefix, depth, title) in enumerate(headings):
        while levels and levels[-1] >= depth:
            levels.pop()
        levels.append(depth)
        level = len(levels)
        chapters += level == 1
        if annex_level >= level:
            annex_level = 0
        if numbered and not annex_level and _ANNEX.match(title):
            annex_level = level
        lines[index] = f"{prefix}{'=' * level} {title}"
        if annex_level:
            lines[index] = f"{prefix}#heading(level: {level}, numbering: none)[{title}]"
        if given is not None and given[place]:
            shown = json.dumps(given[place], ensure_ascii=False)
            lines[index] = f"{prefix}#heading(level: {level}, numbering: (..all) => {shown})[{title}]"
    return "\n".join(lines) + "\n", numbered, chapters


def _headings(lines: list[str]) -> list[tuple[int, str, int, str]]:
    """Find headings outside of code (line, what stands before, depth, title); tables are handed over on the way."""
    found = []
    fence = ""
    for index, line in enumerate(lines):
        mark = _FENCE.match(line)
        if fence:
            if line.strip() == fence or (mark and mark[1] == fence and line.strip().endswith(fence)):
                fence = ""
        elif mark:
            fence = mark[1]
        elif line.strip() == _TABLE:
            lines[index] = line.replace(_TABLE, _ISSUED_TABLE)
        elif heading := _HEADING.match(line):
            found.append((index, heading[1], len(heading[2]), heading[3]))
    return found
