"""What a form sent: its fields, its dates, and the key by which sending it twice counts once."""

from collections.abc import Callable
from datetime import date, datetime

from flask import flash, g, request
from flask_babel import gettext as _

from docctl.domain.documents.document_metadata import checked_date
from docctl.domain.errors import AlreadyDoneError
from docctl.domain.trail.audit_trail import Act
from docctl.domain.trail.events.reading import read_event
from docctl.registers.sign_in.own_account import own_request
from docctl.web import control, person
from docctl.web.frame.formatting import moment

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


def was_done_before(act: Act, number: str) -> bool:
    """Say, also to the person, whether this form did its work on the document when it was sent before.

    For pages that look first at what is there no more once the work is done.
    """
    with control().reading() as reading:
        done = own_request(reading, person(), sent_key())
        of = read_event(done).document if done is not None and done.act == act else None
    if done is None or of is None or of.upper() != number.upper():
        return False
    _tell_before(done.happened_at)
    return True


def once(act: Callable[[], object]) -> bool:
    """Do what a form asks for; say so, and nothing more, where its person sent the same form before."""
    try:
        act()
    except AlreadyDoneError as done:
        _tell_before(done.at)
        return False
    return True


def tell_done(sentence: str) -> None:
    """Tell that something was done, unless it was done before and this was told then."""
    if not g.get("was_done_before"):
        flash(sentence, "success")


def _tell_before(at: datetime | None) -> None:
    g.was_done_before = True
    if at is None:
        flash(_("This was done already; nothing was done a second time."), "info")
        return
    said = _("You sent this form before, and it was carried out on %(time)s; nothing was done a second time.")
    flash(said % {"time": moment(at)}, "info")
