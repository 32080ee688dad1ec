"""How the fields of a dataclass stand in the JSON of an event, and how they are read from it again."""

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from types import UnionType
from typing import Annotated, Any, get_args, get_origin, get_type_hints

Row = dict[str, Any]
_SIMPLE = {str: "text", int: "number", bool: "yes or no", dict: "object", list: "list"}


@dataclass(frozen=True)
class Earlier:
    """Marks a field that events of earlier versions lack, with what these read as."""

    value: Any


@dataclass(frozen=True)
class Precision:
    """Marks a time that is not written to the microsecond, with the precision that isoformat takes."""

    timespec: str


@dataclass(frozen=True)
class Blank:
    """Marks a field that is written as an empty text where there is nothing to say."""


@dataclass(frozen=True)
class Apart:
    """Marks a field that lies in the event's record, apart from the ledger.

    It reads as nothing where nothing was said, if that may be, and as gone where the record is not here any more.
    """

    nothing: Any
    gone: Any


@dataclass(frozen=True)
class Kind:
    """A type as JSON has it: its name in the manual, and how a value of it is read and written."""

    name: str
    read: Callable[[Any, Row, str], Any]
    write: Callable[[Any], Any]


@dataclass(frozen=True)
class FieldForm:
    """One field: its name, what it means, its kind, and what is said of it where an event does not have it."""

    name: str
    meaning: str
    kind: Kind
    earlier: Earlier | None
    is_left_out: bool
    apart: Apart | None
    inside: type | None

    def missing(self, at: str) -> Any:
        """Return what the field reads as where an event lacks it; raise ValueError where every event has it."""
        if self.is_left_out:
            return None
        if self.earlier is not None:
            return copy(self.earlier.value)
        if self.apart is not None and self.apart.nothing is not MISSING:
            return copy(self.apart.nothing)
        raise ValueError(f"{at}{self.name} is missing")


@dataclass(frozen=True)
class Form:
    """All fields of a dataclass as JSON has them."""

    fields: tuple[FieldForm, ...]
    names: frozenset[str]

    def read(self, row: Mapping[str, Any], aside: Row, at: str = "") -> Row:
        """Return the values of all fields; raises ValueError for what is missing or of another type."""
        values = {}
        for each in self.fields:
            if each.name in row:
                values[each.name] = each.kind.read(row[each.name], aside, at + each.name if at else each.name)
            else:
                values[each.name] = each.missing(at)
        return values

    def unknown(self, row: Mapping[str, Any], at: str = "") -> Row:
        """Return what a row says that no field is known for."""
        return {f"{at}{name}": row[name] for name in row.keys() - self.names}

    def write(self, said: object) -> Row:
        """Return the fields of an object as plain values; what is left out where there is nothing to say is."""
        values = ((each, getattr(said, each.name)) for each in self.fields)
        return {each.name: each.kind.write(value) for each, value in values if not (each.is_left_out and value is None)}

    def split(self, row: Mapping[str, Any]) -> tuple[Row, Row]:
        """Return what stands in an event, and what its record says apart from that."""
        kept, apart = dict(row), Row()
        for each in self.fields:
            value = kept.get(each.name)
            if each.apart is not None and each.name in kept:
                del kept[each.name]
                apart |= {each.name: value} if value != each.apart.nothing else {}
            elif each.inside is not None and isinstance(value, dict):
                kept[each.name], within = form_of(each.inside).split(value)
                apart |= {each.name: within} if within else {}
        return kept, apart

    def join(self, row: Mapping[str, Any], record: Mapping[str, Any] | None) -> Row:
        """Return what an event and its record say together; a record that is not here is None."""
        joined = dict(row)
        for each in self.fields:
            value = joined.get(each.name)
            if each.apart is not None:
                reads = each.apart.gone if record is None else record.get(each.name, each.apart.nothing)
                if reads is not MISSING:
                    joined.setdefault(each.name, copy(reads))
            elif each.inside is not None and isinstance(value, dict):
                within = None if record is None else record.get(each.name, {})
                joined[each.name] = form_of(each.inside).join(value, within)
        return joined


_FORMS: dict[type, Form] = {}


def form_of(kind: type) -> Form:
    """Return how the fields of a dataclass stand in JSON, found out once."""
    if kind not in _FORMS:
        hints = get_type_hints(kind, include_extras=True)
        wrong = [each.name for each in fields(kind) if each.default not in (MISSING, None)]
        if wrong:
            raise TypeError(f"{kind.__name__}: {wrong} read as something else than None; mark them as Earlier")
        made = tuple(_field_form(each.name, hints[each.name], each.default is None) for each in fields(kind))
        _FORMS[kind] = Form(made, frozenset(each.name for each in made))
    return _FORMS[kind]


def _field_form(name: str, hint: Any, is_left_out: bool) -> FieldForm:
    if get_origin(hint) is not Annotated:
        raise TypeError(f"{name} does not say what it means")
    plain, meaning, *marks = get_args(hint)
    earlier = next((mark for mark in marks if isinstance(mark, Earlier)), None)
    timespec = next((mark.timespec for mark in marks if isinstance(mark, Precision)), "microseconds")
    kind = _kind(plain, timespec)
    if any(isinstance(mark, Blank) for mark in marks):
        kind = _blank(kind)
    apart = next((mark for mark in marks if isinstance(mark, Apart)), None)
    inside = next((each for each in (plain, *get_args(plain)) if is_dataclass(each) and isinstance(each, type)), None)
    if inside is not None and get_origin(plain) in (list, dict):
        inside = None
    return FieldForm(name, meaning, kind, earlier, is_left_out, apart, inside)


def _kind(plain: Any, timespec: str = "microseconds") -> Kind:
    if plain == Row:
        return Kind(_SIMPLE[dict], _simple(dict), _as_it_is)
    if plain in _SIMPLE:
        return Kind(_SIMPLE[plain], _simple(plain), _as_it_is)
    if plain in (date, datetime):
        return _moment(plain, timespec)
    if isinstance(plain, UnionType):
        inner = _kind(next(each for each in get_args(plain) if each is not type(None)), timespec)
        return Kind(f"{inner.name} or null", _unless(None, inner), _write_unless(None, inner))
    if get_origin(plain) is list:
        return _list(_kind(get_args(plain)[0], timespec))
    if get_origin(plain) is dict:
        return _dictionary(_kind(get_args(plain)[1], timespec))
    if isinstance(plain, type) and issubclass(plain, StrEnum):
        return Kind("text", _converted(plain, str), lambda value: value.value)
    if is_dataclass(plain) and isinstance(plain, type):
        return _nested(plain)
    raise TypeError(f"no event says a {plain}")


def _as_it_is(value: Any) -> Any:
    return value


def _simple(plain: type) -> Callable[[Any, Row, str], Any]:
    def read(value: Any, aside: Row, at: str) -> Any:
        if type(value) is not plain:
            raise ValueError(f"{at} is no {_SIMPLE[plain]}")
        return value

    return read


def _converted(make: Callable[[Any], Any], plain: type) -> Callable[[Any, Row, str], Any]:
    check = _simple(plain)

    def read(value: Any, aside: Row, at: str) -> Any:
        return make(check(value, aside, at))

    return read


def _moment(plain: type[date], timespec: str) -> Kind:
    if issubclass(plain, datetime):
        return Kind("time", _converted(_time, str), lambda value: value.isoformat(timespec=timespec))
    return Kind("day", _converted(date.fromisoformat, str), lambda value: value.isoformat())


def _time(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(f"{text} says no time zone")
    return found


def _unless(nothing: str | None, inner: Kind) -> Callable[[Any, Row, str], Any]:
    def read(value: Any, aside: Row, at: str) -> Any:
        return None if value == nothing else inner.read(value, aside, at)

    return read


def _write_unless(nothing: str | None, inner: Kind) -> Callable[[Any], Any]:
    return lambda value: nothing if value is None else inner.write(value)


def _blank(kind: Kind) -> Kind:
    name = kind.name.removesuffix(" or null")
    return Kind(f"{name} or empty", _unless("", kind), _write_unless("", kind))


def _list(item: Kind) -> Kind:
    check = _simple(list)

    def read(value: Any, aside: Row, at: str) -> Any:
        return [item.read(each, aside, at) for each in check(value, aside, at)]

    return Kind(f"list of {item.name}", read, lambda value: [item.write(each) for each in value])


def _dictionary(item: Kind) -> Kind:
    check = _simple(dict)

    def read(value: Any, aside: Row, at: str) -> Any:
        return {name: item.read(each, aside, at) for name, each in check(value, aside, at).items()}

    return Kind(f"object of {item.name}", read, lambda value: {name: item.write(each) for name, each in value.items()})


def _nested(plain: type) -> Kind:
    check = _simple(dict)

    def read(value: Any, aside: Row, at: str) -> Any:
        form, value = form_of(plain), check(value, aside, at)
        aside.update(form.unknown(value, f"{at}."))
        return plain(**form.read(value, aside, f"{at}."))

    return Kind(plain.__name__, read, lambda value: form_of(plain).write(value))
