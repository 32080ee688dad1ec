"""My account: where somebody is signed in, and how sessions are ended."""

import re

from flask import Flask
from sqlalchemy import select

from docctl.document_control import DocumentControl
from docctl.domain.people.user import User
from docctl.domain.trail.audit_trail import Act, Event
from tests.web.conftest import SignedIn


def test_a_person_sees_their_sessions_and_ends_one_or_all_others(control: DocumentControl, signed_in: SignedIn) -> None:
    here, elsewhere, third, stranger = (signed_in(login) for login in ("eve", "eve", "eve", "rob"))
    page = here.get("/account").text
    assert "This one" in page
    assert "127.0.0.1" in page
    assert "Werkzeug" in page
    others = re.findall(r'name="session" value="(\w+)"', page)
    assert len(others) == 2
    stranger.post("/account/sessions/end", data={"session": others[0]})
    assert len(re.findall('name="session"', here.get("/account").text)) == 2
    here.post("/account/sessions/end", data={"session": others[0]})
    assert sorted(each.get("/account").status_code for each in (elsewhere, third)) == [200, 302]
    here.post("/account/sessions/end-others")
    assert [each.get("/account").status_code for each in (here, elsewhere, third)] == [200, 302, 302]
    assert "ended sessions" in here.get("/account").text
    with control.reading() as session:
        told = session.scalars(select(Event).where(Event.act == Act.USER_SESSIONS_CLOSED)).all()
        eve = session.scalars(select(User).where(User.login == "eve")).one().subject
    assert [(event.subject, event.plain_values["sessions"]) for event in told] == [(eve, 1), (eve, 1)]


def test_an_administrator_ends_every_session_of_somebody(app: Flask, signed_in: SignedIn) -> None:
    admin, eve = signed_in("admin"), signed_in("eve")
    assert signed_in("rob").post("/administration/people/eve/sessions").status_code == 403
    assert eve.get("/account").status_code == 200
    assert admin.post("/administration/people/eve/sessions").status_code == 303
    assert eve.get("/account").status_code == 302
    assert signed_in("eve").get("/account").status_code == 200
