"""Rebuilding issues: every issued Word file and PDF is made again from its commit and compared byte by byte."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from random import SystemRandom

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from docctl import tools
from docctl.actions.issued_files.exporting import PDF, SIGNATURES, WORD, file_name, pdf_file, picture_of_link, word_file
from docctl.document_control import DocumentControl
from docctl.document_control.rendering_tools import made_with
from docctl.document_control.word_templates import template_recorded
from docctl.domain.documents.document import Document
from docctl.domain.documents.revision import Revision
from docctl.domain.documents.stored_file import StoredFile
from docctl.domain.documents.word_template import WordTemplate
from docctl.domain.errors import DocctlError
from docctl.domain.issued_files.issue_sheet import IssueSheet
from docctl.domain.issued_files.rendition import LIBREOFFICE, MadeWith, Rebuilt, Verdict
from docctl.domain.rights.permission import Library

_NOT_STATED = "was issued before docctl kept what its pages state, so it was not made again."


def rebuild_issues(
    control: DocumentControl,
    sample: int | None = None,
    workers: int = 2,
    progress: Callable[[str, int, int], None] | None = None,
) -> list[Rebuilt]:
    """Make the files of every issued revision again, or of a sample drawn by lot, and compare them; reads only."""
    with control.reading() as session:
        issued = select(Revision.id).join(Document, Document.id == Revision.document_id)
        ids = list(
            session.scalars(issued.where(Revision.issued_commit != "").order_by(Document.canonical, Revision.id))
        )
    if sample is not None and sample < len(ids):
        ids = sorted(SystemRandom().sample(ids, sample))
    found: list[Rebuilt] = []
    with ThreadPoolExecutor(max_workers=max(1, workers)) as together:
        for done, rebuilt in enumerate(together.map(lambda each: list(_rebuild(control, each)), ids), start=1):
            found.extend(rebuilt)
            if progress is not None:
                progress("Making issued files again", done, len(ids))
    return found


def _rebuild(control: DocumentControl, revision_id: int) -> Iterator[Rebuilt]:
    """Make both files of one revision again."""
    with control.reading() as session:
        revision = session.get_one(Revision, revision_id, options=[joinedload(Revision.current)])
        issued = {row["path"]: StoredFile(**row) for row in revision.issued_files}
        names = [file_name(revision, kind) for kind in (WORD, PDF)]
        try:
            sheet_file = json.loads(control.read_document(Library.ITSELF, revision, issued[f"issued/{SIGNATURES}"]))
            before, stated = MadeWith.from_row(sheet_file["made_with"]), IssueSheet.from_row(sheet_file["stated"])
            named = (before.template, before.template_sha256)
            template = template_recorded(control, session, *named) if before.template else None
        except (DocctlError, KeyError, TypeError, ValueError):
            yield from (Rebuilt(name, Verdict.NOT_COMPARED, f"{name} {_NOT_STATED}") for name in names)
            return
    if before.template and template is None:
        lost = f"its Word template {before.template} is no longer the one it was issued in, so it was not made again."
        yield Rebuilt(names[0], Verdict.NOT_COMPARED, f"{names[0]}: {lost}")
        names = names[1:]
    sheet = replace(stated, link_picture=picture_of_link(stated.link))
    for name in names:
        yield _compare(control, revision, issued.get(f"issued/{name}"), name, before, sheet, template)


def _compare(
    control: DocumentControl,
    revision: Revision,
    issued: StoredFile | None,
    name: str,
    before: MadeWith,
    sheet: IssueSheet,
    template: WordTemplate | None,
) -> Rebuilt:
    """Make one file again, and say how it compares with the one that was issued."""
    if issued is None:
        return Rebuilt(name, Verdict.DIFFERENT, f"{name} is not among the issued files of {revision.name}.")
    is_word = name.endswith(WORD)
    if not is_word and before.pages == LIBREOFFICE and not tools.libreoffice.is_usable():
        why = "LibreOffice, which made its pages, is not here or cannot be shut off, so it was not made again."
        return Rebuilt(name, Verdict.NOT_COMPARED, f"{name}: {why}")
    try:
        kept = control.read_document(Library.ITSELF, revision, issued)
        if is_word:
            made = word_file(control, Library.ITSELF, revision, sheet, template)
        else:
            made = pdf_file(control, Library.ITSELF, revision, sheet, template, before.pages)
    except DocctlError as refusal:
        return Rebuilt(name, Verdict.DIFFERENT, f"{name} cannot be made again from its commit: {refusal}")
    if made.data == kept:
        return Rebuilt(name, Verdict.SAME)
    others = before.differences(made_with(control, template, before.pages))
    if others:
        told = "; ".join(others)
        return Rebuilt(name, Verdict.OTHER_TOOLS, f"{name} comes out differently with the tools of today: {told}.")
    return Rebuilt(name, Verdict.DIFFERENT, f"{name} is not what its commit gives with the same tools.")
