"""As whom a command acts: the person that ``--as`` names, else the first who holds the role it takes."""

import click

from docctl.document_control import DocumentControl
from docctl.domain.people.reader import Reader
from docctl.domain.people.user import Role
from docctl.opening import open_library
from docctl.registers import lookup
from docctl.settings import Settings

as_controller = click.option(
    "--as", "login", default="", help="Login of the person who does it (default: the first controller)."
)
as_administrator = click.option(
    "--as", "login", default="", help="Login of the person who does it (default: the first administrator)."
)


def opened_by(settings: Settings, login: str, role: Role = Role.CONTROLLER) -> tuple[DocumentControl, Reader]:
    """Open the library, and return it with the person in whose name the command acts."""
    control = open_library(settings)
    with control.reading() as session:
        return control, control.reader(session, lookup.acting(session, role, login))
