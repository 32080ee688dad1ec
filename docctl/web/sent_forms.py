"""What a form sent: its fields, its dates, and the key by which sending it twice counts once."""

from collections.abc import Callable
from datetime import date

from flask import flash, request
from flask_babel import gettext as _

from docctl.domain.document_metadata import checked_date
from docctl.domain.errors import AlreadyDoneError

LONGEST_KEY = 64


def sent(name: str) -> str:
    """A field of the form, or nothing."""
    return request.form.get(name, "")


def sent_key() -> str:
    """The key of the form, so that an action done twice is recorded once."""
    return sent("request_id")[:LONGEST_KEY]


def sent_day(name: str, what: str) -> date | None:
    """A day of the form; raises InvalidInputError for what is no date."""
    return checked_date(sent(name).strip(), what) if sent(name).strip() else None


def sent_ids(name: str) -> set[int]:
    """The numbers chosen in a list of boxes; whatever is no number is left out."""
    return {
        int(value) for value in request.form.getlist(name) if value.isascii() and value.isdigit() and len(value) < 10
    }


def once(act: Callable[[], object]) -> bool:
    """Do what a form asks for; say so, and nothing more, where the same form was sent before."""
    try:
        act()
    except AlreadyDoneError:
        flash(_("This was done already; nothing was done a second time."), "info")
        return False
    return True
