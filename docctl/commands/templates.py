"""Word templates."""

from pathlib import Path

import click

from docctl.document_control import DocumentControl


@click.group()
def template() -> None:
    """Check Word templates."""


@template.command("check")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.pass_context
def check_template(ctx: click.Context, files: tuple[Path, ...]) -> None:
    """Name the controls that are missing, unknown, or in the wrong place."""
    faults = [(path, fault) for path in files for fault in DocumentControl.word.check_template(path.read_bytes())]
    for path, fault in faults:
        click.echo(f"{path}: {fault}")
    if faults:
        ctx.exit(1)
    click.echo("Nothing wrong.")
