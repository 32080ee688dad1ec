"""Whatever is taken out of the replay of an act shows: as rows that verify finds, and as rows that a rebuild misses."""

import ast
import json
import textwrap
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from inspect import getfile, getmembers, getsource, isfunction
from types import CodeType, ModuleType
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, inspect, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from docctl.domain.errors import LibraryMismatchError
from docctl.domain.mapping import Record
from docctl.domain.trail.audit_trail import Act, Event
from docctl.domain.trail.events.reading import read_event
from docctl.domain.trail.events.recorded import Details, Recorded
from docctl.registers.integrity.named_rows import NamedRow, kept_rows
from docctl.registers.integrity.rows import ReplayedRows
from docctl.replay import administration, adoption, audits, duties, retention, revisions, signing
from docctl.replay.acts import REBUILDS
from docctl.replay.replaying import replay
from tests.checks.drawn_cases import Draw
from tests.factories.library import Office

CHAPTERS = (administration, adoption, audits, duties, retention, revisions, signing)
TOLD = ("= event.", "=event.", "event.time)")
Function = Callable[..., Any]
NEVER_TOLD_OTHERWISE = {
    "leave_open(": "only events of the first versions leave anything open; golden libraries have them",
    "user.person = new.person": "no action gives an account to another human",
    "organisation.demonstration = ": "only a demonstration is one, from its beginning",
    "Revision(title=number)": "a name for the moment before the first draft says its title",
    "language=event.details.language": "the library was founded in the language that a table puts there",
    "revision.hold_up(MeasuredIssue())": "before files are issued, another event clears what was in the way",
    "state.unread.pop": "where a draft can be read after one whose text was lost",
    "told.id": "only events of the first versions do not name it",
}


def functions(chapter: ModuleType) -> list[Function]:
    """What a chapter of the replay does, in functions."""
    found = getmembers(chapter, isfunction)
    return [each for _, each in found if each.__module__ == chapter.__name__]


def mutants(function: Function) -> Iterator[tuple[str, CodeType]]:
    """The function without one of its assignments to a row or one of its calls, and what that was."""
    source = textwrap.dedent(getsource(function))
    for place in range(len(_removable(ast.parse(source)))):
        tree = ast.parse(source)
        told, remove = _removable(tree)[place]
        remove()
        scope: dict[str, Any] = {}
        exec(compile(ast.fix_missing_locations(tree), getfile(function), "exec"), function.__globals__, scope)
        yield f"{function.__module__.rpartition('.')[2]}.{function.__name__}: {told}", scope[function.__name__].__code__


def _removable(tree: ast.Module) -> list[tuple[str, Callable[[], None]]]:
    found: list[tuple[str, Callable[[], None]]] = []
    for node in ast.walk(tree):
        for body in (getattr(node, name, None) for name in ("body", "orelse")):
            for statement in body if isinstance(body, list) else ():
                found += _of_statement(body, statement)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id[0].isupper():
            for keyword in node.keywords:
                found.append((f"{node.func.id}({ast.unparse(keyword)})", _taker(node.keywords, keyword)))
    return found


def _of_statement(body: list[ast.stmt], statement: ast.stmt) -> Iterator[tuple[str, Callable[[], None]]]:
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        yield ast.unparse(statement), _replacer(body, statement)
    if isinstance(statement, ast.Assign):
        [target] = statement.targets
        if isinstance(target, ast.Attribute):
            yield ast.unparse(statement), _replacer(body, statement)
        elif isinstance(target, ast.Tuple) and isinstance(statement.value, ast.Tuple):
            for place, each in enumerate(target.elts):
                if isinstance(each, ast.Attribute):
                    told = f"{ast.unparse(each)} = {ast.unparse(statement.value.elts[place])}"
                    yield told, _element_taker(target, statement.value, place)


def _replacer(body: list[ast.stmt], statement: ast.stmt) -> Callable[[], None]:
    def replace() -> None:
        body[body.index(statement)] = ast.Pass()

    return replace


def _taker(keywords: list[ast.keyword], keyword: ast.keyword) -> Callable[[], None]:
    return lambda: keywords.remove(keyword)


def _element_taker(target: ast.Tuple, value: ast.Tuple, place: int) -> Callable[[], None]:
    def take() -> None:
        del target.elts[place], value.elts[place]

    return take


@contextmanager
def changed(function: Function, code: CodeType) -> Iterator[None]:
    """Let a function do something else meanwhile, wherever it is used."""
    was, function.__code__ = function.__code__, code  # type: ignore[attr-defined]
    try:
        yield
    finally:
        function.__code__ = was  # type: ignore[attr-defined]


@pytest.fixture
def told(lived: Office) -> list[Recorded[Details]]:
    """The events of a library in which everything happened."""
    with lived.control.reading() as session:
        return [read_event(event) for event in session.scalars(select(Event).order_by(Event.seq))]


def is_noticed(office: Office, told: list[Recorded[Details]]) -> bool:
    """Whether the rows that are made of the events now are not those of the library, or cannot be made."""
    rows = ReplayedRows(office.control)
    try:
        rows.take(told)
        with office.control.reading() as session:
            return next(rows.compare(session), None) is not None
    except Exception:
        return True


def in_texts(rows: Iterable[NamedRow]) -> list[str]:
    """Rows as texts, in one order."""
    told = ([row.table, row.about, *row.entries] for row in rows)
    return sorted(json.dumps(each, sort_keys=True, default=str) for each in told)


def made(office: Office, told: list[Recorded[Details]], acts: frozenset[Act]) -> list[list[str]]:
    """The rows as they are after each event of some acts."""
    rows, found = ReplayedRows(office.control), []
    for event in told:
        rows.take([event])
        if event.action in acts:
            found.append(in_texts(rows.made()))
    return found


def test_nothing_can_be_taken_out_of_the_replay_unseen(
    lived: Office, told: list[Recorded[Details]], drawn: Draw
) -> None:
    """What a later event covers would have been found before that event: there the moments are compared.

    Each run takes something out of each function; make faults takes out everything, one after the other.
    """
    assert not is_noticed(lived, told)
    unseen = []
    every = [(each, *mutant) for chapter in CHAPTERS for each in functions(chapter) for mutant in mutants(each)]
    for function, what, code in drawn(every, lambda mutant: {mutant[0]}):
        with changed(function, code):
            noticed = is_noticed(lived, told)
        if not noticed and not any(each in what for each in NEVER_TOLD_OTHERWISE):
            acts = frozenset(act for act, rebuild in REBUILDS.items() if function.__name__ in names_in(rebuild))
            with changed(function, code):
                without = made(lived, told, acts)
            if without == made(lived, told, acts):
                unseen.append(what)
    assert unseen == []


def names_in(function: Function) -> set[str]:
    """The name of a function, and of those that it calls in its chapter."""
    return {function.__name__, *function.__code__.co_names}


def test_a_rebuild_misses_what_was_taken_out(lived: Office) -> None:
    """It runs the same functions: one assignment of each chapter shows that."""
    there = kept(lived.control.engine)
    assert rebuilt(lived) == there
    for chapter in CHAPTERS:
        mutated = ((each, what, code) for each in functions(chapter) for what, code in mutants(each))
        function, _, code = next(each for each in mutated if any(told in each[1] for told in TOLD))
        with changed(function, code):
            assert rebuilt(lived) != there


def rebuilt(office: Office) -> list[str]:
    """The rows that the rebuild makes of the events, or why it refuses."""
    engine = create_engine("sqlite://")
    Record.metadata.create_all(engine)
    with office.control.reading() as reading, Session(engine) as session:
        events = [Event(**_columns(event)) for event in reading.scalars(select(Event).order_by(Event.seq))]
        try:
            replay(office.control, session, events, REBUILDS, office.control.library.refs())
        except (LibraryMismatchError, SQLAlchemyError) as refusal:
            return [str(refusal)]
        return in_texts(kept_rows(session.connection()))


def _columns(event: Event) -> dict[str, Any]:
    left_out = ("document_id", "revision_id")
    return {
        column.key: getattr(event, column.key) for column in inspect(Event).column_attrs if column.key not in left_out
    }


def kept(engine: Engine) -> list[str]:
    """The rows that a library keeps."""
    with engine.connect() as connection:
        return in_texts(kept_rows(connection))
