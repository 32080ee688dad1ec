"""Bringing a library back: backup, restore, rebuilding from Git, repair."""

from pathlib import Path

import click

from config import HOME, Config
from docctl.actions import administering
from docctl.followers.catching_up import catch_up
from docctl.recovery import rebuilding
from docctl.terminal import steps

FOLDER = click.Path(path_type=Path, file_okay=False)
KEYS = click.option(
    "--keys", type=click.Path(path_type=Path, file_okay=False, exists=True), help="Where the library's keys are kept."
)


@click.command()
@click.option("--from-git", "clone", required=True, metavar="CLONE", help="A clone, a mirror or a bundle.")
@KEYS
@click.pass_obj
def rebuild(config: Config, clone: str, keys: Path | None) -> None:
    """Rebuild a library whose database is lost from a clone of it.

    Everything is checked first: the chain, the library's signatures, every file. Passwords are not in Git, so people
    choose new ones by one-time links.
    """
    rebuilt = rebuilding.rebuild(config.data_folder, config.database_url, HOME, clone, keys=keys, progress=steps())
    click.echo(f"{rebuilt.events} events were rebuilt in {config.data_folder}, and everything is as it was signed.")
    click.echo("Passwords are not in Git. Administrators choose theirs once at:")
    for person in rebuilt.administrators:
        secret = administering.issue_link(rebuilt.control, None, person)
        click.echo(f"  {config.address}/choose-password/{secret}")
    catch_up(rebuilt.control, issuing=False)
