"""Storage: what takes room in the data folder, packing the Git library, and clearing what was left behind."""

import time
from dataclasses import asdict

import click

from docctl import tools
from docctl.domain.errors import LibraryMissingError
from docctl.followers import packing
from docctl.opening import open_library
from docctl.registers.operations.storage import LIBRARY_KINDS, storage_report
from docctl.server.serving import give_way
from docctl.settings import Settings
from docctl.terminal import as_json_option, print_json, steps


@click.group()
def storage() -> None:
    """Say what takes room, pack Git, clear what is left."""


@storage.command("report")
@as_json_option
@click.pass_obj
def report(settings: Settings, as_json: bool) -> None:
    """Say what takes room in the data folder, and what may go."""
    lines = storage_report(_required(settings).data_folder)
    if as_json:
        print_json([asdict(line) for line in lines])
        return
    for line in lines:
        click.echo(f"{line.size / 1_000_000:>12,.1f} MB  {line.files:>9,} files  {line.kind:<22}  {line.advice}")


@storage.command("clear")
@click.pass_obj
def clear(settings: Settings) -> None:
    """Remove what was left behind, by its age.

    Imports that nobody confirmed for a week, uploads for drafts that were not saved for a month, and working folders of
    what was killed more than six hours ago. “docctl serve” does the same every few minutes.
    """
    now = time.time()
    cleared = tools.data_folder.clear_staging(_required(settings).data_folder, now)
    folders = tools.host.clear_abandoned_folders(now)
    click.echo(f"{cleared.files} files ({cleared.size / 1_000_000:.1f} MB) and {folders} working folders were removed.")


@storage.command("pack")
@click.pass_obj
def pack(settings: Settings) -> None:
    """Pack the Git library now, and sweep from it what nothing leads to.

    “docctl serve” does so by itself. People may go on working; whatever ends it, nothing is lost.
    """
    control = open_library(_required(settings))
    give_way()
    packing.pack(control, sweeping=True, progress=steps())
    lines = [line for line in storage_report(settings.data_folder) if line.kind in LIBRARY_KINDS]
    click.echo("The Git library is packed.")
    for line in lines:
        click.echo(f"{line.size / 1_000_000:>12,.1f} MB  {line.files:>9,} files  {line.kind}")
    for name in packing.read_note(control).swept:
        click.echo(f"Swept, because nothing led to it: {name}")


def _required(settings: Settings) -> Settings:
    if not (settings.data_folder / "library.git").is_dir():
        raise LibraryMissingError(
            "There is no library in %(data)s; make one with “docctl init --data %(data)s”.", data=settings.data_folder
        )
    return settings
