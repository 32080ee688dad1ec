"""Calls that are wrong and must stay wrong: mypy fails here as soon as it no longer follows them.

Each tool is followed to its adapter, and each event to the class of its act.
Nothing of this runs. Every line names the error that mypy must find in it, and strict mypy refuses a name in vain.
"""

from docctl import tools
from docctl.document_control import Decision, DocumentControl
from docctl.domain.trail.audit_trail import Act
from docctl.domain.trail.events.documents import DraftHeld
from docctl.domain.trail.events.retention import HoldLifted, HoldPlaced


def wrong_calls(control: DocumentControl) -> None:
    """Call a function of each tool with what it does not take."""
    tools.conversion.markdown_to_html(1)  # type: ignore[arg-type]
    tools.data_folder.finish(1)  # type: ignore[arg-type]
    tools.database.number_on(1)  # type: ignore[arg-type]
    tools.evidence_zip.pack(1)  # type: ignore[call-arg, arg-type]
    tools.git_library.trees(1)  # type: ignore[arg-type]
    tools.host.mode_of(1)  # type: ignore[arg-type]
    tools.language_recognition.languages_of(1)  # type: ignore[arg-type]
    tools.libreoffice.is_usable(1)  # type: ignore[call-arg]
    tools.mailer.address_of(1)  # type: ignore[arg-type]
    tools.metrics.as_text(1)  # type: ignore[arg-type]
    tools.one_time_codes.new_seed(1)  # type: ignore[call-arg]
    tools.password_hasher.hash_secret(1)  # type: ignore[arg-type]
    tools.pdf_writer.write_pdf(1)  # type: ignore[call-arg, arg-type]
    tools.qr_code.drawing_of(1)  # type: ignore[arg-type]
    tools.reading_back.differences(1)  # type: ignore[call-arg, arg-type]
    tools.reading_view.render(1)  # type: ignore[arg-type]
    tools.signing_key.fingerprint_of(1)  # type: ignore[arg-type]
    tools.spreadsheet.to_csv(1)  # type: ignore[call-arg, arg-type]
    tools.standards_catalogue.load_catalogue(1)  # type: ignore[arg-type]
    tools.table_layout.lay_out(1)  # type: ignore[call-arg]
    tools.virus_scanner.VirusScanner.from_setting(1)  # type: ignore[call-arg, arg-type]
    tools.word_document.fill_word(1, 2)  # type: ignore[call-arg, arg-type]
    tools.word_package.check_word_package(1)  # type: ignore[arg-type]
    tools.witness_line.ask(1, "")  # type: ignore[arg-type]


def wrong_records(decision: Decision) -> None:
    """Record what an act does not say, leave out what it says, and say nothing of the act."""
    decision.record(HoldPlaced(hold=1), "POL-001")  # type: ignore[call-arg]
    decision.record(HoldPlaced(hold="1", reference=""), "POL-001")  # type: ignore[arg-type]
    decision.record(HoldLifted(hodl=1), "POL-001")  # type: ignore[call-arg]
    decision.record(Act.HOLD_LIFTED, "POL-001")  # type: ignore[arg-type]
    decision.record(DraftHeld(), "POL-001", hold=1)  # type: ignore[call-arg]


def in_other_ways(control: DocumentControl) -> int:
    """Name what a tool does not have, take an answer for something else, and look for a tool at the library."""
    tools.word_document.fill_wrod()  # type: ignore[attr-defined]
    tools.typewriter  # type: ignore[attr-defined]  # noqa: B018
    control.conversion  # type: ignore[attr-defined]  # noqa: B018
    host, found = tools.host, tools.word_package.read_word_facts(b"")
    host.mode_of(found)  # type: ignore[arg-type]
    return tools.password_hasher.new_secret()  # type: ignore[return-value]
