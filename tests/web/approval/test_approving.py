"""The signature dialog: password, meaning, what was shown; and that no signature is given otherwise."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask.testing import FlaskClient

from docctl import tools
from docctl.actions.approval import reviewing
from tests.factories.library import PASSWORD, Office
from tests.web.forms import hidden_fields, page_of, send

SignedIn = Callable[[str], FlaskClient]
DRAFT = "/documents/POL-001/revisions/1"


def shown(office: Office, revision_id: int) -> str:
    """The fingerprint of what the pages show."""
    return office.revision(revision_id).fingerprint


@pytest.fixture
def in_review(office: Office) -> int:
    """A revision that waits for its reviewer."""
    revision_id = office.write()
    office.submit(revision_id)
    return revision_id


@pytest.fixture
def in_approval(office: Office, in_review: int) -> int:
    """A revision that waits for its approver."""
    office.review(in_review)
    return in_review


def test_the_dialog_states_the_meaning_and_binds_what_is_shown(
    signed_in: SignedIn, office: Office, in_approval: int
) -> None:  # fmt: skip
    ann = signed_in("ann")
    page = page_of(ann, f"{DRAFT}/approve?shown={shown(office, in_approval)}")
    assert office.revision(in_approval).asked[1].meaning in page
    assert hidden_fields(page)["shown"] == shown(office, in_approval)
    assert f'value="{shown(office, in_approval)}"' in page_of(ann, f"{DRAFT}/review")
    assert ann.get(f"{DRAFT}/approve").location == f"{DRAFT}/review"
    assert ann.get(f"{DRAFT}/approve?shown={'0' * 64}").status_code == 409


def test_a_recall_while_the_password_is_checked_is_what_the_signer_is_told(
    signed_in: SignedIn, office: Office, in_approval: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, matches = signed_in("ann"), tools.password_hasher.matches

    def recalled_meanwhile(kept: str, given: str) -> bool:
        reviewing.recall(office.control, in_approval, office.people["alice"], "A number is wrong")
        return matches(kept, given)

    fields = {"shown": shown(office, in_approval), "password": PASSWORD}
    monkeypatch.setattr(tools.password_hasher, "matches", recalled_meanwhile)
    answer = ann.post(f"{DRAFT}/approve", data=fields)
    assert answer.status_code == 409
    assert "was recalled by Alice Author" in answer.text
    assert "nothing was signed" in answer.text


def test_the_last_signature_leads_to_the_revision_in_force(
    signed_in: SignedIn, office: Office, in_review: int
) -> None:  # fmt: skip
    rob, ann = signed_in("rob"), signed_in("ann")
    address = f"{DRAFT}/review/sign?shown={shown(office, in_review)}"
    fields = {**hidden_fields(page_of(rob, address)), "password": PASSWORD, "comment": "Read twice"}
    assert rob.post(f"{DRAFT}/review", data=fields).location == f"{DRAFT}/review"
    fields = {"shown": shown(office, in_review), "password": PASSWORD, "request_id": "a"}
    answer = ann.post(f"{DRAFT}/approve", data=fields)
    assert answer.location == f"{DRAFT}/publication"
    page = page_of(ann, answer.location)
    for text in ("In force.", "Rob Reviewer", "Read twice", "Ann Approver"):
        assert text in page


@pytest.mark.parametrize("password", ["", "wrong", PASSWORD.upper()])
def test_a_wrong_password_signs_nothing_and_the_dialog_stays(
    signed_in: SignedIn, office: Office, in_approval: int, password: str
) -> None:  # fmt: skip
    fields = {"shown": shown(office, in_approval), "password": password, "comment": "kept remark"}
    answer = signed_in("ann").post(f"{DRAFT}/approve", data=fields)
    assert answer.status_code == 401
    assert "kept remark" in answer.get_data(as_text=True)
    assert office.revision(in_approval).state == "IN_APPROVAL"


def test_a_signature_over_something_else_than_is_stored_is_refused(
    signed_in: SignedIn, office: Office, in_approval: int
) -> None:  # fmt: skip
    other = office.write("POL-002")
    ann = signed_in("ann")
    for fingerprint in ("", "0" * 64, shown(office, other)):
        answer = ann.post(f"{DRAFT}/approve", data={"shown": fingerprint, "password": PASSWORD})
        assert answer.status_code == 409
    assert office.revision(in_approval).state == "IN_APPROVAL"


def test_a_form_shown_before_the_text_changed_signs_nothing(
    signed_in: SignedIn, office: Office, in_approval: int
) -> None:  # fmt: skip
    old = {"shown": shown(office, in_approval), "password": PASSWORD}
    reviewing.recall(office.control, in_approval, office.people["alice"], "A mistake")
    office.save(in_approval, "# Purpose\n\nQuite another text.\n")
    office.submit(in_approval)
    office.review(in_approval)
    assert signed_in("ann").post(f"{DRAFT}/approve", data=old).status_code == 409
    assert office.revision(in_approval).state == "IN_APPROVAL"


def test_nobody_signs_what_they_wrote(signed_in: SignedIn, office: Office) -> None:
    revision_id = office.write(author="carla")
    office.save(revision_id, "# Purpose\n\nText.\n", author="carla")
    carla = signed_in("carla")
    assert send(carla, f"{DRAFT}/submit", change_summary="First").status_code == 303
    fields = {"shown": shown(office, revision_id), "password": PASSWORD}
    assert carla.post(f"{DRAFT}/review", data=fields).status_code == 403
    assert "Sign the review" not in page_of(carla, f"{DRAFT}/review")


def test_a_step_is_not_skipped(signed_in: SignedIn, office: Office, in_review: int) -> None:
    fields = {"shown": shown(office, in_review), "password": PASSWORD}
    assert signed_in("ann").post(f"{DRAFT}/approve", data=fields).status_code == 403
    assert signed_in("carla").post(f"{DRAFT}/publish").status_code == 409
    assert office.revision(in_review).state == "IN_REVIEW"


@pytest.mark.parametrize("same_key", [True, False])
def test_a_signature_sent_twenty_times_counts_once(
    signed_in: SignedIn, office: Office, in_review: int, same_key: bool
) -> None:  # fmt: skip
    rob = [signed_in("rob") for _ in range(4)]
    fields = {"shown": shown(office, in_review), "password": PASSWORD}

    def post(place: int) -> int:
        key = "same" if same_key else f"key-{place}"
        return rob[place % 4].post(f"{DRAFT}/review", data={**fields, "request_id": key}).status_code

    with ThreadPoolExecutor(2) as pool:
        statuses = list(pool.map(post, range(20)))
    assert statuses.count(303) == 20 if same_key else statuses.count(303) == 1
    with office.control.reading() as session:
        assert len(session.merge(office.revision(in_review), load=False).signatures) == 1


def test_what_is_no_longer_in_force_takes_no_signature(signed_in: SignedIn, office: Office) -> None:
    revision_id = office.publish("POL-001")
    fields = {"shown": shown(office, revision_id), "password": PASSWORD}
    ann = signed_in("ann")
    assert ann.post(f"{DRAFT}/approve", data=fields).status_code == 409
    assert ann.post(f"{DRAFT}/request-changes", data={**fields, "reason": "x"}).status_code in (403, 409)
    assert signed_in("alice").post(f"{DRAFT}/recall", data={"reason": "x"}).status_code == 409
