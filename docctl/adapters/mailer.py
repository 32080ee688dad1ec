"""Mail by SMTP: letters are handed over to one server, and headers never hold more than one line."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, localtime

from docctl.domain.errors import InvalidInputError, MailRefusedError, MailServerError
from docctl.domain.notices.letter import Letter, MailServer

WITHIN_SECONDS = 20
IMPLICIT_TLS_PORT = 465


class Postbox:
    """A connection to the mail server through which letters go out."""

    def __init__(self, connection: smtplib.SMTP, server: MailServer) -> None:
        self._connection = connection
        self._server = server

    def send(self, letter: Letter) -> None:
        """Hand over a letter; raise MailRefusedError where this one is refused, MailServerError where no other can go.

        A refusal of MailRefusedError says whether a later attempt may succeed.
        """
        try:
            self._connection.send_message(_message(letter, self._server.sender))
        except smtplib.SMTPRecipientsRefused as refusal:
            code, _ = next(iter(refusal.recipients.values()))
            raise MailRefusedError(
                "The mail server refuses the address (%(code)s).", for_ever=code >= 500, code=code
            ) from refusal
        except smtplib.SMTPDataError as refusal:
            for_ever = refusal.smtp_code >= 500
            raise MailRefusedError(
                "The mail server refuses the letter (%(smtp_code)s).", for_ever=for_ever, smtp_code=refusal.smtp_code
            ) from refusal
        except (ValueError, MessageError, IndexError, smtplib.SMTPNotSupportedError) as fault:
            raise MailRefusedError("The mail address cannot be used.", for_ever=True) from fault
        except (smtplib.SMTPException, OSError) as trouble:
            raise _unreachable(self._server, trouble) from trouble


@contextmanager
def open_postbox(server: MailServer) -> Iterator[Postbox]:
    """Connect to the mail server, by TLS unless it is told otherwise; raise MailServerError where that fails."""
    try:
        connection = _connect(server)
    except (smtplib.SMTPException, OSError) as trouble:
        raise _unreachable(server, trouble) from trouble
    try:
        yield Postbox(connection, server)
    finally:
        _hang_up(connection)


def _connect(server: MailServer) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if server.port == IMPLICIT_TLS_PORT:
        connection: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=WITHIN_SECONDS, context=context)
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=WITHIN_SECONDS)
    try:
        if server.starttls and server.port != IMPLICIT_TLS_PORT:
            connection.starttls(context=context)
        if server.login:
            connection.login(server.login, server.password)
    except BaseException:
        connection.close()
        raise
    return connection


def _hang_up(connection: smtplib.SMTP) -> None:
    """Take leave; a server that is gone already has everything it acknowledged."""
    try:
        connection.quit()
    except (smtplib.SMTPException, OSError):
        connection.close()


def _unreachable(server: MailServer, trouble: Exception) -> MailServerError:
    """Say what is wrong with the server in words of ours, for a server may quote what it was sent."""
    said = f"answers {trouble.smtp_code}" if isinstance(trouble, smtplib.SMTPResponseException) else ""
    if isinstance(trouble, smtplib.SMTPNotSupportedError):
        said = "offers no STARTTLS or no sign-in"
    elif isinstance(trouble, ssl.SSLError):
        said = f"has no trustworthy certificate ({trouble.reason or 'TLS failed'})"
    elif isinstance(trouble, OSError) and not isinstance(trouble, smtplib.SMTPException):
        said = trouble.strerror or "does not answer in time"
    return MailServerError(
        "The mail server %(host)s:%(port)s %(trouble)s.",
        host=server.host,
        port=server.port,
        trouble=said or "breaks off",
    )


def _message(letter: Letter, sender: str) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["Subject"] = one_line(letter.subject)
    message["From"] = address_of(sender)
    message["To"] = Address(display_name=one_line(letter.name), addr_spec=letter.address)
    message["Date"] = format_datetime(localtime())
    message["Message-ID"] = f"<{one_line(letter.message_id)}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    for name, data in letter.attachments.items():
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=one_line(name))
    return message


def one_line(text: str) -> str:
    """Return a text fit for a header: one line without control characters."""
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())


def address_of(sender: str) -> Address:
    """Read an address with or without a name, like “Documents <docs@riverton.example>”."""
    name, bracket, rest = sender.rpartition("<")
    try:
        spec = rest.rstrip("> ") if bracket else sender.strip()
        address = Address(display_name=name.strip().strip('"'), addr_spec=spec)
        if not address.username or not address.domain:
            raise ValueError("it names no mailbox at a host")
        return address
    except (ValueError, MessageError, IndexError) as fault:
        raise InvalidInputError(
            "DOCCTL_MAIL_FROM is no mail address: %(sender)s; write it like docs@riverton.example.",
            sender=f"{sender!r}",
        ) from fault
