"""Bringing a library back: backup, restore, rebuilding from Git, repair."""

from pathlib import Path

import click

from docctl.actions.settings import administering
from docctl.commands.acting import opened
from docctl.followers.catching_up import catch_up
from docctl.opening import open_library
from docctl.recovery import backing_up, drilling, rebuilding, repairing, restoring, upgrading
from docctl.recovery.backing_up import silent
from docctl.recovery.rotating_backups import back_up_in_turn
from docctl.server.serving import alone
from docctl.settings import Settings
from docctl.terminal import as_json_option, print_json, steps

FOLDER = click.Path(path_type=Path, file_okay=False)
KEYS = click.option(
    "--keys", type=click.Path(path_type=Path, file_okay=False, exists=True), help="Where the library's keys are kept."
)


@click.command()
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option("--with-keys", "keys_folder", type=FOLDER, help="Copy the keys too, to a folder to be kept apart.")
@click.option(
    "--keep", type=click.IntRange(min=1), help="Make it in a folder of DIR, and keep the newest so many there."
)
@click.pass_obj
def backup(settings: Settings, folder: Path, keys_folder: Path | None, keep: int | None) -> None:
    """Back the library up into a new folder while people work.

    Database, Git library and templates of one instant, listed and signed. The keys are not in it: keep them apart.
    With --keep it shares on disk what the backup before it holds already; each is whole by itself all the same.
    """
    control = opened(settings)
    if keep is None:
        made = backing_up.back_up(control, folder, keys_folder=keys_folder, progress=steps())
    else:
        made = back_up_in_turn(control, folder, keep, keys_folder=keys_folder, progress=steps())
    new = f", {made.added / 1_000_000:.1f} MB of it new" if made.added < made.size else ""
    click.echo(f"{made.folder} holds everything up to event {made.seq} ({made.size / 1_000_000:.1f} MB{new}).")
    click.echo(f"Chain: {made.chain}")
    if keys_folder is None:
        click.echo("The keys are not in it; keep a copy of them elsewhere (--with-keys FOLDER makes one).")


@click.command()
@click.option("--backup", "folder", metavar="DIR", type=FOLDER, help="Where the backup from before goes.")
@click.pass_obj
def upgrade(settings: Settings, folder: Path | None) -> None:
    """Bring a library of an earlier version to this one.

    It is backed up; the backup is restored beside it, upgraded and verified; only then the library itself is, in one
    step. Whatever interrupts it, the library is the old one or the new one, and another run goes on.
    """
    upgrading.require_library(settings.data_folder, settings.database_url)
    with alone(settings.data_folder):
        done = upgrading.upgrade(settings.data_folder, settings.database_url, folder, progress=steps())
    control = open_library(settings)
    if done is None:
        click.echo("The library is of this version already; nothing was done.")
        return
    catch_up(control, issuing=False)
    click.echo(f"The library was upgraded from schema {done.from_schema} to {done.to_schema}, and its copy verified.")
    click.echo(f"The backup from before is in {done.backup.folder} ({done.backup.size / 1_000_000:.1f} MB).")


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False, exists=True))
@KEYS
@as_json_option
@click.pass_obj
def drill(settings: Settings, folder: Path, keys: Path | None, as_json: bool) -> None:
    """Rehearse recovery with the newest backup in a folder.

    It is restored beside the library, brought forward, verified, compared with the library, and taken away again.
    The library's own keys are used unless --keys names those that are kept apart.
    """
    control = open_library(settings)
    done = drilling.drill(control, folder, keys, progress=silent if as_json else steps())
    if as_json:
        print_json(done.as_json())
        return
    click.echo(f"{done.backup} came back whole: {done.documents} documents, up to event {done.said.seq}.")
    click.echo(f"It was made {done.said.made_at} by docctl {done.said.program or 'of an unnamed version'}.")
    click.echo(
        f"The library has {done.documents_now} documents now, and {done.events_now - done.said.seq} events since."
    )
    for step, seconds in done.seconds.items():
        click.echo(f"{seconds:>8.1f} s  {step}")
    click.echo(f"{done.total_seconds:>8.1f} s  in all; nothing of it was left behind.")


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option("--keys", required=True, type=FOLDER, help="Where the library's keys are kept.")
@click.pass_obj
def restore(settings: Settings, folder: Path, keys: Path) -> None:
    """Restore a backup into an empty data folder and database.

    It is verified as a whole before it may be served; where anything is wrong, nothing is left of it.
    """
    control, said = restoring.restore(settings.data_folder, settings.database_url, folder, keys, progress=steps())
    catch_up(control, issuing=False)
    click.echo(f"The library is in {settings.data_folder}, as it was at event {said.seq} ({said.made_at}).")
    click.echo(f"The backup was made by docctl {said.program or 'of an unnamed version'}, with tables {said.schema}.")
    click.echo("All of it was verified. What happened after the backup is not in it.")


@click.command()
@click.option("--adopt-git", is_flag=True, help="Take over the signed events that an older database has lost.")
@click.option(
    "--fetch", "source", metavar="MIRROR", help="Bring back what Git lost: a mirror, clone, bundle or backup."
)
@click.pass_context
def repair(ctx: click.Context, adopt_git: bool, source: str | None) -> None:
    """Bring forward what is only behind; change nothing else.

    After an older copy of the database was put back, --adopt-git replays what Git still holds of it. After an older
    copy of Git, or where files in it were lost or damaged, --fetch brings exactly them back.
    The exit is that of verify afterwards: no repair covers up what was changed or lost.
    """
    if source == "":
        raise click.UsageError("Say after --fetch what to fetch back from: a mirror, clone, bundle or backup.")
    if adopt_git and source:
        raise click.UsageError("--adopt-git and --fetch are two different repairs; do one after the other.")
    control = opened(ctx.obj)
    if source:
        done, after = repairing.repair_by_fetching(control, source, progress=steps())
        click.echo(f"{done.fetched} objects were fetched back, {len(done.set_apart)} files set apart in quarantine/.")
        click.echo("".join(f"{line}\n" for line in after.lines), nl=False)
    elif adopt_git:
        with alone(ctx.obj.data_folder):
            adopted, after = repairing.repair_by_adopting(control, progress=steps())
        click.echo(f"{adopted.events} events were adopted from Git.")
        for login in adopted.without_password:
            click.echo(f"{login} needs a new password: docctl link {login}")
    else:
        before, after = repairing.repair(control, progress=steps())
        click.echo("".join(f"{line}\n" for line in before.lines), nl=False)
    click.echo(after.summary)
    ctx.exit(after.exit_code)


@click.command()
@click.option("--from-git", "clone", required=True, metavar="CLONE", help="A clone, a mirror or a bundle.")
@KEYS
@click.pass_obj
def rebuild(settings: Settings, clone: str, keys: Path | None) -> None:
    """Rebuild a library whose database is lost from a clone.

    Everything is checked first: the chain, the library's signatures, every file. Passwords are not in Git, so people
    choose new ones by one-time links.
    """
    rebuilt = rebuilding.rebuild(settings.data_folder, settings.database_url, clone, keys=keys, progress=steps())
    click.echo(f"{rebuilt.events} events were rebuilt in {settings.data_folder}, and everything is as it was signed.")
    click.echo("Passwords are not in Git. Administrators choose theirs once at:")
    for person in rebuilt.administrators:
        secret = administering.issue_link(rebuilt.control, None, person)
        click.echo(f"  {settings.address}/choose-password/{secret}")
    catch_up(rebuilt.control, issuing=False)
