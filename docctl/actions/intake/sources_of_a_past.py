"""Where a past comes from: a folder of files, a register that names them, or a repository; none of them is trusted."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePosixPath

from docctl import tools
from docctl.actions.documents.recognising import shown_name, taken_in
from docctl.actions.intake.past_source import FolderOfFiles, PastSource, beside, is_picture, is_text, shown_path
from docctl.actions.intake.reading_repository import RepositoryReading
from docctl.document_control import DocumentControl
from docctl.domain.errors import InvalidInputError
from docctl.domain.intake.claimed_past import ClaimedDocument, ClaimedRevision
from docctl.domain.intake.past_file_name import documents_of
from docctl.domain.intake.past_register import documents_in

NO_TEXT = "It is neither a Word document nor Markdown, so it was left out."
NOT_THERE = "there is no file {file} in the folder; correct the name, or add the file."
REGISTER_ENDINGS = (".csv", ".xlsx", ".tsv")


def of_folder(control: DocumentControl, folder: Path, *, without: Sequence[str] = ()) -> PastSource:
    """Return the past that the names of the files in a folder tell."""
    if not folder.is_dir():
        raise InvalidInputError("There is no folder %(folder)s; name one that exists.", folder=folder)
    found = FolderOfFiles.at(control, folder, without)
    texts = [said for said in found.files if is_text(said)]
    others = [(shown_path(said), NO_TEXT) for said in found.files if not is_text(said) and not is_picture(said)]
    documents = tuple(documents_of(texts))
    left_out = (*found.left_out, *others)
    return PastSource(
        f"the folder {shown_name(folder.resolve().name)}", documents, left_out, _reader(found), found.picture
    )


def of_register(
    control: DocumentControl, register: Path, folder: Path, *, order: str = "", without: Sequence[str] = ()
) -> PastSource:
    """Return the past that a register tells, with its files in a folder; files that it does not name are left out."""
    found, name = FolderOfFiles.at(control, folder, without), register.name
    tables = tools.spreadsheet.rows_of(name, taken_in(control, register))
    documents, refusal = [], InvalidInputError("The register has no rows.")
    for table in tables:
        try:
            documents = documents_in(table, order)
            break
        except InvalidInputError as trouble:
            refusal = trouble
    if not documents:
        raise refusal
    by_name: dict[str, list[str]] = {}
    for said in found.files:
        by_name.setdefault(PurePosixPath(said).name.casefold(), []).append(said)
    located = tuple(_located(document, found, by_name) for document in documents)
    named = {revision.file for document in located for revision in document.revisions}
    unnamed = [said for said in found.files if is_text(said) and said not in named and said != name]
    left_out = (*found.left_out, *((shown_path(said), "The register does not name it.") for said in unnamed))
    return PastSource(f"the register {shown_name(name)}", located, left_out, _reader(found), found.picture)


@contextmanager
def of_repository(
    control: DocumentControl,
    repository: Path,
    *,
    folder: str = "",
    branch: str = "",
    only_tags: bool = False,
    without: Sequence[str] = (),
) -> Iterator[PastSource]:
    """Open the past that a Git repository or bundle tells, as long as it is being adopted."""
    with tools.git_library.opened_history(repository, control.data) as history:
        yield RepositoryReading(control, history, shown_name(repository.resolve().name), without).past(
            folder.strip("/"), history.tip(branch), only_tags=only_tags
        )


def register_in(folder: FolderOfFiles) -> str:
    """Return the one register that lies highest in a folder; nothing where there is none, or more than one."""
    found = [said for said in folder.files if said.lower().endswith(REGISTER_ENDINGS)]
    highest = min((said.count("/") for said in found), default=0)
    found = [said for said in found if said.count("/") == highest]
    return found[0] if len(found) == 1 else ""


def _reader(found: FolderOfFiles) -> Callable[[ClaimedRevision], bytes]:
    return lambda revision: found.read(revision.file)


def _located(document: ClaimedDocument, found: FolderOfFiles, by_name: dict[str, list[str]]) -> ClaimedDocument:
    """Return the document with the files of its revisions found: by their path, else by a name that is there once."""
    return replace(document, revisions=tuple(_with_file(each, found, by_name) for each in document.revisions))


def _with_file(revision: ClaimedRevision, found: FolderOfFiles, by_name: dict[str, list[str]]) -> ClaimedRevision:
    said = revision.file
    if not said:
        return revision
    inside = beside("", said)
    if not inside or said.startswith("/") or ":" in said.split("/")[0]:
        return _faulty(
            revision, f"its file {shown_path(said)} lies outside the folder; name it relative to the folder."
        )
    same = by_name.get(PurePosixPath(inside).name.casefold(), [])
    if inside not in found.files and "/" not in inside and len(same) > 1:
        return _faulty(revision, f"there is more than one file {shown_path(said)}; say in which folder.")
    if inside not in found.files and (len(same) != 1 or ("/" in inside and not _ends_alike(same[0], inside))):
        return _faulty(revision, NOT_THERE.format(file=shown_path(said)))
    return replace(revision, file=inside if inside in found.files else same[0])


def _ends_alike(one: str, other: str) -> bool:
    """Say whether one path is the other with folders before it, as when a folder was packed without those above it."""
    one, other = f"/{one.casefold()}", f"/{other.casefold()}"
    return one.endswith(other) or other.endswith(one)


def _faulty(revision: ClaimedRevision, fault: str) -> ClaimedRevision:
    return replace(revision, faults=(*revision.faults, fault))
