"""Registers as tables: those that the pages offer to take away, from the same place."""

from pathlib import Path

import click

from docctl import tools
from docctl.commands.acting import as_controller, opened_by
from docctl.followers.catching_up import catch_up
from docctl.opening import open_as_of_now
from docctl.recovery import exporting_library
from docctl.registers.tables.every_table import REGISTERS
from docctl.registers.tables.table import Table
from docctl.settings import Settings
from docctl.terminal import as_json_option, as_json_text, print_json, steps

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


@click.command("export-library")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@as_controller
@click.pass_obj
def export_library(settings: Settings, folder: Path, login: str) -> None:
    """Write the whole library in open formats with an index.

    For who ends the use of docctl: all issued revisions, signatures, registers and the audit trail as they are at one
    instant, and how to check them without docctl. It takes somebody who may read everything; the trail keeps who.
    """
    control, person = opened_by(settings, login)
    catch_up(control)
    with open_as_of_now(settings) as as_of_then:
        done = exporting_library.export_library(control, as_of_then, person.id, folder, progress=steps())
    size = f"{done.files} files, {done.size / 1_000_000:.1f} MB"
    click.echo(f"{done.folder} holds {done.documents} documents up to event {done.seq} ({size}).")
    click.echo("index.html says what is there; README.txt how to check it.")


def _content(table: Table, ending: str) -> bytes:
    if ending == JSON:
        return as_json_text(list(table.as_json())).encode()
    if ending == XLSX:
        return tools.spreadsheet.to_xlsx(table.headings, table.rows, title=table.title)
    return tools.spreadsheet.to_csv(table.headings, table.rows)
