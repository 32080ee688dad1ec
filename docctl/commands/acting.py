"""How a command acts: the library it opens, and in whose name: whom ``--as`` names, else the first of the role."""

from contextlib import suppress

import click

from docctl.document_control import DocumentControl
from docctl.domain.people.reader import Reader
from docctl.domain.people.user import Role
from docctl.followers.catching_up import catch_up
from docctl.opening import open_library
from docctl.registers import lookup
from docctl.settings import Settings
from docctl.terminal import HAS_RECORDED

as_controller = click.option(
    "--as", "login", default="", help="Login of the person who does it (default: the first controller)."
)
as_administrator = click.option(
    "--as", "login", default="", help="Login of the person who does it (default: the first administrator)."
)


def opened(settings: Settings) -> DocumentControl:
    """Open the library; what the command records is followed at its end, be the library served meanwhile or not."""
    control = open_library(settings)

    def follow() -> None:
        if control.has_recorded and not control.distrust:
            # Whoever is told to end now has done what was asked; the next to come catches up with the rest.
            with suppress(SystemExit, KeyboardInterrupt):
                catch_up(control, issuing=False)

    context = click.get_current_context()
    context.meta[HAS_RECORDED] = lambda: control.has_recorded
    context.call_on_close(follow)
    return control


def opened_by(settings: Settings, login: str, role: Role = Role.CONTROLLER) -> tuple[DocumentControl, Reader]:
    """Open the library, and return it with the person in whose name the command acts."""
    control = opened(settings)
    with control.reading() as session:
        return control, control.reader(session, lookup.acting(session, role, login))
