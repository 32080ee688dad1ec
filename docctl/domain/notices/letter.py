"""A letter that goes out by mail, and the mail server that takes it."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed over, in whose name, and where links in it lead."""

    host: str
    port: int
    sender: str
    login: str = ""
    password: str = field(default="", repr=False)
    starttls: bool = True
    site: str = ""


@dataclass(frozen=True)
class Letter:
    """One mail; its message id stays the same however often it has to be handed over."""

    message_id: str
    address: str
    name: str
    subject: str
    text: str
    attachments: dict[str, bytes] = field(default_factory=dict)
