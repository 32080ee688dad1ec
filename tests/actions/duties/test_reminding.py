"""Reminders by hand: one mail to each person, once a day, of what still waits when it is sent."""

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import select

from docctl.actions.duties.reminding import remind
from docctl.actions.settings import administering
from docctl.domain.errors import InvalidInputError, NotPermittedError
from docctl.domain.notices.notice import Notice
from docctl.domain.people.duty import Duty
from docctl.domain.trail.audit_trail import Act, Event
from docctl.domain.trail.events.notices import DutiesReminded
from docctl.domain.trail.events.reading import details_of
from docctl.followers import notices
from docctl.registers.duties.work_in_progress import ALL_WORK, duties_at, duties_of, work_in_progress
from tests.domain.duties.test_duties_of_revision import is_replayed
from tests.factories.library import Clock, Office
from tests.factories.post_office import PostOffice


@pytest.fixture
def post_office(office: Office) -> Iterator[PostOffice]:
    """A mail server, and a library in which rob, ann and carla have addresses."""
    server = PostOffice().open()
    for login in ("rob", "ann", "carla"):
        account = office.person(login).account
        administering.change_user(
            office.control, office.people["admin"], account.id, name=account.name, email=f"{login}@town.example",
            department=account.department, roles=account.roles,
        )  # fmt: skip
    office.control.mail_server = server.as_setting()
    yield server
    server.close()


def everybody(office: Office) -> list[int]:
    """Return the duties of everybody."""
    with office.control.reading() as session:
        return duties_of(office.control, session, office.person("carla"), ALL_WORK)


def in_review(office: Office, number: str, effective: date | None = None, **described: object) -> int:
    """Submit a document to rob."""
    revision_id = office.write(number, **described)  # type: ignore[arg-type]
    office.submit(revision_id, effective=effective)
    return revision_id


def letters(office: Office, post_office: PostOffice) -> list[tuple[str, str]]:
    """Send what is queued; return subject and text of each reminder."""
    notices.follow(office.control)
    found = [
        (letter["Subject"], letter.get_body().get_content().replace("\r\n", "\n")) for letter in post_office.letters
    ]
    post_office.letters.clear()
    return [each for each in found if each[0].endswith(("document waits for you", "documents wait for you"))]


def test_a_person_gets_one_mail_with_all_that_waits_overdue_first(
    office: Office, post_office: PostOffice, clock: Clock
) -> None:
    in_review(office, "POL-001")
    in_review(office, "POL-002", date(2026, 3, 5), title="Salaries", departments=("Quality",))
    letters(office, post_office)
    clock.forward(days=4)
    assert remind(office.control, office.people["carla"], everybody(office)) == 1
    [(subject, text)] = letters(office, post_office)
    assert subject == "2 documents wait for you"
    overdue = "- POL-002 revision 1: review, wanted by 05 March 2026, since 02 March 2026"
    other = "- POL-001 revision 1, “Quality policy”: review, since 02 March 2026"
    assert f"Overdue:\n{overdue}\n\nAlso waiting:\n{other}\n" in text
    assert "/tasks" in text
    assert "Salaries" not in text


def test_a_reminder_is_an_act_of_the_trail_and_stands_in_the_register(office: Office, post_office: PostOffice) -> None:
    in_review(office, "POL-001")
    remind(office.control, office.people["carla"], everybody(office))
    with office.control.reading() as session:
        [event] = session.scalars(select(Event).where(Event.act == Act.DUTIES_REMINDED))
        told = details_of(event, DutiesReminded)
        [row] = work_in_progress(office.control, session, office.person("carla"), ALL_WORK).rows
    assert told.reminded == [{"document": "POL-001", "revision": 1, "accounts": [office.people["rob"]]}]
    assert event.actor_id == office.people["carla"]
    assert row.reminded_at == event.happened_at
    assert is_replayed(office)


def test_nobody_is_reminded_twice_on_a_day(office: Office, post_office: PostOffice, clock: Clock) -> None:
    in_review(office, "POL-001")
    carla = office.people["carla"]
    assert remind(office.control, carla, everybody(office)) == 1
    in_review(office, "POL-002")
    with pytest.raises(InvalidInputError, match="was reminded today already"):
        remind(office.control, carla, everybody(office))
    clock.forward(days=1)
    assert remind(office.control, carla, everybody(office)) == 1


def test_what_is_done_or_given_to_somebody_else_before_it_is_sent_is_left_out(
    office: Office, post_office: PostOffice
) -> None:
    revisions = [in_review(office, number) for number in ("POL-001", "POL-002")]
    letters(office, post_office)
    remind(office.control, office.people["carla"], everybody(office))
    office.review(revisions[0])
    [(subject, text)] = letters(office, post_office)[-1:]
    assert subject == "A document waits for you"
    assert "POL-002" in text
    assert "POL-001 revision 1, " not in text


def test_a_reminder_of_nothing_is_never_sent(office: Office, post_office: PostOffice) -> None:
    revision_id = in_review(office, "POL-001")
    letters(office, post_office)
    remind(office.control, office.people["carla"], everybody(office))
    office.review(revision_id)
    with office.control.remembering() as session:
        [reminder] = [each for each in session.scalars(select(Notice)) if each.duty_ids]
    assert letters(office, post_office) == []
    with office.control.reading() as session:
        left = session.get_one(Notice, reminder.id)
    assert (left.due_at, left.sent_at, left.given_up_at) == (None, None, None)


def test_chosen_rows_are_reminded_of_alone(office: Office, post_office: PostOffice) -> None:
    in_review(office, "POL-001")
    office.review(in_review(office, "POL-002"))
    with office.control.reading() as session:
        rows = work_in_progress(office.control, session, office.person("carla"), ALL_WORK).rows
        [key] = [row.key for row in rows if row.kind == "approve"]
        chosen = duties_at(session, office.person("carla"), [key, "7 review 0", "nonsense", ""])
        whom = [session.get_one(Duty, number).user_id for number in chosen]
    assert whom == [office.people["ann"]]


def test_who_has_no_address_is_not_reminded(office: Office, post_office: PostOffice) -> None:
    revision_id = in_review(office, "POL-001")
    office.control.mail_server, server = None, office.control.mail_server
    with pytest.raises(InvalidInputError, match="No mail is set up"):
        remind(office.control, office.people["carla"], everybody(office))
    office.control.mail_server = server
    rob = office.person("rob").account
    administering.change_user(
        office.control, office.people["admin"], rob.id, name=rob.name, email="", department=rob.department,
        roles=rob.roles,
    )  # fmt: skip
    with pytest.raises(InvalidInputError, match="has no mail address"):
        remind(office.control, office.people["carla"], everybody(office))
    with office.control.reading() as session:
        duties = session.scalars(select(Duty).where(Duty.revision_id == revision_id))
        assert [duty.reminded_at for duty in duties] == [None]


def test_document_controllers_alone_remind(office: Office, post_office: PostOffice) -> None:
    in_review(office, "POL-001")
    for login in ("alice", "rob", "admin", "audra"):
        with pytest.raises(NotPermittedError):
            remind(office.control, office.people[login], everybody(office))
