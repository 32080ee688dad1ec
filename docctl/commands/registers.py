"""Registers as tables: those that the pages offer to take away, from the same place."""

from pathlib import Path

import click

from docctl import tools
from docctl.commands.acting import opened_by
from docctl.registers.tables.every_table import REGISTERS
from docctl.registers.tables.table import Table
from docctl.settings import Settings
from docctl.terminal import as_json_option, as_json_text, print_json

CSV, XLSX, JSON = ".csv", ".xlsx", ".json"
_LISTED = "\n".join(f"{name:<20}{each.shows}" for name, each in REGISTERS.items())


@click.command(epilog=f"\b\nThe registers are\n{_LISTED}")
@click.argument("register", type=click.Choice(list(REGISTERS)), metavar="REGISTER")
@click.argument("of", required=False, default="", metavar="[NUMBER|STANDARD]")
@click.option(
    "--to", "path", type=click.Path(path_type=Path, dir_okay=False), help="Write it here: .csv, .xlsx or .json."
)
@as_json_option
@click.option(
    "--as",
    "login",
    default="",
    help="Login of the person who asks (default: the first controller; for people the first administrator).",
)
@click.pass_obj
def export(settings: Settings, register: str, of: str, path: Path | None, as_json: bool, login: str) -> None:
    """Print a register, or write it to a file.

    It is what the pages give the same person: CSV unless --json or the ending of the file says otherwise.
    """
    chosen = REGISTERS[register]
    if chosen.of and not of:
        raise click.UsageError(f"Say of what: docctl export {register} {chosen.of}.")
    if of and not chosen.of:
        raise click.UsageError(f"The register {register} is one for the whole library; leave “{of}” out.")
    if path is not None and (as_json or path.suffix.lower() not in (CSV, XLSX, JSON)):
        raise click.UsageError("The file ends in .csv, .xlsx or .json, which says what it is; leave --json out.")
    control, person = opened_by(settings, login, chosen.kept_by)
    with control.reading() as session:
        table = chosen.table(control, session, person, *filter(None, [of]))
        if path is not None:
            path.write_bytes(_content(table, path.suffix.lower()))
            click.echo(f"{path}: {table.title}")
        elif as_json:
            print_json(list(table.as_json()))
        else:
            click.echo(tools.spreadsheet.to_csv(table.headings, table.rows), nl=False)


def _content(table: Table, ending: str) -> bytes:
    if ending == JSON:
        return as_json_text(list(table.as_json())).encode()
    if ending == XLSX:
        return tools.spreadsheet.to_xlsx(table.headings, table.rows, title=table.title)
    return tools.spreadsheet.to_csv(table.headings, table.rows)
