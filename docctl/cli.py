"""The ``docctl`` command: everything an operator does, readable as a table of contents."""

import logging

import click

from docctl.commands import (
    adoption,
    documents,
    issuing,
    library,
    operations,
    people,
    recovery,
    retention,
    service,
    templates,
    truth,
)
from docctl.settings import Settings
from docctl.terminal import TableOfContents
from docctl.version import version

CHAPTERS = {
    "Library": (library.init, recovery.upgrade, library.serve, library.demo, library.follow, library.publish_due),
    "Documents": (
        documents.import_files,
        adoption.adopt,
        documents.search_documents,
        documents.text,
        documents.compare,
        documents.origins,
        documents.issue,
        issuing.let_stand,
        issuing.send_back,
        retention.retention,
    ),
    "People": (
        people.add_user,
        people.link,
        people.lost_device,
        people.engage,
        people.list_engagements,
        people.end_engagement,
    ),
    "Truth": (truth.verify, truth.read_back, truth.checkpoint, truth.evidence, truth.rotate_key),
    "Recovery": (recovery.backup, recovery.drill, recovery.restore, recovery.rebuild, recovery.repair),
    "Operations": (operations.doctor, operations.confirm_clock, service.service),
    "Templates": (templates.template,),
}


@click.group(cls=TableOfContents, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--data", metavar="DIR", envvar="DOCCTL_DATA", help="Data folder of the library (default: data).")
@click.custom_version_option(lambda _: f"docctl {version()}")
@click.pass_context
def main(ctx: click.Context, data: str | None) -> None:
    """Document control for ISO management systems: what people read is exactly what was approved."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    ctx.obj = Settings.read({"DATA": data or None})


for chapter, commands in CHAPTERS.items():
    for command in commands:
        main.add_to(chapter, command)

if __name__ == "__main__":
    main()
