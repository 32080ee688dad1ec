"""Who changed what, section by section, as each person may know it."""

from datetime import date
from pathlib import Path

import pytest

from docctl.actions.documents import drafting, withdrawing
from docctl.actions.intake import sources_of_a_past
from docctl.actions.intake.adopting_past import adopt_past
from docctl.actions.intake.recording_past import Terms
from docctl.actions.retention import disposing, retaining
from docctl.actions.settings import administering
from docctl.actions.sign_in import identifying_signer
from docctl.domain.documents.document_metadata import Classification, DocumentMetadata
from docctl.domain.errors import DisposedError, NotFoundError
from docctl.domain.retention.retention import DISPOSE, Rule
from docctl.domain.sign_in.password import Credentials
from docctl.registers.documents.section_origins import Contribution, SectionOrigins, section_origins
from tests.factories.library import PASSWORD, Clock, Office, choose_passwords

FIRST = "# Purpose\n\nWe weigh every apple.\n\n# Scope\n\nAll scales.\n\nAll weights.\n"
SECOND = FIRST.replace("apple", "pear")
THIRD = SECOND.replace("All weights.\n", "") + "\n- Carla adds a line.\n"
FINAL = THIRD.replace("weigh every", "weigh each")


def found(office: Office, login: str, revision: int | None = None) -> SectionOrigins:
    """Return who wrote what as somebody sees it."""
    with office.control.reading() as session:
        return section_origins(office.control, session, office.person(login), "POL-001", revision)


def told(origins: SectionOrigins) -> dict[str, list[int]]:
    """Return each paragraph with the revisions that brought and changed it."""
    return {
        each.block.text: [one.revision.revision for one in each.contributions]
        for each in origins.paragraphs
        if each.block.kind != "heading"
    }


def last(origins: SectionOrigins, text: str) -> Contribution:
    """Return what brought a paragraph as it stands."""
    return next(each.last for each in origins.paragraphs if each.block.text == text)


@pytest.fixture
def series(office: Office) -> Office:
    """A policy in its third revision, in which alice and carla both wrote, with a fourth one being written."""
    office.publish(text=FIRST)
    office.revise("POL-001", SECOND, "Pears instead of apples")
    third = office.open_revision("POL-001")
    office.save(third, THIRD, author="carla", reason="A line more")
    office.save(third, FINAL, reason="Better words")
    office.carry_through(third, "Shorter")
    office.save(office.open_revision("POL-001"), FINAL + "\nA draft.\n")
    return office


def test_each_paragraph_names_the_revisions_that_brought_and_changed_it(series: Office) -> None:
    origins = found(series, "carla")
    assert told(origins) == {"We weigh each pear.": [1, 2, 3], "All scales.": [1], "Carla adds a line.": [3]}
    assert [line.revision for line in origins.series] == [1, 2, 3]
    assert [(line.before, line.change_summary) for line in origins.series] == [
        (None, "First issue"),
        (1, "Pears instead of apples"),
        (2, "Shorter"),
    ]
    assert [origins.count_of(revision) for revision in (1, 2, 3)] == [3, 0, 2]
    assert all(line.approved_at and line.approved_by == ("Ann Approver",) for line in origins.series)
    assert last(origins, "We weigh each pear.").anchor == "s-purpose"


def test_of_several_authors_the_one_is_named_whose_save_brought_the_words(series: Office) -> None:
    for login in ("carla", "audra"):
        origins = found(series, login)
        assert last(origins, "Carla adds a line.").authors == ("Carla Controller",)
        assert last(origins, "Carla adds a line.").saved_draft == 2
        assert last(origins, "We weigh each pear.").authors == ("Alice Author",)
        assert last(origins, "We weigh each pear.").saved_draft == 3


def test_readers_learn_who_wrote_a_revision_but_not_who_saved_which_words_of_it(series: Office) -> None:
    origins = found(series, "eve")
    assert origins.shown.revision == 3
    line = last(origins, "Carla adds a line.")
    assert (line.authors, line.saved_draft, line.saved_at) == (("Alice Author", "Carla Controller"), None, None)
    assert [number for number, _ in origins.choices] == [3, 2, 1]
    with pytest.raises(NotFoundError):
        found(series, "eve", 4)


def test_a_draft_is_shown_to_those_at_work_on_top_of_what_was_in_force(series: Office) -> None:
    assert told(found(series, "alice", 4))["A draft."] == [4]
    assert told(found(series, "carla", 1))["We weigh every apple."] == [1]


def test_a_section_sums_up_who_wrote_it_and_what_was_taken_out(series: Office) -> None:
    purpose, scope = found(series, "carla").sections
    assert (purpose.title, purpose.contributors) == ("Purpose", ("Alice Author",))
    assert scope.contributors == ("Alice Author", "Carla Controller")
    assert [line.revision for line in scope.touched] == [1, 3]
    assert [line.revision for line in scope.taken_out] == [3]
    assert scope.taken_out_since(3) == ()
    assert [each.block.text for each in scope.since(2)] == ["Carla adds a line."]
    assert purpose.since(3) == ()


def test_who_puts_an_earlier_text_back_wrote_nothing_of_it(office: Office) -> None:
    office.publish(text=FIRST)
    revision_id = office.open_revision("POL-001")
    office.save(revision_id, SECOND)
    office.save(revision_id, "Nothing.\n", author="carla")
    drafting.restore_draft(office.control, revision_id, office.people["carla"], 2)
    office.carry_through(revision_id)
    line = last(found(office, "carla"), "We weigh every pear.")
    assert (line.authors, line.saved_draft) == (("Alice Author",), 2)


def test_a_revision_that_was_given_up_brought_nothing(office: Office) -> None:
    office.publish(text=FIRST)
    given_up = office.open_revision("POL-001")
    office.save(given_up, SECOND)
    drafting.discard(office.control, given_up, office.people["alice"], "Not needed")
    office.revise("POL-001", SECOND)
    origins = found(office, "carla")
    assert told(origins)["We weigh every pear."] == [1, 3]
    assert [line.before for line in origins.series] == [None, 1]
    assert told(found(office, "carla", 2))["We weigh every pear."] == [1, 2]


def test_where_an_earlier_revision_is_not_for_the_person_nobody_is_named_for_its_words(office: Office) -> None:
    first = office.write(text=FIRST, departments=("Finance",))
    office.carry_through(first)
    opened = DocumentMetadata("Quality policy", "Head of Quality", "Quality", classification=Classification.INTERNAL)
    second = office.open_revision("POL-001")
    office.save(second, SECOND, metadata=opened, author="carla")
    office.carry_through(second)
    origins = found(office, "eve")
    assert told(origins) == {"We weigh every pear.": [2], "All scales.": [2], "All weights.": [2]}
    assert [(line.hides_earlier, line.authors) for line in origins.series] == [(True, ())]
    assert last(origins, "All scales.").authors == ()
    assert told(found(office, "carla"))["All scales."] == [1]
    with pytest.raises(NotFoundError):
        found(office, "eve", 1)


def test_revisions_that_were_adopted_count_with_the_people_and_labels_they_are_claimed_with(
    office: Office, tmp_path: Path
) -> None:
    (tmp_path / "a.md").write_text(FIRST)
    (tmp_path / "b.md").write_text(SECOND)
    register = tmp_path / "register.csv"
    register.write_text(
        "Number;Title;Rev.;Effective;Author;Approved by;File\n"
        "POL-001;Weights;A;2019-02-01;Olga Old, Paul Past;Old Chief;a.md\n"
        "POL-001;Weights;B;2021-05-03;Nina Newer;;b.md\n"
    )
    source = sources_of_a_past.of_register(office.control, register, tmp_path)
    list(adopt_past(office.control, office.people["carla"], source, Terms("binder 12")))
    office.revise("POL-001", SECOND + "\nWritten here.\n")
    origins = found(office, "carla")
    assert last(origins, "All scales.").authors == ("Olga Old", "Paul Past")
    assert last(origins, "We weigh every pear.").authors == ("Nina Newer",)
    assert last(origins, "Written here.").authors == ("Alice Author",)
    assert [(line.label, line.is_claimed, line.approved_by, line.effective_date) for line in origins.series[:2]] == [
        ("A", True, ("Old Chief",), date(2019, 2, 1)),
        ("B", True, (), date(2021, 5, 3)),
    ]
    assert ["binder 12" in each.adopted_evidence for each in origins.series] == [True, True, False]


def test_of_what_was_disposed_of_nothing_is_told(office: Office, clock: Clock) -> None:
    control, people = office.control, office.people
    dora = administering.add_user(control, people["admin"], login="dora", name="Dora Second", roles=["controller"])
    choose_passwords(control, dora)
    identifying_signer.declare(control, dora)
    rule = Rule(12, DISPOSE, "Archives Act, section 4")
    retaining.set_rule(control, people["carla"], office.type_id("policy"), rule, also_ended=False)
    office.publish(text=FIRST)
    document_id = office.document_id("POL-001")
    withdrawing.withdraw(control, document_id, people["carla"], "Not needed")
    clock.forward(days=400)
    proposal = disposing.propose_disposal(control, document_id, people["carla"], "Its time is up")
    disposing.authorise_disposal(control, proposal, dora, credentials=Credentials(PASSWORD))
    with pytest.raises(DisposedError):
        found(office, "carla")


def test_a_document_one_may_not_read_is_not_there(office: Office) -> None:
    office.publish(departments=("Finance",))
    with pytest.raises(NotFoundError):
        found(office, "eve")
