"""A06 on the page: the same answer for everybody who says that they forgot their password."""

import re

from flask.testing import FlaskClient

from docctl.document_control import DocumentControl
from docctl.domain.notices.letter import MailServer


def test_the_answer_is_the_same_for_known_and_unknown(client: FlaskClient, control: DocumentControl) -> None:
    control.mail_server = MailServer("127.0.0.1", 9, "docs@town.example")
    assert "Forgot your password?" in client.get("/sign-in").text
    assert "Login name or mail address" in client.get("/forgotten-password").text
    shown = []
    for named in ("eve", "no-such-person"):
        answer = client.post("/forgotten-password", data={"named": named})
        page = client.get(answer.location).text
        shown.append((answer.status_code, answer.location, re.sub(r'(content|value)="[^"]{32,}"', "", page)))
    assert shown[0] == shown[1]
    assert "a link is on its way" in shown[0][2]


def test_where_no_mail_goes_out_the_page_says_whom_to_ask(client: FlaskClient) -> None:
    page = client.get("/forgotten-password").text
    assert "Ask an administrator" in page
    assert 'name="named"' not in page
    assert client.post("/forgotten-password", data={"named": "eve"}).status_code == 422


def test_whoever_asks_too_often_waits(client: FlaskClient, control: DocumentControl) -> None:
    control.mail_server = MailServer("127.0.0.1", 9, "docs@town.example")
    answers = [client.post("/forgotten-password", data={"named": "eve"}) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [303, 303, 303, 303, 429]
    assert int(answers[-1].headers["Retry-After"]) > 0
