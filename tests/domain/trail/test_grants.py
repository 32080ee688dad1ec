"""What each event names as its authority and credential is held against the events before it, without a library."""

from datetime import date, timedelta
from typing import Any

import pytest

from docctl.domain.trail.events.approval import DelegateNamed, DelegationRevoked, RevisionApproved, SigningRefused
from docctl.domain.trail.events.operations import GitAdopted, LibraryRebuilt, LossAccepted
from docctl.domain.trail.events.people import Account, UserAdded, UserChanged
from docctl.domain.trail.events.recorded import Details, Recorded
from docctl.domain.trail.events.sign_in import UserPasswordChosen, UserSignedIn
from docctl.domain.trail.grants import Grants
from tests.factories.events import recorded

DAY = date(2026, 1, 2)
ROLES = ["approver", "reader"]


def account(number: int, roles: list[str]) -> dict[str, Any]:
    """What an event says of an account."""
    said = {"login": f"a{number}", "name": f"A{number}", "email": "", "person": str(number), "department": ""}
    return {**said, "id": number, "roles": roles}


def signature(**said: Any) -> RevisionApproved:
    """A signature."""
    common = {"fingerprint": "", "meaning": "", "role": "", "step": 0, "rule": "", "round": 1, "time_zone": "UTC"}
    rest = {"authenticated_by": "password", "person": "1", "printed_name": "A1", "in_place_of_person": "", "new": ""}
    return RevisionApproved(**{**common, **rest, "in_place_of_id": None, **said})


def delegation(number: int) -> DelegateNamed:
    """Account 1 made the delegate of account 2."""
    who = {"absent": 2, "absent_name": "A2", "delegate": 1, "delegate_name": "A1"}
    return DelegateNamed(**{**who, "delegation": number, "from_day": DAY, "until_day": DAY})


SIGNED_IN = UserSignedIn(address="", second_factor="", session=None)
ACCEPTED = LossAccepted(finding="", rule="", found="", objects=[], person="1", found_at=None)


def adopted(after: int) -> GitAdopted:
    """Events of Git were taken over after one that the database had."""
    return GitAdopted(after=after, after_chain="", up_to=9, up_to_chain="", without_password=[])


HISTORY: list[tuple[Details, int]] = [
    (UserAdded(**account(1, ["reader"])), 1),
    (UserChanged(old=Account(**account(1, ["reader"])), new=Account(**account(1, ROLES))), 1),
    (UserAdded(**account(2, ROLES)), 2),
    (UserPasswordChosen(by="a1", commitment=None), 1),
    (UserPasswordChosen(by="a1", commitment=None), 1),
    (delegation(1), 0),
    (UserSignedIn(address="", second_factor="", session=None), 1),
    (delegation(2), 0),
    (DelegationRevoked(delegation=2), 0),
]  # fmt: skip


def faults(details: Details, **said: Any) -> list[str]:
    """What is found of an event after the history; its number is 20."""
    grants, start = Grants(), recorded(SigningRefused()).time
    for seq, (told, about) in enumerate(HISTORY, 1):
        grants.take(recorded(told, seq=seq, time=start + timedelta(seconds=seq)), about)
    event: Recorded[Details] = recorded(
        details, **{"seq": 20, "time": start + timedelta(hours=1), "actor_roles": ROLES, "authority": [2], **said}
    )
    return list(grants.faults(event))


@pytest.mark.parametrize(
    ("details", "said"),
    [
        (SigningRefused(), {"credential": []}),
        (SigningRefused(), {"credential": [7]}),
        (signature(), {"credential": [5]}),
        (signature(in_place_of_id=2), {"authority": [2, 6], "credential": [5]}),
        (SIGNED_IN, {"credential": [5]}),
        (ACCEPTED, {"credential": [5]}),
        (SigningRefused(), {"authority": None, "actor_roles": ["controller"]}),
    ],
)
def test_nothing_is_found_of_what_was_so(details: Details, said: dict[str, Any]) -> None:
    assert faults(details, **said) == []


@pytest.mark.parametrize(
    ("voided", "is_void"),
    [(LibraryRebuilt(events=9, up_to_chain=""), True), (adopted(4), True), (adopted(5), False)],
    ids=["rebuilt", "adopted from before", "adopted from after"],
)
def test_a_password_that_no_database_holds_any_more_is_none_to_sign_by(voided: Details, is_void: bool) -> None:
    grants, start = Grants(), recorded(SigningRefused()).time
    for seq, (told, about) in enumerate([*HISTORY, (voided, 0)], 1):
        grants.take(recorded(told, seq=seq, time=start + timedelta(seconds=seq)), about)
    said = {"actor_roles": ROLES, "authority": [2], "credential": [5], "time": start + timedelta(hours=1), "seq": 20}
    found = list(grants.faults(recorded(SIGNED_IN, **said)))
    assert ("it names event 5, but event 10 had taken its place" in found) is is_void


@pytest.mark.parametrize(
    ("details", "said", "wanted"),
    [
        (SigningRefused(), {"authority": []}, "it does not name the one event that gave the account its roles"),
        (SigningRefused(), {"authority": [1]}, "it names event 1, but event 2 had taken its place"),
        (SigningRefused(), {"authority": [3]}, "it names event 3, which gave it to somebody else"),
        (SigningRefused(), {"authority": [2, 4]}, "it names event 4, which gave nothing of that kind"),
        (SigningRefused(), {"authority": [2, 21]}, "it names event 21, which gave nothing of that kind"),
        (
            SigningRefused(),
            {"actor_roles": ["controller"]},
            "acted as controller, but the event that it names gave",
        ),
        (SigningRefused(), {"credential": [4]}, "it names event 4, but event 5 had taken its place"),
        (SigningRefused(), {"credential": [2]}, "it names event 2, which gave nothing of that kind"),
        (signature(), {"credential": []}, "it does not say by which password its actor was known"),
        (SIGNED_IN, {"credential": []}, "it does not say by which password its actor was known"),
        (ACCEPTED, {"credential": [7]}, "it does not say by which password its actor was known"),
        (signature(in_place_of_id=2), {"credential": [5]}, "does not name the event that made the signer a delegate"),
        (signature(in_place_of_id=2), {"authority": [2, 8], "credential": [5]}, "event 9 had taken its place"),
    ],
)
def test_what_was_not_so_is_found(details: Details, said: dict[str, Any], wanted: str) -> None:
    assert any(wanted in each for each in faults(details, **said))


def test_a_version_that_says_it_is_followed_by_none_that_does_not() -> None:
    grants = Grants()
    grants.take(recorded(UserAdded(**account(1, ROLES)), seq=1), 1)
    said = {"actor_roles": ROLES, "seq": 20, "time": recorded(SigningRefused()).time + timedelta(hours=1)}
    assert list(grants.faults(recorded(SigningRefused(), **said))) == []
    assert list(grants.faults(recorded(SigningRefused(), authority=[1], **said))) == []
    assert list(grants.faults(recorded(SigningRefused(), **said))) == [
        "it does not say which event gave it its authority"
    ]
