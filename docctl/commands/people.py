"""People and their one-time links."""

import click

from config import Config
from docctl.actions import administering
from docctl.registers import lookup
from docctl.serving import open_library


@click.command("add-user")
@click.argument("login")
@click.argument("name")
@click.option("--role", "roles", multiple=True, help="Role; may be given several times.")
@click.option("--department", default="", help="Department.")
@click.option("--email", default="", help="Mail address.")
@click.pass_obj
def add_user(config: Config, login: str, name: str, roles: tuple[str, ...], department: str, email: str) -> None:
    """Add a person, and print their one-time link."""
    control = open_library(config)
    with control.reading() as session:
        administrator = lookup.first_administrator(session).id
    user = administering.add_user(
        control, administrator, login=login, name=name, roles=roles, department=department, email=email
    )
    click.echo(f"{config.address}/choose-password/{administering.issue_link(control, administrator, user)}")


@click.command()
@click.argument("login")
@click.pass_obj
def link(config: Config, login: str) -> None:
    """Print a new one-time link to choose a password."""
    control = open_library(config)
    with control.reading() as session:
        user = lookup.user_named(session, login).id
    click.echo(f"{config.address}/choose-password/{administering.issue_link(control, None, user)}")
