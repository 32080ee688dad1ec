"""Which passwords are accepted: long enough, and not among those everybody tries first; and how they are given."""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from docctl.domain.errors import InvalidInputError

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD_BYTES = 1024
SHORTEST_NAME = 4
_LEGAL_FORMS = frozenset({"ag", "bv", "co", "gmbh", "inc", "kg", "limited", "llc", "ltd", "nv", "plc", "sa", "se"})
_MOST_USED = Path(__file__).with_name("most_used_passwords.txt")
_TRIED_FIRST = (
    "password",
    "passwort",
    "qwerty",
    "letmein",
    "welcome",
    "123456",
    "abc123",
    "iloveyou",
    "admin",
    "docctl",
)


@cache
def most_used_passwords() -> frozenset[str]:
    """Return the 3,000 passwords that are used most."""
    lines = _MOST_USED.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


@dataclass(frozen=True)
class Credentials:
    """What somebody gives to show who they are, in which session, and from where; secrets stay out of every log."""

    password: str = field(repr=False)
    login: str = ""
    code: str = field(default="", repr=False)
    session: str = field(default="", repr=False)
    address: str = ""


def checked_password(password: str, organisation: str = "") -> str:
    """Return the password as it is; raise InvalidInputError where it is too short, too long or too easy to guess."""
    if len(password) < SHORTEST_PASSWORD:
        raise InvalidInputError(
            "A password has at least %(shortest_password)s characters; a short sentence is a good one.",
            shortest_password=SHORTEST_PASSWORD,
        )
    if len(password.encode("utf-8", "surrogatepass")) > LONGEST_PASSWORD_BYTES:
        raise InvalidInputError(
            "A password has at most %(longest_password_bytes)s bytes; choose a shorter one.",
            longest_password_bytes=LONGEST_PASSWORD_BYTES,
        )
    lowered, letters = password.lower(), _letters(password)
    if (
        len(set(password)) < 4
        or {lowered, letters, lowered.strip("0123456789!?.,;:-_ ")} & most_used_passwords()
        or any(letters == word or lowered.startswith(word) for word in _TRIED_FIRST)
    ):
        raise InvalidInputError("This password is among the first that anybody would try; choose another.")
    name = "".join(_letters(word) for word in organisation.split() if _letters(word) not in _LEGAL_FORMS)
    if len(name) >= SHORTEST_NAME and name in letters:
        raise InvalidInputError("A password does not contain the organisation's name; choose another.")
    return password


def _letters(text: str) -> str:
    return "".join(character for character in text.lower() if character.isalpha())
