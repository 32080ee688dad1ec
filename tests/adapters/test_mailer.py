"""Mail: letters reach a server over a real socket, headers hold one line, and passwords travel only by TLS."""

from collections.abc import Iterator

import pytest

from docctl.adapters import mailer
from docctl.domain.errors import InvalidInputError, MailRefusedError, MailServerError
from docctl.domain.notices.letter import Letter, MailServer
from tests.factories.post_office import PostOffice


@pytest.fixture
def post_office() -> Iterator[PostOffice]:
    """A mail server that is open."""
    office = PostOffice().open()
    yield office
    office.close()


def _letter(**chosen: object) -> Letter:
    given = {
        "message_id": "1@x.invalid",
        "address": "rob@x.example",
        "name": "Rob",
        "subject": "Read",
        "text": "Hello.",
    }
    return Letter(**{**given, **chosen})  # type: ignore[arg-type]


def test_a_letter_arrives_with_its_text_and_what_is_attached(post_office: PostOffice) -> None:
    with mailer.open_postbox(post_office.as_setting()) as postbox:
        postbox.send(_letter(subject="Prüfung", text="Grüße\n.\nEnd", attachments={"checkpoint.txt": b"five lines"}))
    (letter,) = post_office.letters
    assert letter["Subject"] == "Prüfung"
    assert letter["From"] == "Documents <docs@riverton.example>"
    assert letter["Message-ID"] == "<1@x.invalid>"
    body, attachment = letter.get_body(), next(letter.iter_attachments())
    assert body is not None
    assert body.get_content().split() == ["Grüße", ".", "End"]
    assert attachment.get_filename() == "checkpoint.txt"
    assert attachment.get_content() == b"five lines"


@pytest.mark.parametrize("breaks", ["\r\n", "\n", "\r", "\x0b", "\x85", "\u2028", "\0"])
def test_no_entry_adds_a_header_or_a_recipient(post_office: PostOffice, breaks: str) -> None:
    hostile = f"Read{breaks}Bcc: thief@x.example"
    with mailer.open_postbox(post_office.as_setting()) as postbox:
        postbox.send(_letter(subject=hostile, name=hostile, message_id=hostile))
        with pytest.raises(MailRefusedError):
            postbox.send(_letter(address=f"rob@x.example{breaks}RCPT TO:<thief@x.example>"))
    (letter,) = post_office.letters
    assert letter["Bcc"] is None
    assert letter["Subject"] == "Read Bcc: thief@x.example"
    assert [line for line in post_office.heard if line.upper().startswith("RCPT")] == ["rcpt TO:<rob@x.example>"]


@pytest.mark.parametrize(("code", "for_ever"), [(450, False), (550, True)])
def test_one_refused_address_keeps_no_other_letter_back(post_office: PostOffice, code: int, for_ever: bool) -> None:
    post_office.refused["gone@x.example"] = code
    with mailer.open_postbox(post_office.as_setting()) as postbox:
        with pytest.raises(MailRefusedError) as refusal:
            postbox.send(_letter(address="gone@x.example"))
        postbox.send(_letter())
    assert refusal.value.for_ever is for_ever
    assert post_office.subjects() == ["Read"]


@pytest.mark.parametrize("address", ["", "rob", "rob@", "@x.example", "rob@x@y", "rob <r@x.example>, e@x.example"])
def test_what_is_no_address_is_refused_for_ever(post_office: PostOffice, address: str) -> None:
    with mailer.open_postbox(post_office.as_setting()) as postbox, pytest.raises(MailRefusedError) as refusal:
        postbox.send(_letter(address=address))
    assert refusal.value.for_ever
    assert not post_office.letters


def test_no_password_is_told_to_a_server_without_tls(post_office: PostOffice) -> None:
    server = post_office.as_setting(starttls=True, login="docs", password="canary")
    with pytest.raises(MailServerError, match="STARTTLS") as trouble, mailer.open_postbox(server):
        raise AssertionError("the connection was opened")
    assert "canary" not in f"{post_office.heard} {trouble.value} {server!r}"


def test_a_server_that_is_away_is_named(post_office: PostOffice) -> None:
    server = post_office.as_setting()
    post_office.close()
    with pytest.raises(MailServerError, match=f"127.0.0.1:{server.port} "), mailer.open_postbox(server):
        raise AssertionError("the connection was opened")


@pytest.mark.parametrize(
    "sender", ["x", "@x.example", "Documents <docs>", "docs", "docs@", "<docs@x.example", "a\nb@x.example"]
)
def test_a_sender_that_is_no_address_is_refused(sender: str) -> None:
    assert MailServer("h", 25, sender).sender == sender
    if sender == "<docs@x.example":
        assert mailer.address_of(sender).addr_spec == "docs@x.example"
        return
    with pytest.raises(InvalidInputError, match="DOCCTL_MAIL_FROM"):
        mailer.address_of(sender)
