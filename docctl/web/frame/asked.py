"""What the address of a page asks for: pages, days and words, read forgivingly because people edit addresses."""

from datetime import date

from flask import request

from docctl.domain.errors import NotFoundError
from docctl.texts.calendar_day import day_written

LAST_PAGE = 100_000
LONGEST_TEXT = 2_000


def asked_text(name: str, longest: int = 200) -> str:
    """A word of the query without what cannot be printed, or nothing."""
    text = request.args.get(name, "")[:longest]
    return "".join(letter for letter in text if letter.isprintable()).strip()


def asked_day(name: str) -> date | None:
    """A day of the query, or None where it is missing or no date."""
    return request.args.get(name, None, type=day_written)


def asked_page() -> int:
    """The page asked for, counted from 1."""
    return min(max(asked_number("page", 1), 1), LAST_PAGE)


def asked_number(name: str, otherwise: int) -> int:
    """A small whole number of the query."""
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else otherwise


def asked_revision(name: str) -> int | None:
    """The number of a revision, or None where none is asked for; raise NotFoundError for what cannot be one."""
    text = request.args.get(name, "").strip()
    if text and not (text.isascii() and text.isdigit() and len(text) <= 9 and int(text)):
        raise NotFoundError("There is no revision “%(asked)s”; choose one from the list.", asked=text[:20])
    return int(text) if text else None
