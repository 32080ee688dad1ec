"""The origin line of a library's tree: whose tree it is, and since which break in its history."""

from base64 import b64decode
from hashlib import sha256

from docctl.domain.trail.audit_trail import Act

# After each of these, history before it may be another than a witness saw, or nothing but a witness can vouch for it.
BREAKS = (Act.LIBRARY_RESTORED, Act.SIGNING_KEY_LOST, Act.HISTORY_BROKEN)
ROOT = "docctl.invalid/"
_CHAIN_SHOWN = 12


def origin_of(first_key: str, broken_at: tuple[int, str] | None = None) -> str:
    """Return the origin of a library, which its first key names; after a break with the number and chain of that event.

    So a witness never signs two heads of one size and origin, whatever was restored from which backup.
    """
    library = sha256(b64decode(first_key.split()[1])).hexdigest()
    since = f"/{broken_at[0]}-{broken_at[1][:_CHAIN_SHOWN]}" if broken_at is not None else ""
    return f"{ROOT}{library}{since}"


def library_in(origin: str) -> str:
    """Return of an origin what all origins of the same library have in common."""
    return "/".join(origin.split("/")[:2])
