"""Records of people are disposed of by rule or by decision: their bytes are nowhere, and everything verifies."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from docctl.actions.approval import delegating, reviewing
from docctl.actions.retention import disposing_of_records, retaining
from docctl.actions.rights import auditing
from docctl.actions.settings import administering
from docctl.actions.sign_in import recovering_access, signing_in
from docctl.domain.documents.revision import Revision
from docctl.domain.errors import NotFoundError, NotPermittedError, RetentionError
from docctl.domain.notices.letter import MailServer
from docctl.domain.notices.notice import Notice
from docctl.domain.people.user import User
from docctl.domain.rights.audit_engagement import EVERYTHING
from docctl.domain.sign_in.access_request import AccessRequest
from docctl.domain.sign_in.password import Credentials
from docctl.domain.trail.audit_trail import Act, Event
from docctl.domain.trail.events.reading import read_event
from docctl.domain.trail.record import GONE, of_stretches
from docctl.followers.catching_up import catch_up
from docctl.machine.crash_point import CRASH_AT, EXIT_CODE
from docctl.recovery.rebuilding import rebuild
from docctl.recovery.repairing import repair
from docctl.registers.integrity import verifying
from docctl.registers.operations.watching import Watch
from tests.checks.faults import crew
from tests.factories.library import PASSWORD, Clock, Office, people_of
from tests.factories.post_office import reach_by_mail
from tests.factories.stranger import check_clone

MAIL, LOGIN, WHERE, WHY = "zoe.quill@mail.example", "zoequill", "198.51.100.77", "expects a child in May"
SECRETS = (MAIL, LOGIN, WHERE, WHY)
ERASING = ("records erased", "records wiped")
ROLES = ["author", "reviewer", "auditor"]


@pytest.fixture
def zoe(office: Office) -> int:
    """Somebody of whom much is recorded: mail, department, sign-ins, an absence with its reason, an engagement."""
    control, admin = office.control, office.people["admin"]
    added = administering.add_user(
        control,
        admin,
        login=LOGIN,
        name="Zoe Quill",
        email=MAIL,
        department="Quality",
        roles=ROLES,
    )
    secret = administering.issue_link(control, admin, added)
    administering.choose_password(control, secret, "a horse that staples batteries", WHERE)
    signing_in.sign_in(control, LOGIN, "a horse that staples batteries", WHERE)
    today = control.now().date()
    delegating.name_delegate(
        control, admin, absent_id=added, delegate_id=office.people["ann"],
        from_day=today, until_day=today + timedelta(days=9), reason=f"She {WHY}",
    )  # fmt: skip
    auditing.engage(
        control, office.people["carla"], added, purpose=f"Stands in for {MAIL}", scope=[EVERYTHING],
        begins_on=today, ends_on=today + timedelta(days=30),
    )  # fmt: skip
    administering.change_user(
        control,
        admin,
        added,
        name="Zoe Quill",
        email=f"x{MAIL}",
        department="Quality",
        roles=ROLES,
    )
    return added


def _disable(office: Office, user_id: int) -> None:
    administering.set_disabled(office.control, office.people["admin"], user_id, True, left_open="Nothing waits")


def _every_byte(data: Path) -> Iterator[tuple[str, bytes]]:
    """Give out what each file of a data folder holds, and each object of Git unpacked."""
    for path in data.rglob("*"):
        if path.is_file():
            yield path.relative_to(data).as_posix(), path.read_bytes()
    command = ["git", "-C", data / "library.git", "cat-file", "--batch", "--batch-all-objects", "--unordered"]
    yield "library.git, unpacked", subprocess.run(command, check=True, capture_output=True).stdout


def _found(office: Office, *words: str) -> set[tuple[str, str]]:
    office.control.engine.dispose()
    pages = list(_every_byte(office.control.data))
    return {(name, word) for name, held in pages for word in words if word.encode() in held}


def _told(office: Office) -> list[str]:
    return crew.faults(office.control)


def test_events_say_nothing_of_people_but_number_name_and_role_and_no_clone_does(office: Office, zoe: int) -> None:
    catch_up(office.control)
    places = {name for name, _ in _found(office, *SECRETS)}
    assert places == {"docctl.db", "records/000000.jsonl"}
    assert _told(office) == []
    with office.control.reading() as session:
        told = [read_event(event) for event in session.scalars(select(Event))]
    assert any(each.action == Act.DELEGATE_NAMED and WHY in each.reason for each in told), "and yet it is joined again"


@pytest.mark.both_databases
def test_what_was_kept_of_somebody_who_left_is_nowhere_and_everything_verifies(
    office: Office, zoe: int, tmp_path: Path
) -> None:
    control, watch = office.control, Watch(office.control)
    catch_up(control)
    _disable(office, zoe)
    assert watch.look() == ""
    count = disposing_of_records.dispose_of_account(control, zoe, office.people["admin"], "She left two years ago")
    assert count >= 6
    assert watch.look() == ""
    catch_up(control)
    assert _found(office, *SECRETS) == set()
    assert _told(office) == []
    with control.reading() as session:
        gone = session.get_one(User, zoe)
        assert (gone.login, gone.email, gone.department, gone.name) == (f"account-{zoe}", "", "", "Zoe Quill")
        [event] = session.scalars(select(Event).where(Event.act == Act.RECORDS_DISPOSED))
        assert not any(word in event.text for word in SECRETS)
        assert [row["event"] for row in event.plain_values["records"]] == sorted(
            each.seq for each in session.scalars(select(Event).where(Event.subject == f"account:{zoe}"))
            if each.seq < event.seq and '"record":' in each.text
        )  # fmt: skip
    code, said = check_clone(control.library.folder, tmp_path)
    assert (code, said.startswith("sound: ")) == (0, True), said


def dispose_and_follow(data: Path, instant: datetime, user_id: int, crash_at: str) -> None:
    """Dispose of the records of an account in a process of its own that ends at a named place."""
    office = crew.office_at(data, instant)
    os.environ[CRASH_AT] = crash_at
    disposing_of_records.dispose_of_account(office.control, user_id, office.people["admin"], "She left")
    catch_up(office.control)


@pytest.mark.only_sqlite
@pytest.mark.parametrize("point", ERASING)
def test_a_disposal_that_was_killed_is_carried_out_after_the_next_start(
    office: Office, zoe: int, clock: Clock, point: str
) -> None:
    _disable(office, zoe)
    catch_up(office.control)
    data = office.control.data
    office.control.engine.dispose()
    assert crew.run(dispose_and_follow, data, clock.instant, zoe, point) == EXIT_CODE
    again = crew.recover(data, clock.instant)
    assert _found(again, *SECRETS) == set()
    assert _told(again) == []
    again.control.engine.dispose()


def test_what_was_disposed_of_stays_gone_when_the_library_is_rebuilt(
    office: Office, zoe: int, tmp_path: Path, clock: Clock
) -> None:
    control = office.control
    _disable(office, zoe)
    disposing_of_records.dispose_of_account(control, zoe, office.people["admin"], "She left")
    catch_up(control)
    data = tmp_path / "again"
    shutil.copytree(control.data / "records", data / "records")
    url, keys = f"sqlite:///{data}/docctl.db", control.data / "keys"
    rebuilt = rebuild(data, url, control.library.folder, keys=keys, clock=clock)
    catch_up(rebuilt.control)
    assert crew.faults(rebuilt.control) == []
    with rebuilt.control.reading() as session:
        assert session.get_one(User, zoe).login == f"account-{zoe}"
        newest = session.scalars(select(Event).where(Event.act == Act.LIBRARY_REBUILT)).one()
        assert "without_records" not in newest.plain_values, "what was disposed of is not missed"


def test_a_clone_alone_rebuilds_a_library_that_says_what_is_not_here(
    office: Office, zoe: int, tmp_path: Path, clock: Clock
) -> None:
    catch_up(office.control)
    data = tmp_path / "again"
    control = office.control
    url, keys = f"sqlite:///{data}/docctl.db", control.data / "keys"
    rebuilt = rebuild(data, url, control.library.folder, keys=keys, clock=clock)
    catch_up(rebuilt.control)
    report = verifying.verify(rebuilt.control)
    [finding] = report.findings
    assert (report.exit_code, finding.severity) == (verifying.SOUND, "noted")
    assert "records are not here: they lie apart from the ledger" in finding.sentence
    with rebuilt.control.reading() as session:
        without = session.scalars(select(Event).where(Event.act == Act.LIBRARY_REBUILT)).one()
        assert len(of_stretches(without.plain_values["without_records"])) > 10
        assert session.get_one(User, zoe).login == f"account-{zoe}"
    with rebuilt.control.remembering() as session:
        kept = session.scalars(select(Event).where(Event.record != "")).first()
        assert kept is None


def test_a_changed_and_a_lost_record_are_named(office: Office, zoe: int) -> None:
    control = office.control
    catch_up(control)
    with control.reading() as session:
        event = session.scalars(select(Event).where(Event.act == Act.DELEGATE_NAMED)).one()
        seq, record = event.seq, event.record
    for changed, what in ((record.replace("May", "June"), "not the one whose hash"), ("", "its record is lost")):
        with control.remembering() as session:
            session.get_one(Event, seq).record = changed
        report = verifying.verify(control)
        assert report.exit_code == verifying.TAMPERED
        assert any(what in finding.sentence for finding in report.findings), report.lines
    with control.remembering() as session:
        session.get_one(Event, seq).record = record
    assert _told(office) == []


def test_a_record_that_the_folder_lost_is_written_again_by_repair(office: Office, zoe: int) -> None:
    page = office.control.data / "records" / "000000.jsonl"
    catch_up(office.control)
    kept = page.read_bytes()
    page.write_bytes(kept.replace(b"May", b"Jun"))
    assert verifying.verify(office.control).exit_code == verifying.BEHIND
    repair(office.control)
    assert page.read_bytes().startswith(kept)
    assert _told(office) == []


def test_what_a_crash_left_in_the_folder_is_dropped(office: Office) -> None:
    control = office.control
    page = control.data / "records" / "000000.jsonl"
    kept = page.read_bytes()
    never = kept.splitlines()[-1].replace(b'"event":', b'"event":9')
    page.write_bytes(kept + never + b"\n" + never[:20])
    office.write()
    catch_up(control)
    assert never[:20] not in page.read_bytes().replace(kept, b"")
    assert _told(office) == []


def test_the_rule_lets_records_go_by_itself_when_their_time_is_up(office: Office, zoe: int, clock: Clock) -> None:
    control, admin = office.control, office.people["admin"]
    disposing_of_records.keep_records(control, admin, 24)
    _disable(office, zoe)
    clock.instant += timedelta(days=700)
    assert disposing_of_records.dispose_due(control) == 0
    clock.instant += timedelta(days=60)
    assert disposing_of_records.dispose_due(control) == 1
    assert disposing_of_records.dispose_due(control) == 0, "once is enough"
    catch_up(control)
    assert _found(office, *SECRETS) == set()
    assert _told(office) == []
    with control.reading() as session:
        [event] = session.scalars(select(Event).where(Event.act == Act.RECORDS_DISPOSED))
    assert event.plain_values["rule"] == "Keep for 2 years after the account is disabled, then dispose of it"


def test_the_record_of_a_remark_goes_alone_and_its_event_stays(office: Office) -> None:
    control, carla = office.control, office.people["carla"]
    draft = office.write()
    office.submit(draft)
    reviewing.comment(control, draft, office.people["rob"], "Mr Ulmenrode from the gate drinks", "Purpose")
    shown = office.revision(draft).fingerprint
    reviewing.review(
        control,
        draft,
        office.people["rob"],
        shown=shown,
        credentials=Credentials(PASSWORD),
        comment="Mr Ulmenrode again",
    )
    with control.reading() as session:
        acts = (Act.REVISION_COMMENTED, Act.REVISION_REVIEWED)
        seqs = list(session.scalars(select(Event.seq).where(Event.act.in_(acts))))
    for seq in seqs:
        disposing_of_records.dispose_of_record(control, seq, carla, "Names somebody who has no part in it")
    catch_up(control)
    assert _found(office, "Ulmenrode") == set()
    assert _told(office) == []
    with control.reading() as session:
        assert {comment.text for comment in session.get_one(Revision, draft).comments} == {GONE}


def test_mail_that_waits_says_nothing_that_was_disposed_of(office: Office) -> None:
    control, carla = office.control, office.people["carla"]
    draft, other = office.write(), office.write("POL-002")
    for each in (draft, other):
        office.submit(each)
    control.mail_server = MailServer("127.0.0.1", 9, "docs@town.example", site="https://docs.town.example")
    reach_by_mail(control)
    reviewing.request_changes(
        control,
        draft,
        office.people["rob"],
        "Mr Ulmenrode from the gate drinks",
        shown=office.revision(draft).fingerprint,
    )
    with control.remembering() as session:
        told = session.scalars(select(Notice).where(Notice.text.contains("Ulmenrode"))).all()
        assert told
        later = Notice.about(told[0].revision, "d@town.example", "Still", told[0].text, "", control.now())
        unrelated = Notice.about(
            session.get_one(Revision, other), "d@town.example", "Read", "Please", "", control.now()
        )
        session.add_all([later, unrelated])
    with control.reading() as session:
        sent_back = session.scalars(select(Event.seq).where(Event.act == Act.CHANGES_REQUESTED)).one()
    disposing_of_records.dispose_of_record(control, sent_back, carla, "Names somebody who has no part in it")
    catch_up(control)
    assert _found(office, "Ulmenrode") == set()
    with control.reading() as session:
        assert "Please" in session.scalars(select(Notice.text)).all(), "what says nothing of it still goes out"


def test_who_forgot_their_password_leaves_no_address_behind(office: Office, zoe: int, clock: Clock) -> None:
    control = office.control
    control.mail_server = MailServer("127.0.0.1", 9, "docs@town.example", site="https://docs.town.example")
    recovering_access.ask_for_link(control, f"x{MAIL}", WHERE)
    recovering_access.send_asked_links(control)
    with control.remembering() as session:
        [asked] = session.scalars(select(AccessRequest))
        assert asked.address == "", "it lies in the record of the event"
        asked.address = WHERE  # as earlier versions kept it
    clock.forward(days=1)
    _disable(office, zoe)
    disposing_of_records.dispose_of_account(control, zoe, office.people["admin"], "She left")
    catch_up(control)
    assert _found(office, WHERE, MAIL) == set()


def test_why_records_were_disposed_of_may_be_disposed_of_too(office: Office, zoe: int) -> None:
    control, people = office.control, office.people
    _disable(office, zoe)
    disposing_of_records.dispose_of_account(control, zoe, people["admin"], f"She {WHY}, and wants it forgotten")
    with control.reading() as session:
        why = session.scalars(select(Event.seq).where(Event.act == Act.RECORDS_DISPOSED)).one()
    disposing_of_records.dispose_of_record(control, why, people["carla"], "Says too much")
    catch_up(control)
    assert _found(office, WHY) == set()
    assert _told(office) == []


def test_on_legal_hold_nothing_that_was_said_of_a_document_goes(office: Office) -> None:
    control, carla = office.control, office.people["carla"]
    draft = office.write()
    office.submit(draft)
    reviewing.comment(control, draft, office.people["rob"], "Mr Ulmenrode wrote half of it", "")
    retaining.place_hold(control, office.document_id("POL-001"), carla, "Asked for by Ms Orr", "case 7")
    with control.reading() as session:
        comment = session.scalars(select(Event.seq).where(Event.act == Act.REVISION_COMMENTED)).one()
    with pytest.raises(RetentionError, match="legal hold"):
        disposing_of_records.dispose_of_record(control, comment, carla, "Why not")


def test_only_those_who_may_dispose_of_records_and_only_of_what_may_go(office: Office, zoe: int) -> None:
    control, people = office.control, office.people
    with pytest.raises(RetentionError, match="still works here"):
        disposing_of_records.dispose_of_account(control, zoe, people["admin"], "Why not")
    _disable(office, zoe)
    for login in ("carla", "eve"):
        with pytest.raises(NotPermittedError):
            disposing_of_records.dispose_of_account(control, zoe, people[login], "Why not")
        with pytest.raises(NotPermittedError):
            disposing_of_records.keep_records(control, people[login], 12)
    with control.reading() as session:
        of_account = session.scalars(select(Event.seq).where(Event.act == Act.DELEGATE_NAMED)).one()
    office.write()
    with control.reading() as session:
        of_draft = session.scalars(select(Event.seq).where(Event.act == Act.DRAFT_SAVED, Event.record != "")).first()
    for seq, what in ((of_account, "together"), (of_draft, "whole document")):
        with pytest.raises(RetentionError, match=what):
            disposing_of_records.dispose_of_record(control, seq or 0, people["carla"], "Why not")
    with pytest.raises(NotPermittedError):
        disposing_of_records.dispose_of_record(control, of_account, people["eve"], "Why not")
    with pytest.raises(NotFoundError, match="no record"):
        disposing_of_records.dispose_of_record(control, 1, people["carla"], "Why not")
    assert people_of(control)[LOGIN] == zoe
