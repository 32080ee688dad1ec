"""Pages for submitting, reviewing, remarking, sending back and recalling."""

from collections.abc import Callable
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import docx
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from docctl.actions.approval import reviewing
from docctl.actions.documents import drafting
from docctl.actions.intake.writing_in_word import read_edited_word
from docctl.actions.issued_files.reading_back import measure
from docctl.domain.people.organisation import Organisation
from docctl.domain.trail.audit_trail import Act, Event
from tests.factories.files.hostile_word import paragraph
from tests.factories.files.unfixed_word import field, line, unfixed_word
from tests.factories.library import PASSWORD, TEXT, Clock, Office
from tests.web.forms import hidden_fields, page_of, send

SignedIn = Callable[[str], FlaskClient]
DRAFT = "/documents/POL-001/revisions/1"
ATTACK = "<script>alert(1)</script><img src=x onerror=alert(1)>"


def test_submitting_shows_who_is_asked_and_freezes_the_text(signed_in: SignedIn, office: Office) -> None:
    revision_id = office.write()
    alice = signed_in("alice")
    page = page_of(alice, f"{DRAFT}/submit")
    assert "Rob Reviewer" in page
    assert "Ann Approver" in page
    assert "Alice Author" not in page.split('aria-labelledby="asked"')[1]
    assert send(alice, f"{DRAFT}/submit", change_summary="  ").status_code == 422
    assert send(alice, f"{DRAFT}/submit", change_summary="x", effective_date="soon").status_code == 422
    assert send(alice, f"{DRAFT}/submit", change_summary="First issue").status_code == 303
    assert office.revision(revision_id).state == "IN_REVIEW"
    assert "does not change any more" in page_of(alice, f"{DRAFT}/write")
    refused = alice.post(f"{DRAFT}/write", data={"html": "<p>x</p>", "reason": "x", "based_on": "0"})
    assert refused.status_code == 409


def test_submitting_shows_what_the_template_says_beside_the_text(signed_in: SignedIn, office: Office) -> None:
    office.write()
    path = office.control.templates / "policy.docx"
    assert "The Word template says beside the text" not in page_of(signed_in("alice"), f"{DRAFT}/submit")
    document = docx.Document(path)
    document.sections[0].header.add_paragraph("Not on Sundays")
    document.save(path)
    page = page_of(signed_in("alice"), f"{DRAFT}/submit")
    assert "The Word template says beside the text" in page
    assert "<li>Not on Sundays</li>" in page


def test_a_text_saved_after_the_page_was_shown_is_not_submitted(signed_in: SignedIn, office: Office) -> None:
    revision_id = office.write()
    alice = signed_in("alice")
    opened = hidden_fields(page_of(alice, f"{DRAFT}/submit"))
    office.save(revision_id, "# Purpose\n\nSomething else.\n", author="carla")
    answer = alice.post(f"{DRAFT}/submit", data={**opened, "change_summary": "First issue"})
    assert answer.status_code == 409
    assert office.revision(revision_id).state == "DRAFT"


def test_a_reviewer_sees_text_route_and_metadata_and_remarks_on_a_section(signed_in: SignedIn, office: Office) -> None:
    revision_id = office.write(clauses=[("iso-9001-2015", "5.2")])
    office.submit(revision_id)
    rob = signed_in("rob")
    page = page_of(rob, f"{DRAFT}/review")
    for text in ("This document says what we do.", "waits for your signature", "Ann Approver", "ISO 9001:2015, 5.2"):
        assert text in page
    fields = {"text": f"Too short {ATTACK}", "section": "Scope", "anchor": "s-scope"}
    answer = rob.post(f"{DRAFT}/comments", data=fields)
    assert answer.location.endswith("#s-scope")
    page = page_of(rob, f"{DRAFT}/review")
    assert ATTACK not in page
    assert page.index("It applies to everybody.") < page.index("Too short")
    remark = office.revision(revision_id)
    with office.control.reading() as session:
        assert [each.section for each in session.merge(remark, load=False).comments] == ["Scope"]


def test_an_empty_remark_is_refused(signed_in: SignedIn, office: Office) -> None:
    office.submit(office.write())
    assert signed_in("rob").post(f"{DRAFT}/comments", data={"text": " "}).status_code == 422


def test_people_who_are_not_asked_do_not_see_what_is_under_review(signed_in: SignedIn, office: Office) -> None:
    office.submit(office.write())
    eve = signed_in("eve")
    for page in ("review", "review/sign", "approve", "request-changes", "publication", "preview.pdf"):
        assert eve.get(f"{DRAFT}/{page}").status_code == 404
    for post in ("review", "approve", "comments", "request-changes", "comments/1/close"):
        assert eve.post(f"{DRAFT}/{post}", data={"shown": "x", "password": "x", "reason": "x"}).status_code == 404
    audra = signed_in("audra")
    assert "Sign the review" not in page_of(audra, f"{DRAFT}/review")
    for post in ("review", "approve", "comments", "request-changes"):
        assert audra.post(
            f"{DRAFT}/{post}", data={"shown": "x", "password": "x", "reason": "x", "text": "x"}
        ).status_code in (
            401,
            403,
            409,
        )


def test_changes_are_requested_with_a_reason_that_the_author_sees(signed_in: SignedIn, office: Office) -> None:
    revision_id = office.write()
    office.submit(revision_id)
    reviewing.comment(office.control, revision_id, office.people["rob"], "Name the owner.", "Purpose")
    rob, alice = signed_in("rob"), signed_in("alice")
    assert send(rob, f"{DRAFT}/request-changes", reason=" ").status_code == 422
    assert send(rob, f"{DRAFT}/request-changes", reason="The owner is missing.").status_code == 303
    page = page_of(alice, f"{DRAFT}/write")
    assert "The owner is missing." in page
    assert "Name the owner." in page
    assert "was sent back for changes by" in rob.get(f"{DRAFT}/review").get_data(as_text=True)
    with office.control.reading() as session:
        comment_id = session.merge(office.revision(revision_id), load=False).comments[0].id
    assert alice.post(f"{DRAFT}/comments/{comment_id}/close").status_code == 303
    assert "Name the owner." not in page_of(alice, f"{DRAFT}/write")
    assert alice.post(f"{DRAFT}/comments/99999/close").status_code == 404


def test_a_submitted_revision_is_recalled_with_a_reason(signed_in: SignedIn, office: Office) -> None:
    revision_id = office.write()
    office.submit(revision_id)
    alice = signed_in("alice")
    assert send(alice, f"{DRAFT}/recall", reason="").status_code == 422
    assert send(alice, f"{DRAFT}/recall", reason="A table is missing").status_code == 303
    assert office.revision(revision_id).state == "DRAFT"
    assert "A table is missing" in page_of(alice, f"{DRAFT}/write")
    assert alice.post(f"{DRAFT}/recall", data={"reason": "again"}).status_code == 409


def test_what_changes_since_the_revision_in_force_is_shown(signed_in: SignedIn, office: Office) -> None:
    office.publish("POL-001", text=TEXT)
    revision_id = office.open_revision("POL-001")
    office.save(revision_id, TEXT.replace("everybody", "every employee"))
    office.submit(revision_id, "Employees only")
    page = page_of(signed_in("rob"), "/documents/POL-001/revisions/2/review?show=changes")
    assert "every employee</ins>" in page
    assert "everybody</del>" in page


def test_an_effective_date_is_taken_over(signed_in: SignedIn, office: Office, clock: Clock) -> None:
    revision_id = office.write()
    day = (clock.instant + timedelta(days=30)).date()
    alice = signed_in("alice")
    assert send(alice, f"{DRAFT}/submit", change_summary="First", effective_date=str(day)).status_code == 303
    assert office.revision(revision_id).wanted_effective_date == day


def test_places_left_open_in_word_are_shown_before_submitting_and_accepted_by_name(
    signed_in: SignedIn, office: Office
) -> None:
    revision_id = office.write()
    shown = office.revision(revision_id).fingerprint
    lost = line("See ", field("REF _gone", "Error! Bookmark not defined."))
    word = unfixed_word(paragraph("Duties", "Heading1") + lost)
    written = read_edited_word(office.control, "POL-001.docx", word).under("POL-001", "Quality policy")
    drafting.save_draft(
        office.control, revision_id, office.people["alice"], reason="In Word", based_on=shown, text=written
    )
    alice = signed_in("alice")
    page = page_of(alice, f"{DRAFT}/submit")
    assert "1 place left open in the Word file" in page
    assert "Left open in the file, error shown (1): “Error! Bookmark not defined.”" in page_of(alice, f"{DRAFT}/write")
    assert "in “Duties”: Error! Bookmark not defined." in " ".join(page.split())
    assert send(alice, f"{DRAFT}/submit", change_summary="First").status_code == 422
    assert measure(office.control, revision_id).is_sound
    assert send(alice, f"{DRAFT}/submit", change_summary="First", despite_open_places="yes").status_code == 303


@pytest.mark.parametrize("act", ["recalled", "sent back for changes"])
def test_a_signer_meets_what_happened_to_a_revision_that_went_back_meanwhile(
    office: Office, signed_in: SignedIn, act: str
) -> None:
    revision_id = office.write("POL-001")
    office.submit(revision_id)
    office.review(revision_id)
    shown, ann = office.revision(revision_id).fingerprint, signed_in("ann")
    assert "POL-001" in ann.get("/tasks").text
    if act == "recalled":
        reviewing.recall(office.control, revision_id, office.people["alice"], "A number is wrong")
    else:
        carla = office.people["carla"]
        reviewing.request_changes(office.control, revision_id, carla, "A number is wrong", shown=shown)
    address = "/documents/POL-001/revisions/1"
    answers = [
        ann.get(f"{address}/approve?shown={shown}"),
        ann.post(f"{address}/approve", data={"shown": shown, "password": PASSWORD}),
        ann.get(f"{address}/review"),
    ]
    for answer in answers:
        assert answer.status_code == 409
        assert "This no longer waits for you" in answer.text
        assert f"was {act} by" in answer.text
        assert "A number is wrong" in answer.text
    assert "POL-001" not in ann.get("/tasks").text
    assert ann.get("/documents/POL-999/revisions/1/approve?shown=x").status_code == 404


def test_whoever_signed_before_a_recall_is_told_that_it_counts_no_more_and_when_by_the_clock_of_the_organisation(
    office: Office, signed_in: SignedIn, clock: Clock
) -> None:
    with office.control.remembering() as session:
        session.scalars(select(Organisation)).one().time_zone = "Asia/Kolkata"
    revision_id = office.write("POL-001")
    office.submit(revision_id)
    office.review(revision_id)
    reviewing.recall(office.control, revision_id, office.people["alice"], "A number is wrong")
    with office.control.reading() as session:
        recalled = session.scalars(select(Event.happened_at).where(Event.act == Act.REVISION_RECALLED)).one()
    there = recalled.astimezone(ZoneInfo("Asia/Kolkata"))
    told = signed_in("rob").get("/documents/POL-001/revisions/1/review")
    assert told.status_code == 409
    assert "your signature from before stays on record and counts no more" in told.text
    assert "nothing was signed" not in told.text
    assert f"{there:%B %Y at %H:%M}: " in told.text
    untold = signed_in("ann").get("/documents/POL-001/revisions/1/review")
    assert "nothing was signed" in untold.text


def test_the_day_asked_for_once_is_proposed_again_and_a_passed_one_has_to_be_chosen_anew(
    office: Office, signed_in: SignedIn, clock: Clock
) -> None:
    revision_id = office.write("POL-001")
    office.submit(revision_id, effective=date(2026, 3, 20))
    reviewing.recall(office.control, revision_id, office.people["alice"], "A number is wrong")
    address = "/documents/POL-001/revisions/1/submit"
    page = signed_in("alice").get(address).text
    assert 'value="2026-03-20"' in page
    assert "has passed" not in page
    clock.forward(days=30)
    alice = signed_in("alice")
    page = alice.get(address).text
    assert 'value="2026-03-20"' not in page
    assert "This revision was wanted from 20 March 2026, which has passed" in page
    form = {"change_summary": "Again", "based_on": office.revision(revision_id).fingerprint, "effective_date": ""}
    assert alice.post(address, data=form).status_code == 422
    assert alice.post(address, data={**form, "at_once": "yes"}).status_code == 303
    assert office.revision(revision_id).wanted_effective_date is None


def test_whoever_signs_last_after_the_day_sees_that_it_is_late(
    office: Office, signed_in: SignedIn, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    revision_id = office.write("POL-001")
    office.submit(revision_id, effective=date(2026, 3, 20))
    office.review(revision_id)
    shown = office.revision(revision_id).fingerprint
    assert "wanted for" not in signed_in("ann").get(f"/documents/POL-001/revisions/1/approve?shown={shown}").text
    clock.forward(days=30)
    ann = signed_in("ann")
    said = "It comes into force today with the last signature, wanted for 20 March 2026"
    assert said in ann.get(f"/documents/POL-001/revisions/1/approve?shown={shown}").text
    assert said in ann.get("/documents/POL-001/revisions/1/review").text
    signed = ann.post("/documents/POL-001/revisions/1/approve", data={"shown": shown, "password": PASSWORD})
    assert "wanted for 20 March 2026: its last signature came later" in ann.get(signed.location).text
    assert "wanted for 20 March 2026" in signed_in("alice").get("/documents/POL-001/revisions/1/publication").text
