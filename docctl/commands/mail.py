"""Mail: whether it goes out, and sending again what was given up."""

import click

from docctl.actions.notices import notifying
from docctl.actions.notices.testing_mail import send_test
from docctl.commands.acting import as_administrator, opened, opened_by
from docctl.domain.people.user import Role
from docctl.settings import Settings


@click.group()
def mail() -> None:
    """Send a test mail, or again what was given up."""


@mail.command("test")
@click.argument("address")
@click.pass_obj
def test_mail(settings: Settings, address: str) -> None:
    """Send one letter to ADDRESS at once."""
    server = send_test(opened(settings), address)
    click.echo(f"The mail server {server} has taken a letter to {address}; look whether it arrives.")


@mail.command("again")
@as_administrator
@click.pass_obj
def send_again(settings: Settings, login: str) -> None:
    """Send the notices again that were given up.

    “docctl export notices” lists them with what is in the way.
    """
    control, person = opened_by(settings, login, Role.ADMINISTRATOR)
    click.echo(f"{notifying.send_again(control, person.id)} notices are sent again.")
