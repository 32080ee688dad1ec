"""How dates, times and languages are written, in the organisation's time zone."""

import re
from datetime import date, datetime

from flask import Flask, current_app, request
from flask_babel import Babel, format_date, format_datetime, get_locale
from flask_babel import gettext as _
from markupsafe import Markup

from docctl.texts.short_list import shown_of
from docctl.texts.text_language import direction_of
from docctl.web import maintenance, organisation

_FINGERPRINT = re.compile(r"\b([0-9a-f]{16})[0-9a-f]{48}\b")


def language() -> str:
    """The language of the pages: what the browser asks for, of those the pages are translated to."""
    offered = tuple(current_app.config["LANGUAGES"])
    return request.accept_languages.best_match(offered, default=offered[0]) or offered[0]


def locale() -> str:
    """The locale of dates and texts; English is written the way of ISO's own documents, day first."""
    return "en_GB" if language() == "en" else language()


def time_zone() -> str:
    """The organisation's time zone."""
    return organisation().time_zone


def day(value: date | datetime | None) -> str:
    """Write a day, such as 3 March 2026."""
    return "" if value is None else format_date(value, "d MMMM y")


def short_day(value: date | datetime | None) -> str:
    """Write a day for a narrow column, such as 3 Mar 2026, so that machines can read it too."""
    if value is None:
        return Markup('<span class="text-secondary">–</span>')
    return Markup('<time datetime="{}">{}</time>').format(value.isoformat(), format_date(value, "d MMM y"))


def moment(value: datetime | None) -> str:
    """Write an instant with its time zone, such as 3 Mar 2026, 14:05 CET."""
    return "" if value is None else format_datetime(value, "d MMM y, HH:mm z")


def time_element(value: date | datetime | None) -> str:
    """Write a day or an instant so that machines can read it too."""
    if value is None:
        return Markup('<span class="text-secondary">–</span>')
    written = moment(value) if isinstance(value, datetime) else day(value)
    return Markup('<time datetime="{}">{}</time>').format(value.isoformat(), written)


def maintenance_in_words() -> str:
    """Say that people only read for now, why and until when; nothing where they may act."""
    found = maintenance()
    if found is None:
        return ""
    reason, until = found.reason.rstrip("."), moment(found.until)
    if not until:
        return str(_("The library is in maintenance, and only read for now: %(reason)s.", reason=reason))
    said = _("The library is in maintenance, and only read until %(until)s: %(reason)s.", until=until, reason=reason)
    return str(said)


STATES = {
    "DRAFT": lambda: _("Draft"),
    "IN_REVIEW": lambda: _("In review"),
    "IN_APPROVAL": lambda: _("In approval"),
    "APPROVED": lambda: _("Approved"),
    "IN_FORCE": lambda: _("In force"),
    "SUPERSEDED": lambda: _("Superseded"),
    "OBSOLETE": lambda: _("Obsolete"),
    "DISCARDED": lambda: _("Discarded"),
}


def state_in_words(state: str) -> str:
    """Write the state of a revision in the words of the page's language."""
    written = STATES.get(str(state))
    return written() if written else str(state)


def language_in_words(code: str) -> str:
    """Write the name of a language in the words of the page's language; a code nobody knows stays as it is."""
    known = get_locale()
    name = known.languages.get(code.replace("-", "_").partition("_")[0]) if known is not None else None
    return str(name or code)


def in_language(code: str) -> Markup:
    """Write the attributes of an element whose text is in a language: which one, and in which direction it runs."""
    return Markup('lang="{}" dir="{}"').format(code.replace("_", "-"), direction_of(code))


def with_short_fingerprints(sentence: str) -> str:
    """Write a sentence in which fingerprints stand by their beginning; the audit trail has them whole."""
    return _FINGERPRINT.sub(r"\1…", sentence)


def init_app(app: Flask) -> None:
    """Let the templates write dates, times and states."""
    Babel(app, locale_selector=locale, timezone_selector=time_zone)
    app.jinja_env.filters.update(
        day=day,
        in_language=in_language,
        language_in_words=language_in_words,
        moment=moment,
        short_day=short_day,
        shown_of=shown_of,
        state_in_words=state_in_words,
        time=time_element,
        with_short_fingerprints=with_short_fingerprints,
    )
    app.jinja_env.globals.update(locale=locale)
