"""The ``docctl`` command: everything an operator does, readable as a table of contents."""

if __name__ == "__main__":
    from docctl.__main__ import main as run

    run()  # it loads this module by its name, and ends the process

import logging

import click

from docctl.commands import (
    administering,
    adoption,
    auditing,
    controlling,
    cosigned,
    documents,
    issuing,
    library,
    mail,
    operations,
    recovery,
    registers,
    retention,
    service,
    storage,
    templates,
    truth,
)
from docctl.commands.people import accounts, personnel, units
from docctl.settings import Settings
from docctl.terminal import TableOfContents
from docctl.version import version
from docctl.witness.commands import witness

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
        registers.export,
    ),
    "Document control": (
        controlling.work,
        controlling.remind,
        controlling.publish,
        controlling.withdraw,
        controlling.reassign,
        retention.retention,
        controlling.hold,
        controlling.lift_hold,
        controlling.propose_disposal,
        controlling.decline_disposal,
    ),
    "Rules": (
        administering.set_organisation,
        administering.set_reminders,
        units.units,
        administering.set_type,
        administering.set_route,
        administering.route,
        administering.type_,
        administering.set_retention,
        templates.template,
    ),
    "People": (
        personnel.people,
        accounts.add_user,
        accounts.change_user,
        accounts.disable,
        accounts.enable,
        accounts.link,
        accounts.sessions,
        accounts.end_sessions,
        accounts.lost_device,
        accounts.ask_second_factor,
        accounts.keep_records,
        accounts.dispose_records,
        accounts.dispose_record,
        controlling.name_delegate,
        controlling.revoke_delegation,
        auditing.engage,
        auditing.list_engagements,
        auditing.change_engagement,
        auditing.end_engagement,
    ),
    "Truth": (
        truth.verify,
        truth.read_back,
        truth.checkpoint,
        truth.evidence,
        truth.rotate_key,
        cosigned.prove,
        cosigned.check_proof,
    ),
    "Witnesses": (
        cosigned.list_witnesses,
        cosigned.register_witness,
        cosigned.ask_witness,
        cosigned.dismiss_witness,
        cosigned.record_break,
        witness,
    ),
    "Recovery": (recovery.backup, recovery.drill, recovery.restore, recovery.rebuild, recovery.repair),
    "Leaving": (registers.export_library,),
    "Operations": (
        operations.doctor,
        operations.maintenance,
        operations.confirm_clock,
        operations.accept_loss,
        mail.mail,
        storage.storage,
        service.service,
    ),
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
