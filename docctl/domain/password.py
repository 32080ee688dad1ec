"""Which passwords are accepted: long enough, and not among those everybody tries first."""

from docctl.domain.errors import InvalidInputError

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD_BYTES = 1024
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


def checked_password(password: str) -> str:
    """Return the password as it is; raise InvalidInputError where it is too short, too long or too easy to guess."""
    if len(password) < SHORTEST_PASSWORD:
        raise InvalidInputError(
            f"A password has at least {SHORTEST_PASSWORD} characters; a short sentence is a good one."
        )
    if len(password.encode("utf-8", "surrogatepass")) > LONGEST_PASSWORD_BYTES:
        raise InvalidInputError(f"A password has at most {LONGEST_PASSWORD_BYTES} bytes; choose a shorter one.")
    letters = "".join(character for character in password.lower() if character.isalpha())
    if len(set(password)) < 4 or any(letters == word or password.lower().startswith(word) for word in _TRIED_FIRST):
        raise InvalidInputError("This password is among the first that anybody would try; choose another.")
    return password
