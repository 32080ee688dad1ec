"""Departments, sites, positions and groups."""

import click

from docctl.actions.people import organising
from docctl.commands.acting import as_controller, opened_by
from docctl.domain.documents.document_metadata import checked_date
from docctl.domain.people.unit import UnitKind
from docctl.registers import lookup
from docctl.registers.people import units as all_units
from docctl.registers.people.memberships import members_on, units_on
from docctl.registers.tables import of_people
from docctl.settings import Settings
from docctl.terminal import as_json_option, print_json

of_kind = click.option(
    "--kind",
    type=click.Choice([kind.value for kind in UnitKind]),
    default=UnitKind.DEPARTMENT.value,
    callback=lambda _, __, chosen: UnitKind(chosen),
    show_default=True,
    help="Of which kind.",
)


@click.group()
def units() -> None:
    """List, rename, merge and retire departments and the like."""


@units.command("list")
@click.option("--on", "day", metavar="DATE", help="As they were on this day, under the names of that day.")
@of_kind
@as_json_option
@as_controller
@click.pass_obj
def list_units(settings: Settings, day: str | None, as_json: bool, login: str, kind: UnitKind) -> None:
    """List the units of a kind, with their earlier names."""
    control, person = opened_by(settings, login)
    if day is not None:
        with control.reading() as session:
            then = units_on(control, session, person, checked_date(day, "The day"), kind)
        if as_json:
            print_json([{"name": each.name, "people": each.people, "called_now": each.name_now} for each in then])
            return
        for each in then:
            now = f", now {each.name_now}" if each.name_now != each.name else ""
            click.echo(f"{each.name}: {each.people} people{now}")
        return
    with control.reading() as session:
        rows = list(of_people.units(control, session, person, kind).as_json())
    if as_json:
        print_json(rows)
        return
    for row in rows:
        earlier = f", before: {row['earlier_names']}" if row["earlier_names"] else ""
        became = f", merged into {row['merged_into']}" if row["merged_into"] else ""
        head = f", head: {row['head']}" if row["head"] else ""
        gone = f", retired on {row['retired_on']}" if row["retired_on"] else ""
        click.echo(f"{row['name']}: {row['people']} people, {row['documents']} documents{earlier}{gone}{became}{head}")


@units.command("members")
@click.argument("name")
@click.option("--on", "day", metavar="DATE", help="Who belonged to it on this day (default: today).")
@of_kind
@as_json_option
@as_controller
@click.pass_obj
def list_members(settings: Settings, name: str, day: str | None, as_json: bool, login: str, kind: UnitKind) -> None:
    """List who belongs to a unit, or belonged to it on a day."""
    control, person = opened_by(settings, login)
    with control.reading() as session:
        found = all_units.unit_named(session, person, name, kind)
        on = checked_date(day, "The day") if day else control.today(session)
        members = members_on(control, session, person, found.id, on)
    if as_json:
        print_json([{"login": each.login, "name": each.name, "from": each.from_day.isoformat()} for each in members])
        return
    for each in members:
        click.echo(f"{each.login}: {each.name}, since {each.from_day}")


@units.command("add")
@click.argument("name")
@of_kind
@as_controller
@click.pass_obj
def add_unit(settings: Settings, name: str, login: str, kind: UnitKind) -> None:
    """Add a department, a site, a position or a group."""
    control, person = opened_by(settings, login)
    organising.add_unit(control, person.id, name, kind)
    click.echo(f"“{name}” is added.")


@units.command("rename")
@click.argument("name")
@click.argument("new")
@of_kind
@as_controller
@click.pass_obj
def rename_unit(settings: Settings, name: str, new: str, login: str, kind: UnitKind) -> None:
    """Rename a unit; its people go with it.

    It goes on answering to its earlier names, so nobody loses a document.
    """
    control, person = opened_by(settings, login)
    with control.reading() as session:
        found = all_units.unit_named(session, person, name, kind)
    organising.rename_unit(control, person.id, found.id, new)
    click.echo(f"“{found.name}” is called “{new}” from now on.")


@units.command("merge")
@click.argument("name")
@click.argument("into")
@click.argument("reason")
@of_kind
@as_controller
@click.pass_obj
def merge_units(settings: Settings, name: str, into: str, reason: str, login: str, kind: UnitKind) -> None:
    """Merge a unit into another of its kind, which takes in its people and answers to its names."""
    control, person = opened_by(settings, login)
    with control.reading() as session:
        found = all_units.unit_named(session, person, name, kind)
        other = all_units.unit_named(session, person, into, kind)
    organising.merge_units(control, person.id, found.id, other.id, reason)
    click.echo(f"“{found.name}” is merged into “{other.name}”; {found.people} people belong there now.")


@units.command("split")
@click.argument("name")
@click.argument("part")
@click.argument("reason")
@click.option("--member", "logins", multiple=True, metavar="LOGIN", help="Who goes into the part, each by itself.")
@of_kind
@as_controller
@click.pass_obj
def split_unit(
    settings: Settings, name: str, part: str, reason: str, logins: tuple[str, ...], login: str, kind: UnitKind
) -> None:
    """Make a part of a unit one of its own.

    Both go on reading what was said of a department so far.
    """
    control, person = opened_by(settings, login)
    with control.reading() as session:
        found = all_units.unit_named(session, person, name, kind)
        members = [lookup.user_named(session, each).id for each in logins]
    organising.split_unit(control, person.id, found.id, part, reason, members=members)
    click.echo(f"“{part}” is of its own now, with {len(members)} people of “{found.name}”.")


@units.command("head")
@click.argument("name")
@click.argument("head", metavar="[LOGIN]", required=False, default="")
@of_kind
@as_controller
@click.pass_obj
def name_head(settings: Settings, name: str, head: str, login: str, kind: UnitKind) -> None:
    """Name the head of a unit, by login or as #NUMBER of a person; nobody where none is named."""
    control, person = opened_by(settings, login)
    with control.reading() as session:
        found = all_units.unit_named(session, person, name, kind)
        meant = all_units.head_meant(session, person, head)
    organising.name_head(control, person.id, found.id, meant)
    with control.reading() as session:
        now = all_units.unit(session, person, found.id)
    click.echo(f"The head of “{now.name}” is {now.head or 'nobody'}.")


@units.command("retire")
@click.argument("name")
@click.argument("reason")
@of_kind
@as_controller
@click.pass_obj
def retire_unit(settings: Settings, name: str, reason: str, login: str, kind: UnitKind) -> None:
    """Retire a unit that nobody belongs to any more."""
    control, person = opened_by(settings, login)
    with control.reading() as session:
        found = all_units.unit_named(session, person, name, kind)
    organising.retire_unit(control, person.id, found.id, reason)
    click.echo(f"“{found.name}” is retired; nobody can be put into it any more.")
