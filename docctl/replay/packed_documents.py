"""Packs a document with all that belongs to it into few bytes; accounts and types that it refers to are named only."""

import pickle
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from sqlalchemy import inspect
from sqlalchemy.orm import RelationshipDirection
from sqlalchemy.orm.attributes import set_committed_value

from docctl.domain.documents.document import Document
from docctl.domain.mapping import Record

Known = tuple[type[Record], int]
Find = Callable[[type[Record], int], Record | None]
Apart = tuple[type[Record], dict[str, Any], dict[str, Any], dict[str, Known | None]]


@dataclass(frozen=True)
class Shape:
    """What objects of a kind hold: values, parts with their way back to them, and others that they refer to."""

    entries: tuple[str, ...]
    parts: tuple[tuple[str, str | None], ...]
    others: tuple[str, ...]


@cache
def _shape(kind: type[Record]) -> Shape:
    relations = inspect(kind).relationships
    parts = [each for each in relations if each.direction is RelationshipDirection.ONETOMANY]
    others = [each for each in relations if each not in parts and not each.back_populates]
    return Shape(
        tuple(each.key for each in inspect(kind).column_attrs),
        tuple((each.key, each.back_populates) for each in parts),
        tuple(each.key for each in others),
    )


def pack(document: Document) -> bytes:
    """Return a document in few bytes."""
    return zlib.compress(pickle.dumps(_apart(document), pickle.HIGHEST_PROTOCOL), 1)


def unpack(packed: bytes, find: Find) -> Document:
    """Return a document as it was when it was packed; what it refers to is found by kind and number."""
    apart = pickle.loads(zlib.decompress(packed))  # noqa: S301  # packed by this process
    return cast(Document, _together(apart, find, {}))


def _apart(row: Record) -> Apart:
    held, shape = vars(row), _shape(type(row))
    entries = {name: held[name] for name in shape.entries if name in held}
    parts = {
        name: [_apart(each) for each in part] if isinstance(part, list) else _apart(part)
        for name, _ in shape.parts
        if (part := held.get(name)) is not None
    }
    others = {name: held[name] and (type(held[name]), held[name].id) for name in shape.others if name in held}
    return type(row), entries, parts, others


def _together(apart: Apart, find: Find, made: dict[Known, Record]) -> Record:
    kind, entries, parts, others = apart
    row: Record = inspect(kind).class_manager.new_instance()
    vars(row).update(entries)
    if "id" in entries:
        made[kind, entries["id"]] = row
    for name, back in _shape(kind).parts:
        part = parts.get(name)
        if isinstance(part, list):
            those = [_together(each, find, made) for each in part]
            set_committed_value(row, name, those)
            for each in those if back is not None else ():
                set_committed_value(each, str(back), row)
        elif part is not None:
            set_committed_value(row, name, _together(part, find, made))
    for name, known in others.items():
        set_committed_value(row, name, known and (made.get(known) or find(*known)))
    return row
