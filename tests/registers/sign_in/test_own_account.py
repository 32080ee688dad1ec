"""A15: an administrator can only issue a one-time link, which its owner sees, and which stops signing until used."""

import pytest

from docctl.actions.settings import administering
from docctl.actions.sign_in import signing_in
from docctl.domain.errors import WrongStateError
from docctl.registers.sign_in.own_account import links_issued_unseen
from tests.factories.library import PASSWORD, Clock, Office


def test_a15_a_link_issued_by_an_administrator_is_seen_once_and_stops_signing_until_used(office: Office) -> None:
    """A15: admin sets a password and signs as the user."""
    control, admin, rob = office.control, office.people["admin"], office.people["rob"]
    made = office.write()
    office.submit(made)
    signing_in.sign_in(control, "rob", PASSWORD)
    secret = administering.issue_link(control, admin, rob)
    with pytest.raises(WrongStateError, match="choose a password by that link first"):
        office.review(made)
    for count in (1, 0):
        user, _ = signing_in.sign_in(control, "rob", PASSWORD)
        with control.reading() as session:
            assert len(links_issued_unseen(session, user)) == count
    administering.choose_password(control, secret, PASSWORD)
    office.review(made)
    assert office.revision(made).state == "IN_APPROVAL"


def test_a15_a_link_that_ran_out_stops_nobody(office: Office, clock: Clock) -> None:
    made = office.write()
    office.submit(made)
    administering.issue_link(office.control, office.people["admin"], office.people["rob"])
    clock.forward(hours=administering.LINK_HOURS + 1)
    office.review(made)
    assert office.revision(made).state == "IN_APPROVAL"
