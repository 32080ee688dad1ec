"""A mail server for tests: it takes letters over a real socket, refuses what it is told to, and keeps the rest."""

import socketserver
import threading
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast

from sqlalchemy import select

from docctl.actions.settings import administering
from docctl.document_control import DocumentControl
from docctl.domain.notices.letter import MailServer
from docctl.domain.people.user import User


@dataclass
class PostOffice:
    """What the server was handed, and what it refuses."""

    letters: list[EmailMessage] = field(default_factory=list)
    refused: dict[str, int] = field(default_factory=dict)
    heard: list[str] = field(default_factory=list)
    server: socketserver.ThreadingTCPServer | None = None

    def open(self, port: int = 0) -> "PostOffice":
        """Listen, on the same port again where one is named."""
        office = self

        class Counter(_Counter):
            post_office = office

        socketserver.ThreadingTCPServer.allow_reuse_address = True
        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", port), Counter)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def close(self) -> None:
        """Be away, as a mail server is at times."""
        if self.server is not None:
            self.server.shutdown()
            self.server.server_close()

    @property
    def port(self) -> int:
        """Where it listens."""
        assert self.server is not None
        return int(self.server.server_address[1])

    def as_setting(self, **more: object) -> MailServer:
        """The server as a library is told of it."""
        given = {"starttls": False, "site": "https://docs.riverton.example", **more}
        return MailServer("127.0.0.1", self.port, "Documents <docs@riverton.example>", **given)  # type: ignore[arg-type]

    def subjects(self, address: str = "") -> list[str]:
        """The subjects of the letters to an address, or of all."""
        return [letter["Subject"] for letter in self.letters if address in letter["To"]]


class _Counter(socketserver.StreamRequestHandler):
    post_office: PostOffice

    def handle(self) -> None:
        """Talk SMTP as far as letters need it."""
        self._say(220, "post office")
        while line := self.rfile.readline():
            text = line.decode().strip()
            self.post_office.heard.append(text)
            verb = text.upper().partition(" ")[0]
            if verb == "RCPT":
                address = text[text.index("<") + 1 : text.index(">")]
                self._say(self.post_office.refused.get(address, 250), "recipient")
            elif verb == "DATA":
                self._say(354, "go on")
                self._take_letter()
            elif verb == "QUIT":
                self._say(221, "bye")
                return
            else:
                self._say(250, "fine")

    def _take_letter(self) -> None:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        letter = message_from_bytes(b"".join(lines), policy=policy.default)
        self.post_office.letters.append(cast(EmailMessage, letter))
        self._say(250, "taken")

    def _say(self, code: int, text: str) -> None:
        self.wfile.write(f"{code} {text}\r\n".encode())


def reach_by_mail(control: DocumentControl) -> None:
    """Let an administrator give everybody a mail address."""
    with control.reading() as session:
        people = session.scalars(select(User).order_by(User.id)).all()
    for user in people:
        administering.change_user(
            control, people[0].id, user.id,
            name=user.name, email=f"{user.login}@town.example", department=user.department, roles=user.roles,
        )  # fmt: skip
