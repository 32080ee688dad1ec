"""A06: who forgot their password is mailed a link; asking tells nobody whether there is such an account."""

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import event, select

from docctl.actions.settings import administering
from docctl.actions.sign_in import checking_credentials, recovering_access, signing_in
from docctl.document_control import DocumentControl
from docctl.domain.errors import MailMissingError, SignInRefusedError, SignInThrottledError
from docctl.domain.notices.letter import MailServer
from docctl.domain.notices.notice import Notice
from docctl.domain.people.user import User
from docctl.domain.sign_in.access_request import MAILED_LINK_MINUTES, AccessRequest
from docctl.domain.trail.audit_trail import Act, Event
from docctl.followers import git_refs
from docctl.registers.integrity.verifying import verify
from docctl.registers.sign_in.own_account import links_mailed_unseen
from tests.factories.library import PASSWORD, Clock
from tests.factories.post_office import reach_by_mail

pytestmark = pytest.mark.both_databases
NEW = "another horse that staples"


@pytest.fixture(autouse=True)
def _mail(control: DocumentControl) -> Iterator[None]:
    control.mail_server = MailServer("127.0.0.1", 9, "docs@town.example", site="https://docs.town.example")
    reach_by_mail(control)
    yield
    control.mail_server = None


def mailed(control: DocumentControl) -> list[tuple[str, str]]:
    """Whom links were mailed to, and the secrets of the links."""
    with control.reading() as session:
        notices = session.scalars(select(Notice).order_by(Notice.id)).all()
        found = [(notice.user, re.search(r"https://docs.town.example/choose-password/(\S+)", notice.text))
                 for notice in notices]  # fmt: skip
        return [(user.login, secret[1]) for user, secret in found if user is not None and secret is not None]


@pytest.mark.parametrize("named", ["eve", " EVE ", "Eve@Town.example"])
def test_a_mailed_link_sets_the_password_once_and_ends_every_session(control: DocumentControl, named: str) -> None:
    _, session_secret = signing_in.sign_in(control, "eve", PASSWORD)
    recovering_access.ask_for_link(control, named, "192.0.2.7")
    assert recovering_access.send_asked_links(control) == 1
    ((login, secret),) = mailed(control)
    assert login == "eve"
    assert administering.choose_password(control, secret, NEW) == "eve"
    assert signing_in.signed_in_person(control, session_secret, checking_credentials.FORGOTTEN_AFTER) is None
    with pytest.raises(SignInRefusedError, match="used already or is too old"):
        administering.choose_password(control, secret, NEW)
    user, _ = signing_in.sign_in(control, "eve", NEW)
    with control.reading() as session:
        ((_, asked_from),) = links_mailed_unseen(session, user)
        assert asked_from == "192.0.2.7"
        assert any(notice.subject == "Your password was set" for notice in session.scalars(select(Notice)))
    git_refs.follow(control)
    assert list(verify(control).findings) == []


def test_known_and_unknown_cost_the_same_work_while_somebody_waits(control: DocumentControl) -> None:
    statements: list[str] = []
    done: dict[str, list[str]] = {}
    event.listen(control.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    for named in ("eve", "nobody-of-that-name"):
        statements.clear()
        recovering_access.ask_for_link(control, named, f"192.0.2.{len(named)}")
        done[named] = list(statements)
    assert done["eve"] == done["nobody-of-that-name"]
    assert not any("FROM users" in statement for statement in done["eve"])


def test_nobody_is_mailed_who_is_unknown_or_disabled_or_has_no_address(
    control: DocumentControl, people: dict[str, int]
) -> None:
    administering.set_disabled(control, people["admin"], people["eve"], True)
    with control.remembering() as session:
        session.get_one(User, people["rob"]).email = ""
    for named in ("eve", "rob", "nobody", "", "%", "rob@town.example"):
        recovering_access.ask_for_link(control, named, f"192.0.2.{len(named)}")
    assert recovering_access.send_asked_links(control) == 0
    assert mailed(control) == []
    with control.reading() as session:
        assert session.scalars(select(AccessRequest)).all() == []
        assert Act.USER_LINK_MAILED not in set(session.scalars(select(Event.act)))


@pytest.mark.parametrize("named", ["eve", "nobody"])
def test_asking_again_and_again_is_slowed_down_for_known_and_unknown_alike(
    control: DocumentControl, named: str
) -> None:
    for place in range(4):
        recovering_access.ask_for_link(control, named, f"192.0.2.{place}")
    with pytest.raises(SignInThrottledError):
        recovering_access.ask_for_link(control, named, "192.0.2.99")
    signing_in.sign_in(control, "eve", PASSWORD, "192.0.2.1")


def test_one_address_cannot_ask_for_everybody(control: DocumentControl) -> None:
    for number in range(11):
        recovering_access.ask_for_link(control, f"somebody-{number}", "192.0.2.1")
    with pytest.raises(SignInThrottledError):
        recovering_access.ask_for_link(control, "eve", "192.0.2.1")


def test_nobody_fills_a_mailbox_and_an_administrators_link_goes_on_working(
    control: DocumentControl, people: dict[str, int], clock: Clock
) -> None:
    given = administering.issue_link(control, people["admin"], people["eve"])
    for _ in range(5):
        recovering_access.ask_for_link(control, "eve", "192.0.2.1")
        recovering_access.send_asked_links(control)
        clock.forward(minutes=8)
    assert len(mailed(control)) == 3
    assert administering.choose_password(control, given, NEW) == "eve"
    with pytest.raises(SignInRefusedError):
        administering.choose_password(control, mailed(control)[-1][1], NEW)


def test_a_mailed_link_runs_out(control: DocumentControl, clock: Clock) -> None:
    recovering_access.ask_for_link(control, "eve")
    recovering_access.send_asked_links(control)
    clock.forward(minutes=MAILED_LINK_MINUTES + 1)
    with pytest.raises(SignInRefusedError):
        administering.choose_password(control, mailed(control)[0][1], NEW)


def test_without_mail_the_page_says_whom_to_ask(control: DocumentControl) -> None:
    control.mail_server = None
    with pytest.raises(MailMissingError, match="ask an administrator"):
        recovering_access.ask_for_link(control, "eve")
