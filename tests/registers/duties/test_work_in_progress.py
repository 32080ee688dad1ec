"""The register of work in progress: what waits for whom, what is stuck first."""

from datetime import date, timedelta

import pytest

from docctl.actions.approval import delegating, reviewing
from docctl.actions.settings import administering
from docctl.domain.errors import NotPermittedError
from docctl.registers.duties.work_in_progress import ALL_WORK, WorkFilters, WorkInProgress, WorkRow, work_in_progress
from docctl.registers.tables.every_table import REGISTERS
from tests.factories.library import Clock, Office


def work(
    office: Office, filters: WorkFilters = ALL_WORK, *, page: int | None = None, login: str = "carla"
) -> WorkInProgress:
    """Return what the register shows somebody."""
    with office.control.reading() as session:
        return work_in_progress(office.control, session, office.person(login), filters, page)


def rows(office: Office, **asked: object) -> list[tuple[str, str, tuple[str, ...]]]:
    """Return document, what is to be done and whom it waits for."""
    found = work(office, WorkFilters(**asked))  # type: ignore[arg-type]
    return [(row.number, row.kind, row.waits_for) for row in found.rows]


def in_review(office: Office, number: str, effective: date | None = None) -> int:
    """Submit a document to rob."""
    revision_id = office.write(number)
    office.submit(revision_id, effective=effective)
    return revision_id


def only(office: Office) -> WorkRow:
    """Return the only row."""
    [row] = work(office).rows
    return row


def test_a_step_stands_once_however_many_people_it_asks(office: Office) -> None:
    administering.add_user(
        office.control, office.people["admin"], login="rita", name="Rita Reviewer", roles=["reviewer"]
    )
    in_review(office, "POL-001")
    row = only(office)
    assert (row.kind, row.rule, row.waits_for) == ("review", "1 of 2", ("Rob Reviewer", "Rita Reviewer"))
    assert (row.number, row.revision, row.document_type, row.state) == ("POL-001", 1, "policy", "IN_REVIEW")
    assert row.why == "I have reviewed this revision and found it fit for use."


def test_what_was_sent_back_waits_for_its_author(office: Office) -> None:
    revision_id = in_review(office, "POL-001")
    shown = office.revision(revision_id).fingerprint
    reviewing.request_changes(office.control, revision_id, office.people["rob"], "Unclear", shown=shown)
    assert rows(office) == [("POL-001", "revise", ("Alice Author",))]


def test_what_is_due_first_comes_first_and_says_when_it_is_overdue(office: Office, clock: Clock) -> None:
    today = clock.instant.date()
    for number, days in (("POL-001", 20), ("POL-002", 10), ("POL-003", None)):
        in_review(office, number, None if days is None else today + timedelta(days=days))
    assert [number for number, *_ in rows(office)] == ["POL-002", "POL-001", "POL-003"]
    clock.forward(days=11)
    found = work(office)
    assert [row.is_overdue for row in found.rows] == [True, False, False]
    assert (found.total, found.overdue, found.stuck) == (3, 1, 0)
    assert [number for number, *_ in rows(office, overdue=True)] == ["POL-002"]


def test_what_nobody_is_left_to_sign_comes_first(office: Office) -> None:
    in_review(office, "POL-001", date(2026, 3, 10))
    office.review(in_review(office, "POL-002"))
    administering.set_disabled(
        office.control, office.people["admin"], office.people["ann"], True, left_open="No successor yet"
    )
    found = work(office)
    assert [(row.number, row.is_stuck) for row in found.rows] == [("POL-002", True), ("POL-001", False)]
    assert found.stuck == 1


def test_who_lost_the_role_that_was_asked_leaves_a_step_stuck(office: Office) -> None:
    in_review(office, "POL-001")
    assert not only(office).is_stuck
    office.give_roles("rob", "reader")
    assert only(office).is_stuck
    office.give_roles("rob", "reviewer")
    assert not only(office).is_stuck


def test_who_stands_in_for_the_absent_is_named(office: Office, clock: Clock) -> None:
    in_review(office, "POL-001")
    today = clock.instant.date()
    delegating.name_delegate(
        office.control, office.people["rob"], absent_id=office.people["rob"], delegate_id=office.people["ann"],
        from_day=today, until_day=today + timedelta(days=3), reason="Holiday",
    )  # fmt: skip
    assert only(office).delegates == ("Ann Approver",)
    clock.forward(days=4)
    assert only(office).delegates == ()


def test_it_is_filtered_by_person_type_and_what_is_to_be_done(office: Office) -> None:
    in_review(office, "POL-001")
    office.review(in_review(office, "POL-002"))
    assert [number for number, *_ in rows(office, person="rob")] == ["POL-001"]
    assert [number for number, *_ in rows(office, person="approver")] == ["POL-002"]
    assert [number for number, *_ in rows(office, kind="approve")] == ["POL-002"]
    assert rows(office, document_type="procedure") == []
    assert len(rows(office, document_type="policy")) == 2


def test_a_periodic_review_stands_there_from_sixty_days_before(office: Office, clock: Clock) -> None:
    due = office.revision(office.publish()).review_due
    assert due is not None
    assert rows(office) == []
    clock.forward(days=(due - clock.instant.date()).days - 60)
    assert rows(office) == [("POL-001", "periodic_review", ("Head of Quality",))]


def test_a_page_shows_fifty_and_says_how_many_there_are(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("docctl.registers.duties.work_in_progress.PAGE_SIZE", 2)
    for number in range(3):
        in_review(office, f"POL-00{number}")
    pages = [work(office, page=page) for page in (1, 2, 3)]
    assert [(len(page.rows), page.total) for page in pages] == [(2, 3), (1, 3), (0, 3)]


@pytest.mark.parametrize("size", [1, 2, 3, 10])
def test_pages_follow_one_another_what_is_stuck_before_all(
    office: Office, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr("docctl.registers.duties.work_in_progress.PAGE_SIZE", size)
    administering.add_user(
        office.control, office.people["admin"], login="rita", name="Rita Reviewer", roles=["reviewer"]
    )
    days = {"POL-001": 5, "POL-002": None, "POL-003": 3, "POL-004": None, "POL-005": 9}
    for number, day in days.items():
        revision_id = in_review(office, number, date(2026, 3, day) if day else None)
        if number in ("POL-004", "POL-005"):
            office.review(revision_id)
    administering.set_disabled(
        office.control, office.people["admin"], office.people["ann"], True, left_open="No successor yet"
    )
    read = [row for page in range(1, 7) for row in work(office, page=page).rows]
    assert [row.number for row in read] == ["POL-005", "POL-004", "POL-003", "POL-001", "POL-002"]
    assert read == [*work(office).rows]
    assert {(found.total, found.stuck) for page in (1, 2, 9) for found in [work(office, page=page)]} == {(5, 2)}


def test_a_step_that_asks_several_who_fit_the_filter_stands_once(office: Office) -> None:
    administering.add_user(
        office.control, office.people["admin"], login="rita", name="Rita Reviewer", roles=["reviewer"]
    )
    in_review(office, "POL-001")
    assert [len(rows(office, person=name)) for name in ("reviewer", "Rita", "Rob", "Ann")] == [1, 1, 1, 0]


def test_it_is_for_document_controllers_alone(office: Office) -> None:
    for login in ("alice", "rob", "eve", "audra", "admin"):
        with pytest.raises(NotPermittedError):
            work(office, login=login)


def test_all_of_it_is_taken_away_as_a_table(office: Office) -> None:
    in_review(office, "POL-001", date(2026, 4, 1))
    with office.control.reading() as session:
        table = REGISTERS["work-in-progress"].table(office.control, session, office.person("carla"))
        [row] = table.as_json()
    assert (row["document"], row["what"], row["waits_for"], row["due"]) == (
        "POL-001", "review", "Rob Reviewer", "2026-04-01",
    )  # fmt: skip
    assert (row["overdue"], row["stuck"]) == ("no", "no")
