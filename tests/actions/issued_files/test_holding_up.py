"""What is issued says what the page says: a difference refuses submission, or stands with a reason, or holds up."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from docctl.actions.approval import reviewing, sending_back
from docctl.actions.issued_files import exporting, letting_stand, publishing
from docctl.actions.issued_files.issuing import issue, issue_again
from docctl.actions.issued_files.reading_back import measure
from docctl.actions.settings import administering
from docctl.adapters import pdf_writer
from docctl.domain.documents.lifecycle import State
from docctl.domain.documents.revision import Revision
from docctl.domain.documents.stored_file import StoredFile
from docctl.domain.errors import (
    DifferencesLeftError,
    InvalidInputError,
    NotFoundError,
    NotIssuedError,
    NotPermittedError,
    SelfApprovalError,
    StaleRevisionError,
    TooManyConversionsError,
    WrongStateError,
)
from docctl.domain.issued_files.read_back import Difference, ReadFrom
from docctl.domain.notices.notice import Notice
from docctl.domain.rights.permission import Library
from docctl.domain.trail.audit_trail import Act, Event
from docctl.followers.catching_up import catch_up
from docctl.machine.conversion_turns import ConversionTurns, take_turns
from docctl.registers.integrity import verifying
from docctl.registers.operations.operations import check_library
from tests.factories.held_up import SHAPELESS, SIGN, broken_template, hiding_template, let_all_stand
from tests.factories.library import TEXT, Clock, Office
from tests.factories.post_office import PostOffice, reach_by_mail


def _differences(office: Office, revision_id: int) -> tuple[Difference, ...]:
    return measure(office.control, revision_id).differences


def _acts(office: Office) -> list[str]:
    with office.control.reading() as session:
        return list(session.scalars(select(Event.act).order_by(Event.seq)))


def _verified(office: Office) -> list[str]:
    catch_up(office.control)
    return [found.sentence for found in verifying.verify(office.control).findings]


def test_a_text_whose_files_say_something_else_is_not_submitted(office: Office) -> None:
    made = office.write(text=SHAPELESS)
    with pytest.raises(DifferencesLeftError, match="do not say what its page says") as refusal:
        office.submit(made)
    (found,) = refusal.value.differences
    assert (found.file, found.place) == (ReadFrom.PDF, "Purpose")
    assert SIGN in found.page
    assert SIGN not in found.shown
    assert office.revision(made).state == State.DRAFT


def test_a_number_that_print_gives_to_a_heading_below_the_same_number_is_no_difference(office: Office) -> None:
    made = office.write(text="# Entries\n\n| Number |\n|---|\n| 1 |\n| 2 |\n\n# Sign-off\n\nWho signs.\n")
    assert measure(office.control, made).is_sound


def test_what_was_measured_is_what_is_submitted(office: Office) -> None:
    made = office.write(text=SHAPELESS)
    before = office.revision(made).fingerprint
    office.save(made, TEXT)
    with pytest.raises(StaleRevisionError):
        reviewing.submit(office.control, made, office.people["alice"], change_summary="x", based_on=before)
    office.submit(made)
    assert office.revision(made).state == State.IN_REVIEW


def test_files_that_cannot_be_made_refuse_the_submission_with_the_reason(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = office.write(text=f"{TEXT}It takes too long.\n")
    monkeypatch.setattr(pdf_writer, "TIME_LIMIT_SECONDS", 0)
    with pytest.raises(DifferencesLeftError, match=r"cannot be made: .*took longer than 0 seconds"):
        office.submit(made)
    assert office.revision(made).state == State.DRAFT


def test_the_same_draft_is_made_and_read_back_once(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    made = office.write(text=f"{TEXT}Once only.\n")
    built: list[str] = []
    build = exporting.built
    monkeypatch.setattr(exporting, "built", lambda *given: built.append(given[-1]) or build(*given))
    assert measure(office.control, made) == measure(office.control, made)
    office.submit(made)
    assert built == ["docx", "pdf"]
    administering.change_organisation(
        office.control, office.people["carla"], name="Town of Scales", time_zone="UTC", standards=[]
    )
    measure(office.control, made)
    assert built == ["docx", "pdf"] * 2


def test_two_who_measure_the_same_draft_at_once_make_its_files_once(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = office.write(text=f"{TEXT}Both at once.\n")
    built: list[str] = []
    build = exporting.built
    monkeypatch.setattr(exporting, "built", lambda *given: built.append(given[-1]) or build(*given))
    with ThreadPoolExecutor(2) as both:
        found = list(both.map(lambda _: measure(office.control, made), range(2)))
    assert found[0] == found[1]
    assert sorted(built) == ["docx", "pdf"]


def test_files_that_wait_for_their_turn_in_vain_are_not_said_to_be_impossible(office: Office) -> None:
    made = office.write(text=f"{TEXT}Not now.\n")
    turns = ConversionTurns(4, patience=0)
    take_turns(turns, 1)
    with turns.turn(1), pytest.raises(TooManyConversionsError, match="try again"):
        measure(office.control, made)
    assert measure(office.control, made).is_sound
    take_turns(None)


def test_a_measurement_that_was_slipped_into_the_cache_is_not_believed(office: Office) -> None:
    made = office.write(text=SHAPELESS)
    found = _differences(office, made)
    fingerprint = office.revision(made).fingerprint
    path = office.control.measurements._path(fingerprint)
    seal, _, kept = path.read_bytes().partition(b"\n")
    path.write_bytes(seal + b"\n" + json.dumps({**json.loads(kept), "found": []}).encode())
    assert found
    assert _differences(office, made) == found


def test_a_controller_lets_a_named_difference_stand_with_a_reason(office: Office) -> None:
    made = office.write(text=SHAPELESS)
    let_all_stand(office, made)
    office.carry_through(made)
    catch_up(office.control)
    revision = office.revision(made)
    (row,) = (row for row in revision.issued_files if row["path"] == "issued/signatures.json")
    said = json.loads(office.control.read_document(Library.ITSELF, revision, StoredFile(**row)))
    (stands,) = said["differences_let_stand"]
    assert stands["name"] == "Carla Controller"
    assert stands["reason"] == "It is only shown"
    assert stands["fingerprint"] == revision.fingerprint
    assert SIGN in stands["difference"]["page"]
    assert _verified(office) == []


def test_only_a_controller_who_did_not_write_it_lets_a_difference_stand(office: Office) -> None:
    made = office.write(text=SHAPELESS)
    for login in ("alice", "rob", "ann"):
        with pytest.raises((NotPermittedError, NotFoundError)):
            let_all_stand(office, made, login)
    with pytest.raises(InvalidInputError, match="why the difference may stand"):
        let_all_stand(office, made, reason="  ")
    own = office.write("POL-002", text=SHAPELESS, author="carla")
    with pytest.raises(SelfApprovalError, match="nobody lets a difference stand in what they wrote"):
        let_all_stand(office, own)
    assert Act.DIFFERENCE_LET_STAND not in _acts(office)


def test_a_difference_stands_for_its_own_text_alone(office: Office) -> None:
    made = office.write(text=SHAPELESS)
    let_all_stand(office, made)
    office.save(made, f"{SHAPELESS}\nMore.\n")
    with pytest.raises(DifferencesLeftError):
        office.submit(made)


def test_a_difference_that_nobody_found_cannot_belet_all_stand(office: Office) -> None:
    made = office.write()
    carla, shown = office.people["carla"], office.revision(made).fingerprint
    with pytest.raises(NotFoundError, match="no such difference"):
        letting_stand.let_stand(office.control, made, carla, "0" * 64, "Why not", shown=shown)
    with pytest.raises(StaleRevisionError):
        letting_stand.let_stand(office.control, made, carla, "0" * 64, "Why not", shown="0" * 64)


def test_nothing_is_let_stand_while_it_is_signed(office: Office) -> None:
    made = office.write()
    office.submit(made)
    with pytest.raises(WrongStateError, match="while it is signed"):
        letting_stand.let_stand(
            office.control, made, office.people["carla"], "0" * 64, "Late", shown=office.revision(made).fingerprint
        )


def _planned(office: Office, number: str = "POL-001") -> int:
    """Approve a revision for a later day."""
    made = office.write(number)
    office.carry_through(made, effective=office.control.now().date() + timedelta(days=10))
    return made


def test_an_approved_revision_that_cannot_be_issued_does_not_come_into_force(office: Office, clock: Clock) -> None:
    made = _planned(office)
    with broken_template(office):
        catch_up(office.control)
        assert "cannot be made" in office.revision(made).held_up_by.in_words("it")
        clock.forward(days=11)
        assert publishing.publish_due(office.control) == []
        seen = _acts(office)
        catch_up(office.control)
        catch_up(office.control)
        assert office.revision(made).state == State.APPROVED
        assert _acts(office) == seen
        with office.control.reading() as session:
            assert len(session.get_one(Revision, made).valid_signatures) == 2
        with pytest.raises(DifferencesLeftError, match="before it comes into force"):
            publishing.publish_now(office.control, made, office.people["carla"])
    assert issue_again(office.control, made, office.people["carla"]).is_sound
    assert publishing.publish_due(office.control) == ["POL-001 revision 1"]
    assert _acts(office).count(Act.ISSUE_FAILED) == _acts(office).count(Act.ISSUE_CLEARED) == 1
    assert _verified(office) == []


def test_what_is_due_is_looked_at_even_where_no_follower_did(office: Office, clock: Clock) -> None:
    made = _planned(office)
    clock.forward(days=11)
    with broken_template(office):
        assert publishing.publish_due(office.control) == []
    assert office.revision(made).issue_trouble


def test_an_approved_revision_is_sent_back_with_what_is_in_the_way(office: Office) -> None:
    made = _planned(office)
    with broken_template(office):
        catch_up(office.control)
        with pytest.raises(NotPermittedError):
            sending_back.send_back(office.control, made, office.people["alice"])
        assert sending_back.send_back(office.control, made, office.people["carla"]) == 1
    assert office.revision(made).state == State.DRAFT
    assert office.revision(made).issue_trouble == ""
    with office.control.reading() as session:
        event = session.scalars(select(Event).where(Event.act == Act.REVISION_RECALLED)).one()
        assert "cannot be made" in event.reason
    assert _verified(office) == []


def test_a_failed_issue_gives_out_no_file_and_is_tried_again(office: Office) -> None:
    made = office.publish()
    with broken_template(office):
        catch_up(office.control)
        assert not office.revision(made).issued_commit
        with pytest.raises(NotIssuedError, match="none is given out"):
            exporting.issued_file(office.control, made, office.people["eve"], exporting.PDF)
    assert issue_again(office.control, made, office.people["carla"]).is_sound
    assert office.revision(made).issued_commit
    assert office.revision(made).issue_trouble == ""
    assert exporting.issued_file(office.control, made, office.people["eve"], exporting.PDF)[1].startswith(b"%PDF")
    with pytest.raises(WrongStateError, match="nothing was tried again"):
        issue_again(office.control, made, office.people["carla"])
    assert _verified(office) == []


def test_another_program_tries_again_by_itself(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    made = office.publish()
    with broken_template(office):
        catch_up(office.control)
    catch_up(office.control)
    assert not office.revision(made).issued_commit
    monkeypatch.setattr("docctl.actions.issued_files.issuing.measured_with", lambda _: {"Typst": "of another day"})
    monkeypatch.setattr("docctl.followers.catching_up._cleared", set())
    catch_up(office.control)
    assert office.revision(made).issued_commit


def test_the_next_revision_is_opened_with_what_is_in_the_way_of_the_one_in_force(office: Office) -> None:
    made = office.publish()
    with pytest.raises(WrongStateError, match="nothing was done"):
        sending_back.send_back(office.control, made, office.people["carla"])
    with broken_template(office):
        issue(office.control, made)
    assert sending_back.send_back(office.control, made, office.people["carla"]) == 2
    opened = office.revision(made + 1)
    assert (opened.number, opened.state) == (2, State.DRAFT)
    assert "cannot be made" in opened.current.reason
    assert _verified(office) == []


@pytest.fixture
def reached(office: Office) -> Iterator[Office]:
    """The library at work, with everybody reached by mail."""
    server = PostOffice().open()
    office.control.mail_server = server.as_setting()
    reach_by_mail(office.control)
    yield office
    server.close()


def _told(office: Office) -> list[str]:
    """Who was told of files that could not be issued."""
    with office.control.reading() as session:
        notices = session.scalars(select(Notice).where(Notice.subject.contains("could not be issued")))
        return [notice.user.login for notice in notices if notice.user is not None]


def _doctor(office: Office) -> tuple[str, str]:
    (check,) = (each for each in check_library(office.control, naming=True) if each.name == "issues")
    return check.state, check.sentence


def _printed(office: Office, revision_id: int) -> bytes:
    return exporting.issued_file(office.control, revision_id, office.people["eve"], exporting.PDF)[1]


def test_a_difference_on_the_final_bytes_holds_an_approved_revision_before_its_day(
    reached: Office, clock: Clock
) -> None:  # fmt: skip
    first = reached.publish()
    catch_up(reached.control)
    sound = _printed(reached, first)
    made = reached.open_revision("POL-001")
    reached.save(made, f"{TEXT}More.\n")
    reached.carry_through(made, effective=reached.control.now().date() + timedelta(days=10))
    with hiding_template(reached):
        catch_up(reached.control)
        held = reached.revision(made).held_up_by
        assert not held.failure
        assert {(each.file, each.place) for each in held.differences} >= {(ReadFrom.WORD, "Purpose")}
        assert _told(reached) == ["carla"]
        assert _doctor(reached) == ("warning", "The files of POL-001 revision 2 cannot be issued as they are.")
        clock.forward(days=11)
        catch_up(reached.control)
        assert (reached.revision(first).state, reached.revision(made).state) == (State.IN_FORCE, State.APPROVED)
        assert _printed(reached, first) == sound
        assert not issue_again(reached.control, made, reached.people["carla"]).is_sound
    assert issue_again(reached.control, made, reached.people["carla"]).is_sound
    catch_up(reached.control)
    assert reached.revision(made).issued_commit
    assert _doctor(reached)[0] == "ok"
    assert _verified(reached) == []


def test_a_difference_at_issue_gives_out_nothing_new_and_keeps_the_last_sound_files(reached: Office) -> None:
    first = reached.publish()
    catch_up(reached.control)
    made = reached.revise("POL-001", f"{TEXT}More.\n")
    with hiding_template(reached):
        catch_up(reached.control)
        found = reached.revision(made)
        assert (found.state, found.issued_commit, found.held_up_by.failure) == (State.IN_FORCE, "", "")
        assert reached.revision(first).issued_commit
        assert _printed(reached, first).startswith(b"%PDF")
        with pytest.raises(NotIssuedError, match="do not say what its page says"):
            _printed(reached, made)
        assert _told(reached) == ["carla"]
        assert _doctor(reached)[0] == "fault"
        catch_up(reached.control)
        assert _told(reached) == ["carla"]
    assert issue_again(reached.control, made, reached.people["carla"]).is_sound
    assert _printed(reached, made).startswith(b"%PDF")
    assert _verified(reached) == []


def test_a_difference_that_is_let_stand_before_its_day_holds_nothing_up(office: Office, clock: Clock) -> None:
    made = _planned(office)
    with hiding_template(office):
        catch_up(office.control)
        let_all_stand(office, made)
        assert issue_again(office.control, made, office.people["carla"]).is_sound
        clock.forward(days=11)
        catch_up(office.control)
        assert office.revision(made).issued_commit
    assert _verified(office) == []
