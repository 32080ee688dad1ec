"""Witnesses outside: whoever co-signs the heads of the tree over all events, and what they co-signed."""

from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from docctl.domain.errors import InvalidInputError
from docctl.domain.mapping import Record
from docctl.domain.trail.signed_note import KeyType, NoteKey, SignedHead

LONGEST_NAME, LONGEST_ADDRESS = 100, 300


class Witness(Record):
    """One witness: its name, its key, and where it is asked; without an address, files are exchanged with it."""

    __tablename__ = "witnesses"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    key: Mapped[str] = mapped_column(String(300))
    address: Mapped[str] = mapped_column(String(LONGEST_ADDRESS), default="")
    registered_at: Mapped[datetime]
    dismissed_at: Mapped[datetime | None]
    refused_at: Mapped[datetime | None]
    refusal: Mapped[str] = mapped_column(Text, default="")

    @property
    def note_key(self) -> NoteKey:
        """The key that its co-signatures are checked against."""
        return NoteKey.read(self.key)


class Cosignature(Record):
    """The newest head of an origin that a witness co-signed, as the signed note that anybody can check."""

    __tablename__ = "cosignatures"
    __table_args__ = (UniqueConstraint("witness_id", "origin"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    witness_id: Mapped[int] = mapped_column(ForeignKey("witnesses.id", ondelete="RESTRICT"))
    origin: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(Text)

    @property
    def signed(self) -> SignedHead:
        """The head with its signatures; raises InvalidInputError where the row was changed beyond reading."""
        return SignedHead.read(self.note)


def checked_key(written: str) -> NoteKey:
    """Return the key of a witness; raise InvalidInputError where it is none."""
    key = NoteKey.read(" ".join(written.split()))
    if key.type != KeyType.COSIGNATURE or len(key.name) > LONGEST_NAME:
        raise InvalidInputError(
            "“%(name)s” is not the key of a witness; copy the line that “docctl witness key” prints there.",
            name=key.name[:LONGEST_NAME],
        )
    return key


def checked_address(written: str) -> str:
    """Return where a witness is asked, nothing where files are exchanged; raise InvalidInputError for what is none."""
    address = written.strip().rstrip("/")
    try:
        parts = urlsplit(address)
        is_one = parts.scheme in ("https", "http") and bool(parts.hostname) and parts.username is None
        is_one = is_one and not parts.query and not parts.fragment and address.isascii() and " " not in address
    except ValueError:
        is_one = False
    if address and (not is_one or len(address) > LONGEST_ADDRESS):
        raise InvalidInputError(
            "“%(address)s” is not the address of a witness; write it like https://witness.alderbrook.example.",
            address=address[:LONGEST_ADDRESS],
        )
    return address
