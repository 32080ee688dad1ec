"""What is to be kept how long, and what may be disposed of."""

import click

from docctl.commands.acting import opened
from docctl.registers import lookup
from docctl.registers.retention import retention_schedule
from docctl.registers.tables.of_trail import retention_table
from docctl.settings import Settings
from docctl.terminal import as_json_option, print_json


@click.command()
@click.option("--due", "only_due", is_flag=True, help="Only what may be disposed of now.")
@as_json_option
@click.option("--as", "login", default="", help="Login of the person who asks (default: the first controller).")
@click.pass_obj
def retention(settings: Settings, only_due: bool, as_json: bool, login: str) -> None:
    """List what has ended, how long it is kept, what is held.

    Nothing is disposed of by itself; two document controllers do that in the browser.
    """
    control = opened(settings)
    with control.reading() as session:
        person = control.reader(session, lookup.acting_controller(session, login))
        standing = retention_schedule.DUE if only_due else ""
        rows = retention_schedule.retention_schedule(control, session, person, standing=standing)
    if as_json:
        print_json(list(retention_table(rows).as_json()))
        return
    for row in rows:
        until = f" until {row.keeping.until}" if row.keeping.until else ""
        click.echo(f"{row.number}  {row.keeping.standing.replace('_', ' ')}{until}  {row.title}")
