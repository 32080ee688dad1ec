"""The copies that people are shown are compared with the approved bytes, whatever they are sealed with."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from docctl.adapters.rendered_texts import RenderedTexts
from docctl.document_control import DocumentControl
from docctl.domain.documents.lifecycle import State
from docctl.domain.documents.reading_text import ReadingView
from docctl.domain.documents.revision import Revision
from docctl.domain.documents.stored_file import CONTENT
from docctl.domain.rights.permission import Library
from docctl.domain.search.entry import SearchEntry, entry_of
from docctl.followers.catching_up import catch_up
from docctl.registers.integrity.verifying import BEHIND, SOUND, TAMPERED, verify
from tests.factories.library import Clock, Founded, Office, lived_on

TEXT = "# Purpose\n\nWe keep 5 copies, as [agreed](https://weights.example).\n\n# Scope\n\nAll of us.\n"


def _live(office: Office, _: Clock) -> None:
    office.publish("POL-001", text="# Purpose\n\nAn earlier text.\n")
    office.revise("POL-001", TEXT)
    catch_up(office.control, issuing=False)


@pytest.fixture(scope="module")
def founded_library(founded_library: Founded, once: Path) -> Founded:
    """A library with a document in force that people have read and can find."""
    return lived_on(founded_library, once, _live)


def _in_force(control: DocumentControl) -> tuple[str, ReadingView, SearchEntry]:
    """The fingerprint of the text in force, the page that is kept of it, and what search knows."""
    with control.reading() as session:
        revision = session.scalars(select(Revision).where(Revision.state == State.IN_FORCE)).one()
        content = revision.current.file(CONTENT)
        assert content is not None
        view = control.read_text(Library.ITSELF, revision.current, revision)
        return content.sha256, view, entry_of(revision, view)


def seal(control: DocumentControl, sha256: str, view: ReadingView) -> None:
    """Keep another page of a text, sealed with the library's own secret."""
    texts = RenderedTexts(control.cache / "texts", control.secret_key)
    assert texts.forget(sha256)
    texts.get_or_make(sha256, lambda: view)


def index(control: DocumentControl, entry: SearchEntry) -> None:
    """Let search know something else, at the place of the audit trail where it was."""
    seq, chain = control.index.place()
    with control.index.updating() as update:
        update.put(entry)
        update.commit(seq, chain)


def test_what_people_are_shown_is_sound_after_reading_and_finding(office: Office) -> None:
    assert _in_force(office.control)[1].html
    assert verify(office.control).exit_code == SOUND


@pytest.mark.parametrize(
    "forge",
    [
        lambda view: replace(view, html=view.html.replace("5 copies", "6 copies")),
        lambda view: replace(view, text=view.text.replace("5 copies", "6 copies")),
        lambda view: replace(view, sections=(replace(view.sections[0], title="Aim"), *view.sections[1:])),
        lambda view: replace(view, html=view.html + "<p>And more.</p>"),
    ],
    ids=["page", "plain text", "sections", "added"],
)
def test_a_page_sealed_anew_with_the_secret_is_found(
    office: Office, forge: Callable[[ReadingView], ReadingView]
) -> None:
    sha256, view, _ = _in_force(office.control)
    assert forge(view) != view
    seal(office.control, sha256, forge(view))
    report = verify(office.control)
    assert (report.exit_code, [finding.subject for finding in report.findings]) == (
        TAMPERED,
        ["POL-001 revision 2, draft 2"],
    )
    assert "cache/texts" in report.findings[0].remedy
    office.control.rendered_texts.forget(sha256)
    assert verify(office.control).exit_code == SOUND


def test_a_page_with_its_words_in_another_form_is_told(office: Office) -> None:
    sha256, view, _ = _in_force(office.control)
    seal(office.control, sha256, replace(view, html=view.html.replace("weights.example", "elsewhere.example")))
    assert verify(office.control).exit_code == BEHIND


def test_a_page_of_an_earlier_revision_is_compared_as_well(office: Office) -> None:
    with office.control.reading() as session:
        earlier = session.scalars(select(Revision).where(Revision.number == 1)).one()
        content = earlier.current.file(CONTENT)
        assert content is not None
        view = office.control.read_text(Library.ITSELF, earlier.current, earlier)
    seal(office.control, content.sha256, replace(view, html=view.html.replace("earlier", "later")))
    report = verify(office.control)
    assert [finding.subject for finding in report.findings] == ["POL-001 revision 1, draft 1"]


@pytest.mark.parametrize(
    "forge",
    [
        lambda entry: replace(entry, sections=(("purpose", "", "Purpose", "We keep 6 copies."), *entry.sections[1:])),
        lambda entry: replace(entry, title="Another policy"),
        lambda entry: replace(entry, audience=("public",)),
        lambda entry: replace(entry, sections=entry.sections[:1], section_languages=("",)),
        lambda entry: replace(
            entry, sections=((*entry.sections[0][:2], "Aim", entry.sections[0][3]), entry.sections[1])
        ),
    ],
    ids=["passage", "title", "audience", "shorter", "heading"],
)
def test_a_forged_passage_in_the_search_index_is_found(
    office: Office, forge: Callable[[SearchEntry], SearchEntry]
) -> None:
    *_, entry = _in_force(office.control)
    assert forge(entry) != entry
    index(office.control, forge(entry))
    report = verify(office.control)
    assert (report.exit_code, [finding.subject for finding in report.findings]) == (TAMPERED, ["POL-001 revision 2"])
    assert "Delete the folder index" in report.findings[0].remedy
    index(office.control, entry)
    assert verify(office.control).exit_code == SOUND
