"""Pages: the only room, with app.py, that knows Flask; file names as in actions/ and registers/."""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import ParamSpec, TypeVar
from zoneinfo import ZoneInfo

from flask import current_app, g, request
from flask_login import current_user

from docctl.document_control import DocumentControl
from docctl.document_control.maintenance import Maintenance, maintenance_now
from docctl.domain.errors import NotPermittedError
from docctl.domain.people.organisation import Organisation
from docctl.domain.people.reader import Reader
from docctl.domain.rights.permission import Right, may

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")


def control() -> DocumentControl:
    """The document control that the pages show."""
    kept: DocumentControl = current_app.extensions["document_control"]
    return kept


def person() -> Reader:
    """The person who is signed in, as the actions want to know them."""
    reader: Reader = current_user.reader
    return reader


def organisation() -> Organisation:
    """The organisation whose library this is, read once for each request."""
    if "organisation" not in g:
        with control().reading() as reading:
            g.organisation, g.maintenance = control().organisation(reading), maintenance_now(reading)
    known: Organisation = g.organisation
    return known


def maintenance() -> Maintenance | None:
    """The maintenance in which people only read, read with the organisation; None where they may act."""
    organisation()
    going_on: Maintenance | None = g.maintenance
    return going_on


def today() -> date:
    """The present day where the organisation is."""
    return control().now().astimezone(ZoneInfo(organisation().time_zone)).date()


def address_of_site(path: str) -> str:
    """Return the full address of a page as it is configured, because a browser may claim any host."""
    return str(current_app.config["BASE_URL"] or request.host_url).rstrip("/") + path


def open_to_all(view: Callable[Asked, Answer]) -> Callable[Asked, Answer]:
    """Mark a page that is shown without signing in; every other page asks for it."""
    vars(view)["open_to_all"] = True
    return view


def only_with(*rights: Right) -> Callable[[Callable[Asked, Answer]], Callable[Asked, Answer]]:
    """Show a page to people who hold one of these rights; others are told so by NotPermittedError."""

    def guard(view: Callable[Asked, Answer]) -> Callable[Asked, Answer]:
        @wraps(view)
        def guarded(*args: Asked.args, **kwargs: Asked.kwargs) -> Answer:
            if not any(may(person(), right) for right in rights):
                raise NotPermittedError(
                    "Your roles do not include this page; ask the document controller if you need it.",
                )
            return view(*args, **kwargs)

        return guarded

    return guard
