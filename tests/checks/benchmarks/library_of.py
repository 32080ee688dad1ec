"""Builds a library of many documents, each with a superseded revision and one in force, through the real decisions."""

import itertools
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import select

from docctl import tools
from docctl.actions.documents import drafting
from docctl.actions.intake import importing
from docctl.actions.issued_files import publishing
from docctl.actions.settings import administering
from docctl.actions.sign_in import identifying_signer
from docctl.document_control import DocumentControl
from docctl.domain.documents.document_metadata import CitedClause, Classification, DocumentMetadata
from docctl.domain.documents.document_type import DocumentType
from docctl.domain.documents.stored_file import CONTENT
from docctl.domain.documents.written_text import WrittenText
from docctl.domain.search.entry import SearchEntry
from docctl.followers import git_refs, library_snapshot, renditions, search_index
from docctl.followers.watermark import head_seq, set_watermark
from docctl.recovery.upgrading import upgrade
from tests.checks.benchmarks.search_at_size import entries

HOME = Path(__file__).resolve().parents[3]
PASSWORD = "a horse that staples batteries"
PEOPLE = {
    "admin": ["administrator"],
    "controller": ["controller"],
    "author": ["author"],
    "reviewer": ["reviewer"],
    "approver": ["approver"],
    "reader": ["reader"],
}
BATCH = 100
STATED = {"POL": "policy", "SOP": "procedure", "WI": "work instruction"}


def build_library(data: Path, count: int) -> DocumentControl:
    """Build a library of so many documents in a folder, or open the one that an earlier run built there."""
    url = f"sqlite:///{data}/docctl.db"
    if (data / "built").exists():
        upgrade(data, url)
        return DocumentControl.open(data, url)
    control = DocumentControl.found(data, url)
    administering.found_library(control, "Bench", "Europe/Berlin")
    people = _gather(control)
    for batch in batches(entries(count)):
        adopt(control, people["controller"], batch)
    with control.reading() as session:
        newest = head_seq(session)
    set_watermark(control, renditions.NAME, newest)
    while sum(follow(control) for follow in (git_refs.follow, search_index.follow, library_snapshot.follow)):
        continue
    (data / "built").touch()
    return control


def _gather(control: DocumentControl) -> dict[str, int]:
    people: dict[str, int] = {}
    for login, roles in PEOPLE.items():
        people[login] = administering.add_user(
            control,
            people.get("admin"),
            login=login,
            name=login.title(),
            roles=roles,
            department="Information Security",
        )
        secret = administering.issue_link(control, people["admin"], people[login])
        administering.choose_password(control, secret, PASSWORD)
        identifying_signer.declare(control, people[login])
    return people


def batches(all_entries: Iterator[SearchEntry]) -> Iterator[list[SearchEntry]]:
    while batch := list(itertools.islice(all_entries, BATCH)):
        yield batch


def adopt(control: DocumentControl, person_id: int, batch: list[SearchEntry]) -> None:
    """Adopt documents as in force, each in two revisions, many in one decision."""
    texts = [markdown_of(entry) for entry in batch]
    files = [
        [tools.git_library.stored(CONTENT, text.encode()) for text in (text, text + "\nAmended.\n")] for text in texts
    ]
    control.library.write(item for pair in files for _, item in pair)
    with control.deciding(person_id) as decision:
        kinds = {kind.name: kind for kind in decision.session.scalars(select(DocumentType))}
        for entry, text, (first, second) in zip(batch, texts, files, strict=True):
            metadata, kind = _metadata(entry), kinds[STATED[entry.number.split("-")[0]]]
            written = WrittenText(text)
            effective = date(2025, 1, 5) + timedelta(days=entry.revision_id % 200)
            read = importing.ReadFile(
                f"{entry.number}.md", entry.number, entry.title, "", metadata, written, "", "0" * 64
            )
            revision = drafting.add_document(decision, entry.number, kind, metadata, written, (first[0],), "Imported")
            importing._adopt(decision, revision, read, importing.Adoption(effective, "bench"))
            document = revision.document
            revised = drafting.add_revision(
                decision, document, 2, metadata, written, (second[0],), "Amended", "Amended"
            )
            publishing.supersede(decision, revised)
            importing._adopt(decision, revised, read, importing.Adoption(effective + timedelta(days=90), "bench"))


def markdown_of(entry: SearchEntry) -> str:
    """Return an entry's text as a document has it: headings, paragraphs, a table, and mentions of other documents."""
    parts = []
    for _, _, title, text in entry.sections:
        words = text.split()
        paragraphs = [" ".join(words[at : at + 50]) for at in range(0, len(words), 50)]
        parts.append(f"# {title.capitalize()}\n\n" + "\n\n".join(paragraphs))
    table = "| Who | What |\n|---|---|\n| Owner | keeps the record |\n| Everybody | follows the procedure |"
    parts.insert(2, table)
    parts.append(f"See SOP-{entry.revision_id % 977:05} and POL-{entry.revision_id % 811:05}.")
    return "\n\n".join(parts) + "\n"


def _metadata(entry: SearchEntry) -> DocumentMetadata:
    restricted = entry.audience != ("internal",)
    return DocumentMetadata(
        title=entry.title,
        owner=entry.owner,
        department=entry.department,
        classification=Classification.RESTRICTED if restricted else Classification.INTERNAL,
        departments=(entry.department,) if restricted else (),
        keywords=("bench",),
        clauses=tuple(CitedClause(*clause.split(":")) for clause in entry.clauses),
    )
