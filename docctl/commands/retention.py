"""What is to be kept how long, and what may be disposed of."""

import json

import click

from docctl.opening import open_library
from docctl.registers import lookup
from docctl.registers.retention import retention_schedule
from docctl.settings import Settings


@click.command()
@click.option("--due", "only_due", is_flag=True, help="Only what may be disposed of now.")
@click.option("--json", "as_json", is_flag=True, help="Print the schedule as JSON.")
@click.option("--as", "login", default="", help="Login of the person who asks (default: the first controller).")
@click.pass_obj
def retention(settings: Settings, only_due: bool, as_json: bool, login: str) -> None:
    """List what has ended, how long it is kept, and what is on hold.

    Nothing is disposed of by itself; two document controllers do that in the browser.
    """
    control = open_library(settings)
    with control.reading() as session:
        person = lookup.acting_controller(session, login)
        standing = retention_schedule.DUE if only_due else ""
        rows = retention_schedule.retention_schedule(control, session, person, standing=standing)
    headings, cells = retention_schedule.as_table(rows)
    if as_json:
        names = [heading.removesuffix(" (UTC)").lower().replace(" ", "_") for heading in headings]
        found = [dict(zip(names, row, strict=True)) for row in cells]
        click.echo(json.dumps(found, indent=1, ensure_ascii=False, default=str))
        return
    for row in rows:
        until = f" until {row.keeping.until}" if row.keeping.until else ""
        click.echo(f"{row.number}  {row.keeping.standing.replace('_', ' ')}{until}  {row.title}")
