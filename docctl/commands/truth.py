"""Checking that nothing was altered or lost."""

import json

import click

from docctl.registers import integrity
from docctl.serving import open_library
from docctl.terminal import steps


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.pass_context
def verify(ctx: click.Context, as_json: bool) -> None:
    """Check chain, signatures, files and references.

    The exit is 0 where all is well, 1 where something can be repaired, 2 where something was tampered with or lost.
    """
    report = integrity.verify(open_library(ctx.obj), progress=None if as_json else steps())
    if as_json:
        click.echo(json.dumps(report.as_json(), indent=1, ensure_ascii=False))
    else:
        for finding in report.findings:
            click.echo(f"{finding.severity}  {finding.subject}: {finding.sentence}")
        click.echo(report.summary)
    ctx.exit(report.exit_code)
