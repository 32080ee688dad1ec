"""What the frame of every page needs: the way around by role, addresses of static files, links that keep a filter."""

import hashlib
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask, current_app, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_login import current_user

from docctl.domain.operations.stops import Stop
from docctl.domain.rights.permission import Right, may
from docctl.web import control, organisation, person, today
from docctl.web.frame.formatting import maintenance_in_words


@dataclass(frozen=True)
class Place:
    """One entry of the navigation; without rights it is for everybody; pages of its rooms belong to it too."""

    label: Any
    endpoint: str
    icon: str
    rights: tuple[Right, ...] = ()
    rooms: tuple[str, ...] = ()


PLACES = (
    Place(lazy_gettext("Portal"), "portal.home", "house"),
    Place(lazy_gettext("My tasks"), "work_queue.my_tasks", "list-check"),
    Place(
        lazy_gettext("Master list"),
        "master_list.show",
        "journal-text",
        rooms=("documents", "comparison", "revision_history"),
    ),
    Place(lazy_gettext("Drafts"), "drafting.drafts", "pencil-square", (Right.WRITE,)),
    Place(lazy_gettext("Standards"), "clause_coverage.standards", "bookmark-check"),
    Place(
        lazy_gettext("Registers"),
        "registers.overview",
        "table",
        (Right.READ_AUDIT_TRAIL,),
        ("audit_log", "retention_schedule", "disposing", "witnessing", "work_in_progress"),
    ),
    Place(lazy_gettext("Import"), "importing.start", "upload", (Right.CONTROL,), ("adopting",)),
    Place(
        lazy_gettext("Administration"),
        "administering.overview",
        "gear",
        (Right.ADMINISTER, Right.CONTROL),
        ("losses", "operations", "people_records", "word_templates", "reminder_rules"),
    ),
)


def places() -> list[Place]:
    """The entries of the navigation that the person at the browser may use."""
    if not current_user.is_authenticated:
        return []
    return [
        place
        for place in PLACES
        if place.endpoint in current_app.view_functions
        and (not place.rights or any(may(person(), right) for right in place.rights))
    ]


def is_here(place: Place) -> bool:
    """Say whether the page shown belongs to an entry of the navigation."""
    return (request.endpoint or "").partition(".")[0] in (place.endpoint.partition(".")[0], *place.rooms)


def exists(endpoint: str) -> bool:
    """Say whether a page of that name is there to link to."""
    return endpoint in current_app.view_functions


def with_query(**changes: Any) -> str:
    """The address of this page with some of its query changed; None takes a part out."""
    query: dict[str, Any] = request.args.to_dict(flat=False)
    query.update(changes)
    kept = {name: value for name, value in query.items() if value is not None}
    return url_for(request.endpoint or "static", **{**(request.view_args or {}), **kept})


def request_key() -> str:
    """A new key for a form, so that sending it twice does the thing once."""
    return secrets.token_hex(16)


def know_the_organisation() -> None:
    """Read the organisation before a page opens a reading of its own.

    SQLite lets no second reading begin while a writer waits for the first one to end, so two at once wait in vain.
    """
    if request.endpoint != "static":
        control().trust.look_again()
    if request.endpoint not in (None, "static", "readyz"):
        organisation()


def distrust() -> str:
    """Why the library may only be read, or which acts stopped, as the person at the browser may know it."""
    reason, stopped = control().distrust, control().trust.stopped
    if not reason and not stopped.things:
        return ""
    told = (Right.CONTROL, Right.ADMINISTER, Right.READ_AUDIT_TRAIL)
    if current_user.is_authenticated and any(may(person(), right) for right in told):
        if reason:
            said = _("The library is read-only, because it cannot be trusted: %(reason)s", reason=reason)
        else:
            what = {"things": stopped.in_words, "reason": stopped.reason}
            said = _("Acts that depend on what was changed have stopped (%(things)s): %(reason)s") % what
        remedy = _("What to do: %(remedy)s.", remedy=control().trust.remedy)
        return f"{said} {remedy}"
    if reason:
        return str(_("The library is read-only at the moment; the administrator knows."))
    number = str((request.view_args or {}).get("number", ""))
    if number and stopped.includes(Stop.DOCUMENT, number):
        return str(
            _(
                "Something of this document was found changed or lost, so it may not say what was approved; ask the "
                "document controller before you rely on it."
            )
        )
    return ""


def init_app(app: Flask) -> None:
    """Give the templates what the frame of every page needs."""
    app.before_request(know_the_organisation)
    fingerprints: dict[str, str] = {}

    def add_fingerprint(endpoint: str, values: dict[str, Any]) -> None:
        """Let the address of a static file change with its content, so that browsers may keep it for a year."""
        name = values.get("filename", "")
        if endpoint != "static" or not name or "v" in values:
            return
        if name not in fingerprints:
            path = Path(app.static_folder or "") / name
            fingerprints[name] = hashlib.sha256(path.read_bytes()).hexdigest()[:10] if path.is_file() else "0"
        values["v"] = fingerprints[name]

    app.url_defaults(add_fingerprint)
    app.jinja_env.globals.update(
        distrust=distrust,
        maintenance_in_words=maintenance_in_words,
        exists=exists,
        is_here=is_here,
        organisation=organisation,
        places=places,
        day_here=today,
        request_key=request_key,
        with_query=with_query,
    )
