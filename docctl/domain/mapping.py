"""How nouns become tables: one base class, names for constraints, and the column types they share."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, MetaData, String, event, inspect
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from docctl.domain.errors import InvalidInputError

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant, stored in UTC; a naive one is refused."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant without a time zone cannot be stored")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


def _require_storable(_: object, __: object, record: "Record") -> None:
    """Raise InvalidInputError for a text that its column cannot keep, because databases differ in what they forgive."""
    for attribute in inspect(type(record)).column_attrs:
        kind = attribute.columns[0].type
        value = getattr(record, attribute.key) if isinstance(kind, String) else None
        if not isinstance(kind, String) or not isinstance(value, str):
            continue
        if kind.length is not None and len(value) > kind.length:
            raise InvalidInputError("An entry is longer than %(longest)s characters; shorten it.", longest=kind.length)
        if "\0" in value or (not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value)):
            raise InvalidInputError("An entry holds characters that cannot be kept; type it again as plain text.")


class Record(DeclarativeBase):
    """The base of every noun that is kept in a table."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {
        datetime: UtcDateTime(),
        list[str]: JSON(),
        list[dict[str, Any]]: JSON(),
        dict[str, Any]: JSON(),
    }


event.listen(Record, "before_insert", _require_storable, propagate=True)
event.listen(Record, "before_update", _require_storable, propagate=True)
