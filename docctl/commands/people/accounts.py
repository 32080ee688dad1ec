"""Accounts of people, their one-time links, sessions and second factors, and the records that are kept of them."""

from datetime import timedelta

import click

from docctl.actions.retention import disposing_of_records
from docctl.actions.settings import administering
from docctl.actions.sign_in import ending_sessions, setting_up_factor
from docctl.commands.acting import as_administrator, as_controller, opened, opened_by
from docctl.domain.people.user import Role
from docctl.domain.retention.records_of_people import rule_in_words
from docctl.registers import lookup
from docctl.registers.tables import of_people
from docctl.settings import Settings
from docctl.terminal import as_json_option, print_json


@click.command("add-user")
@click.argument("login")
@click.argument("name")
@click.option("--role", "roles", multiple=True, help="Role; may be given several times.")
@click.option("--department", default="", help="Department.")
@click.option("--email", default="", help="Mail address.")
@click.pass_obj
def add_user(settings: Settings, login: str, name: str, roles: tuple[str, ...], department: str, email: str) -> None:
    """Add a person, and print their one-time link."""
    control = opened(settings)
    with control.reading() as session:
        administrator = lookup.first_administrator(session).id
    user = administering.add_user(
        control, administrator, login=login, name=name, roles=roles, department=department, email=email
    )
    click.echo(f"{settings.address}/choose-password/{administering.issue_link(control, administrator, user)}")
    if "auditor" in roles:
        click.echo(f"{login} sees nothing yet; say what, and until when:  docctl engage {login} --until DATE", err=True)


@click.command()
@click.argument("login")
@click.pass_obj
def link(settings: Settings, login: str) -> None:
    """Print a new one-time link to choose a password."""
    control = opened(settings)
    with control.reading() as session:
        user = lookup.user_named(session, login).id
    click.echo(f"{settings.address}/choose-password/{administering.issue_link(control, None, user)}")


@click.command("lost-device")
@click.argument("login")
@click.argument("reason")
@click.pass_obj
def lost_device(settings: Settings, login: str, reason: str) -> None:
    """Take away the second factor of a device that was lost."""
    control = opened(settings)
    with control.reading() as session:
        user = lookup.user_named(session, login).id
    setting_up_factor.take_away(control, None, user, reason)
    click.echo(f"{login} signs in by the password alone, until another device is set up.")


@click.command("change-user")
@click.argument("user", metavar="LOGIN")
@click.option("--name", help="Name.")
@click.option("--email", help="Mail address.")
@click.option("--department", help="Department.")
@click.option("--role", "roles", multiple=True, help="All roles, each by itself.")
@as_administrator
@click.pass_obj
def change_user(
    settings: Settings,
    user: str,
    name: str | None,
    email: str | None,
    department: str | None,
    roles: tuple[str, ...],
    login: str,
) -> None:
    """Change a person's particulars or roles, as far as named."""
    control, person = opened_by(settings, login, Role.ADMINISTRATOR)
    with control.reading() as session:
        found = lookup.user_named(session, user)
    broken = administering.change_user(
        control,
        person.id,
        found.id,
        name=found.name if name is None else name,
        email=found.email if email is None else email,
        department=found.department if department is None else department,
        roles=roles or found.roles,
    )
    click.echo(f"{found.login} is changed.")
    for fault in broken:
        click.echo(str(fault), err=True)


@click.command()
@click.argument("user", metavar="LOGIN")
@click.option("--successor", default="", metavar="LOGIN", help="Who takes over what waits for them.")
@click.option("--left-open", default="", metavar="REASON", help="Why what waits for them is left open.")
@as_administrator
@click.pass_obj
def disable(settings: Settings, user: str, successor: str, left_open: str, login: str) -> None:
    """Disable the account of somebody who leaves.

    What they signed stays signed; what waits for them goes to the successor, or is left open for a reason.
    """
    if successor and left_open:
        raise click.UsageError("Name a --successor, or say why it is --left-open; not both.")
    control, person = opened_by(settings, login, Role.ADMINISTRATOR)
    with control.reading() as session:
        found = lookup.user_named(session, user)
        heir = lookup.user_named(session, successor).id if successor else None
    broken = administering.set_disabled(control, person.id, found.id, True, successor_id=heir, left_open=left_open)
    click.echo(f"{found.login} can no longer sign in.")
    for fault in broken:
        click.echo(str(fault), err=True)


@click.command()
@click.argument("user", metavar="LOGIN")
@as_administrator
@click.pass_obj
def enable(settings: Settings, user: str, login: str) -> None:
    """Enable a disabled account again."""
    control, person = opened_by(settings, login, Role.ADMINISTRATOR)
    with control.reading() as session:
        found = lookup.user_named(session, user)
    administering.set_disabled(control, person.id, found.id, False)
    click.echo(f"{found.login} can sign in again.")


@click.command()
@click.argument("user", metavar="[LOGIN]", required=False, default="")
@as_json_option
@as_administrator
@click.pass_obj
def sessions(settings: Settings, user: str, as_json: bool, login: str) -> None:
    """List who is signed in, since when and from where."""
    control, person = opened_by(settings, login, Role.ADMINISTRATOR)
    idle = timedelta(minutes=settings.SESSION_IDLE_MINUTES)
    with control.reading() as session:
        found = of_people.sessions(control, session, person, idle, user)
        lines = list(found.as_json())
    if as_json:
        print_json(lines)
        return
    for line in lines:
        click.echo(f"{line['login']}  since {line['since']}, seen {line['seen']}, {line['address']}, {line['browser']}")


@click.command("end-sessions")
@click.argument("user", metavar="LOGIN")
@as_administrator
@click.pass_obj
def end_sessions(settings: Settings, user: str, login: str) -> None:
    """End every session of somebody, who can sign in again."""
    control, person = opened_by(settings, login, Role.ADMINISTRATOR)
    with control.reading() as session:
        found = lookup.user_named(session, user)
    count = ending_sessions.end_sessions_of(control, person.id, found.id)
    click.echo(f"{count} sessions of {found.login} are ended.")


@click.command("keep-records")
@click.argument("months", type=click.IntRange(min=0))
@as_administrator
@click.pass_obj
def keep_records(settings: Settings, months: int, login: str) -> None:
    """Keep records of a disabled account for so many MONTHS.

    Then they are disposed of; 0 where somebody is to decide each time. “docctl export people-records” lists them.
    """
    control, person = opened_by(settings, login, Role.ADMINISTRATOR)
    disposing_of_records.keep_records(control, person.id, months)
    click.echo(f"{rule_in_words(months)}." if months else "Records of people are kept until somebody decides.")


@click.command("dispose-records")
@click.argument("user", metavar="LOGIN")
@click.argument("reason")
@as_administrator
@click.pass_obj
def dispose_records(settings: Settings, user: str, reason: str, login: str) -> None:
    """Dispose of the records of a disabled account."""
    control, person = opened_by(settings, login, Role.ADMINISTRATOR)
    with control.reading() as session:
        found = lookup.user_named(session, user)
    count = disposing_of_records.dispose_of_account(control, found.id, person.id, reason)
    click.echo(f"{count} records of {found.name} are disposed of; in backups they have to run out.")


@click.command("dispose-record")
@click.argument("event", type=int)
@click.argument("reason")
@as_controller
@click.pass_obj
def dispose_record(settings: Settings, event: int, reason: str, login: str) -> None:
    """Dispose of the record of one event, which stays itself."""
    control, person = opened_by(settings, login)
    disposing_of_records.dispose_of_record(control, event, person.id, reason)
    click.echo(f"The record of event {event} is disposed of; in backups it has to run out.")


@click.command("ask-second-factor")
@click.argument("roles", nargs=-1, metavar="[ROLE]...")
@click.option("--of-nobody", is_flag=True, help="Ask nobody for one any more.")
@as_administrator
@click.pass_obj
def ask_second_factor(settings: Settings, roles: tuple[str, ...], of_nobody: bool, login: str) -> None:
    """Say which roles need a second factor to sign in."""
    if of_nobody == bool(roles):
        raise click.UsageError("Name the roles that need a second factor, or --of-nobody.")
    control, person = opened_by(settings, login, Role.ADMINISTRATOR)
    setting_up_factor.ask_of_roles(control, person.id, roles)
    click.echo(f"A second factor is asked of: {', '.join(roles) or 'nobody'}.")
