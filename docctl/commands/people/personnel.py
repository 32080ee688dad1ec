"""Personnel: everybody who works here, with or without an account."""

from datetime import date

import click

from docctl.actions.people import keeping_people
from docctl.actions.retention import disposing_of_records
from docctl.commands.acting import as_administrator, opened_by
from docctl.domain.documents.document_metadata import checked_date
from docctl.domain.people.person import PersonalData
from docctl.domain.people.user import Role
from docctl.registers.people import personnel
from docctl.registers.tables import of_people
from docctl.settings import Settings
from docctl.terminal import as_json_option, print_json

number_of_person = click.argument("number", type=click.IntRange(min=1, max=999_999_999))


@click.group()
def people() -> None:
    """List, add, change and end people, with or without accounts."""


@people.command("list")
@click.argument("words", nargs=-1)
@as_json_option
@as_administrator
@click.pass_obj
def list_people(settings: Settings, words: tuple[str, ...], as_json: bool, login: str) -> None:
    """List everybody, or those whose name, personnel number or mail address holds all WORDS."""
    control, person = opened_by(settings, login, Role.ADMINISTRATOR)
    with control.reading() as session:
        rows = list(of_people.personnel(control, session, person, " ".join(words)).as_json())
    if as_json:
        print_json(rows)
        return
    for row in rows:
        personnel_number = f", {row['personnel_number']}" if row["personnel_number"] else ""
        ends = f", until {row['last_day']}" if row["last_day"] else ""
        accounts = f" ({row['accounts']})" if row["accounts"] else ""
        click.echo(f"{row['number']}: {row['name']}{accounts}{personnel_number}{ends}")


@people.command("add")
@click.argument("name")
@click.option("--personnel-number", default="", help="Personnel number.")
@click.option("--email", default="", help="Mail address.")
@click.option("--language", default="", help="Language, such as de.")
@click.option("--supervisor", default="", help="Personnel number of the supervisor, or #NUMBER.")
@click.option("--since", default="", metavar="DATE", help="First day.")
@as_administrator
@click.pass_obj
def add_person(
    settings: Settings,
    name: str,
    personnel_number: str,
    email: str,
    language: str,
    supervisor: str,
    since: str,
    login: str,
) -> None:
    """Add somebody who has no account; one is given by “docctl add-user”."""
    control, person = opened_by(settings, login, Role.ADMINISTRATOR)
    with control.reading() as session:
        above = personnel.supervisor_meant(session, person, supervisor)
    data = PersonalData(name, personnel_number, email, language, above, _day(since, "The first day"))
    number = keeping_people.add_person(control, person.id, data)
    click.echo(f"{name} is added as number {number}.")


@people.command("change")
@number_of_person
@click.option("--name", help="Printed name, of accounts too.")
@click.option("--personnel-number", help="Personnel number.")
@click.option("--email", help="Mail address, of accounts too.")
@click.option("--language", help="Language, such as de.")
@click.option("--supervisor", help="Personnel number of the supervisor, or #NUMBER.")
@click.option("--since", metavar="DATE", help="First day.")
@as_administrator
@click.pass_obj
def change_person(
    settings: Settings,
    number: int,
    name: str | None,
    personnel_number: str | None,
    email: str | None,
    language: str | None,
    supervisor: str | None,
    since: str | None,
    login: str,
) -> None:
    """Change what is kept of somebody, as far as named."""
    control, person = opened_by(settings, login, Role.ADMINISTRATOR)
    with control.reading() as session:
        found = personnel.one_person(session, person, number)
        above = found.supervisor_id
        if supervisor is not None:
            above = personnel.supervisor_meant(session, person, supervisor)
    data = PersonalData(
        name=found.name if name is None else name,
        personnel_number=found.personnel_number if personnel_number is None else personnel_number,
        email=found.email if email is None else email,
        language=found.language if language is None else language,
        supervisor=above,
        started_on=found.started_on if since is None else _day(since, "The first day"),
    )
    keeping_people.change_person(control, person.id, number, data)
    click.echo(f"{found.name} is changed.")


@people.command("end")
@number_of_person
@click.argument("day", metavar="DATE")
@click.option("--reason", default="", help="Why.")
@as_administrator
@click.pass_obj
def end_person(settings: Settings, number: int, day: str, reason: str, login: str) -> None:
    """Say that DATE is somebody's last day; accounts are disabled by “docctl disable”."""
    control, person = opened_by(settings, login, Role.ADMINISTRATOR)
    keeping_people.end_person(control, person.id, number, checked_date(day, "The last day"), reason)
    with control.reading() as session:
        found, today = personnel.one_person(session, person, number), control.today(session)
    click.echo(f"The last day of {found.name} is {found.ended_on}.")
    if found.has_left(today) and found.open_accounts:
        click.echo(f"Still open: {', '.join(found.open_accounts)}.", err=True)


@people.command("take-back-end")
@number_of_person
@click.argument("reason")
@as_administrator
@click.pass_obj
def take_back_end(settings: Settings, number: int, reason: str, login: str) -> None:
    """Take back that somebody leaves."""
    control, person = opened_by(settings, login, Role.ADMINISTRATOR)
    keeping_people.take_back_end(control, person.id, number, reason)
    click.echo("The last day is taken back.")


@people.command("dispose-records")
@number_of_person
@click.argument("reason")
@as_administrator
@click.pass_obj
def dispose_records(settings: Settings, number: int, reason: str, login: str) -> None:
    """Dispose of the records of somebody who left and had no account."""
    control, person = opened_by(settings, login, Role.ADMINISTRATOR)
    count = disposing_of_records.dispose_of_person(control, number, person.id, reason)
    click.echo(f"{count} records are disposed of; in backups they have to run out.")


def _day(text: str, what: str) -> date | None:
    return checked_date(text, what) if text else None
