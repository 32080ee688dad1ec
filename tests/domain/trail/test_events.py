"""What events record: a class for each act, whose objects come back from the ledger's JSON as they went in."""

import json
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from types import UnionType
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from docctl.domain.trail.audit_trail import Act, canonical_json
from docctl.domain.trail.events.approval import RevisionSubmitted
from docctl.domain.trail.events.documents import RevisionDiscarded
from docctl.domain.trail.events.form import Precision, form_of
from docctl.domain.trail.events.people import Account, UserChanged
from docctl.domain.trail.events.reading import CHAPTERS, read
from docctl.domain.trail.events.recorded import CLASSES, Common, Details, Recorded
from docctl.domain.trail.events.retention import HoldPlaced
from docctl.domain.trail.events.settings import LibraryChanged
from docctl.domain.trail.record import GONE, record_hash, record_text
from tests.factories.events import recorded

TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=8)
ANYTHING = st.none() | st.booleans() | st.integers(-9, 2**40) | TEXT
SIMPLE = {str: TEXT, int: st.integers(-9, 2**53), bool: st.booleans(), Any: ANYTHING, date: st.dates()}


def values(hint: Any) -> st.SearchStrategy[Any]:
    """Return what a field with a type may say."""
    if get_origin(hint) is Annotated:
        plain, *marks = get_args(hint)
        is_rough = any(isinstance(mark, Precision) and mark.timespec == "seconds" for mark in marks)
        found = values(plain)
        return found.map(lambda time: time.replace(microsecond=0)) if is_rough else found
    if hint in SIMPLE:
        return SIMPLE[hint]
    if hint is datetime:
        return st.datetimes(timezones=st.just(UTC))
    if isinstance(hint, UnionType):
        return st.one_of(*(st.none() if each is type(None) else values(each) for each in get_args(hint)))
    if get_origin(hint) is list:
        return st.lists(values(get_args(hint)[0]), max_size=3)
    if get_origin(hint) is dict:
        return st.dictionaries(TEXT, values(get_args(hint)[1]), max_size=3)
    if issubclass(hint, StrEnum):
        return st.sampled_from(hint)
    assert is_dataclass(hint), hint
    return objects(hint)


def objects(kind: type) -> st.SearchStrategy[Any]:
    """Return objects of a dataclass."""
    hints = get_type_hints(kind, include_extras=True)
    return st.builds(kind, **{each.name: values(hints[each.name]) for each in fields(kind)})


def as_kept(event: Recorded[Details]) -> dict[str, Any]:
    """Return what the ledger kept of an event before records lay apart, parsed."""
    return dict(json.loads(canonical_json(event.as_json())))


HOLD = HoldPlaced(reference="case 4", hold=3)
SUBMITTED = RevisionSubmitted(
    fingerprint="f", round=1, route="r", asked=[], effective_date=None, barriers=[], open_places=[]
)


def test_each_act_has_exactly_one_class_which_bears_its_name_and_says_what_it_means() -> None:
    assert set(CLASSES) == set(Act)
    names = {act: act.name.title().replace("_", "") for act in Act}
    # The row that keeps a difference let stand has that name already.
    names[Act.DIFFERENCE_LET_STAND] = "LetStand"
    assert {act: kind.__name__ for act, kind in CLASSES.items()} == names
    homes = {chapter.__name__ for chapter in CHAPTERS}
    for kind in CLASSES.values():
        assert kind.__module__ in homes
        assert kind.__doc__ is not None
        assert kind.__doc__.partition("\n")[0].endswith("."), kind
        assert all(field.meaning.endswith(".") for field in form_of(kind).fields), kind


def test_a_second_class_for_an_act_is_refused() -> None:
    with pytest.raises(TypeError, match="two classes"):
        type("Second", (Details,), {}, act=Act.HOLD_PLACED)


def test_no_act_gives_another_meaning_to_what_every_event_says() -> None:
    assert not {kind for kind in CLASSES.values() if form_of(kind).names & form_of(Common).names}


@pytest.mark.parametrize("act", Act)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_an_event_of_each_act_is_read_back_as_it_was_written(act: Act, data: st.DataObject) -> None:
    common = {each.name: values(hint) for each in fields(Common) if (hint := get_type_hints(Common)[each.name])}
    said = data.draw(st.fixed_dictionaries(common)) | {"action": act, "record": None}
    written = Recorded(**said, details=data.draw(objects(CLASSES[act])))
    kept = as_kept(written)
    assert read(kept) == written
    assert canonical_json(read(kept).as_json()) == canonical_json(kept)
    for_ever, apart = written.split()
    record = record_text(written.seq, apart)
    for_ever["record"] = record_hash(record)
    joined = read(json.loads(canonical_json(for_ever)), record)
    assert joined == replace(written, record=for_ever["record"])
    without = read(json.loads(canonical_json(for_ever)))
    assert without.is_without_record, "a record that is not here is no fault of its event"
    assert without.split()[0].keys() >= for_ever.keys() - {"record", "request"}


def test_what_an_earlier_version_did_not_record_reads_as_the_field_says() -> None:
    kept = as_kept(recorded(RevisionDiscarded(retention=None)))
    assert kept.pop("retention", "absent") is None
    details = read(kept).details
    assert details == RevisionDiscarded(retention=None)
    kept = as_kept(recorded(SUBMITTED))
    del kept["barriers"], kept["open_places"]
    assert read(kept).details == SUBMITTED
    details = read(kept).details
    assert isinstance(details, RevisionSubmitted)
    details.barriers.append("a picture without words")
    assert read(kept).details == SUBMITTED


def test_what_nobody_set_is_not_written() -> None:
    kept = as_kept(recorded(LibraryChanged(demonstration=True)))
    assert kept.keys() - form_of(Common).names == {"demonstration"}
    assert "request" not in kept


def test_what_no_field_is_known_for_is_kept_aside() -> None:
    kept = as_kept(recorded(HOLD)) | {"colour": "blue"}
    event = read(kept)
    assert (event.details, event.aside) == (HOLD, {"colour": "blue"})
    account = {"id": 1, "login": "eve", "name": "E", "email": "", "person": "e", "department": "", "roles": []}
    changed = kept | {"action": "user:changed", "old": account | {"shoe": 42}, "new": account}
    aside = read(changed).aside
    assert aside == {"colour": "blue", "old.shoe": 42, "reference": "case 4", "hold": 3}
    assert isinstance(read(changed).details, UserChanged)


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        ({"hold": "3"}, "hold is no number"),
        ({"hold": True}, "hold is no number"),
        ({"reference": None}, "reference is no text"),
        ({"time": "2026-01-02T00:00:00"}, "no time zone"),
        ({"actor_roles": "reader"}, "actor_roles is no list"),
        ({"action": "document:eaten"}, "document:eaten"),
    ],
)
def test_what_an_event_of_its_act_cannot_say_is_refused(wrong: dict[str, Any], what: str) -> None:
    with pytest.raises(ValueError, match=what):
        read(as_kept(recorded(HOLD)) | wrong)


def test_what_every_event_of_an_act_says_is_missed() -> None:
    kept = as_kept(recorded(HOLD))
    del kept["hold"]
    with pytest.raises(ValueError, match="hold is missing"):
        read(kept)


def test_an_event_names_what_it_is_about_or_says_that_it_names_nothing() -> None:
    event = recorded(HOLD)
    assert (event.number, event.key, event.account) == ("POL-001", ("POL-001", 2), 1)
    nothing = recorded(HOLD, document=None, revision=None, actor=None)
    for name in ("number", "key", "account"):
        with pytest.raises(ValueError, match="no"):
            getattr(nothing, name)


def test_a_record_holds_what_is_said_of_people_and_its_event_only_number_name_and_role() -> None:
    account = Account(
        id=7, login="eve", name="Eve Employee", email="eve@x.example", person="7", department="HR", roles=["reader"]
    )
    event = recorded(UserChanged(old=account, new=replace(account, email="e2@x.example")), reason="moved to Lyon")
    for_ever, apart = event.split()
    kept = {"id": 7, "name": "Eve Employee", "person": "7", "roles": ["reader"]}
    assert (for_ever["old"], for_ever["new"]) == (kept, kept)
    told = {"login": "eve", "department": "HR"}
    assert apart == {
        "reason": "moved to Lyon",
        "old": told | {"email": "eve@x.example"},
        "new": told | {"email": "e2@x.example"},
    }


def test_what_is_printed_in_issued_files_stays_in_the_event() -> None:
    for_ever, apart = recorded(SUBMITTED, reason="Two sections anew").split()
    assert (for_ever["reason"], apart) == ("Two sections anew", {})


def test_a_record_that_is_another_one_reads_as_gone() -> None:
    for_ever, apart = recorded(HOLD, reason="Case of Mr Low").split()
    record = record_text(1, apart)
    said = for_ever | {"record": record_hash(record)}
    assert read(said, record).details == HOLD
    changed = read(said, record.replace("case 4", "case 5"))
    assert (changed.reason, changed.details) == (GONE, HoldPlaced(reference=GONE, hold=3))
