"""The audit trail: canonical text, and a chain in which nothing can be changed unseen."""

import hashlib
import json

from hypothesis import given
from hypothesis import strategies as st

from docctl.domain.trail.audit_trail import FIRST_CHAIN, canonical_json, ledger_file, ledger_path, link


def test_the_chain_is_what_the_published_format_says() -> None:
    text, salt = '{"seq":1}', "00" * 16
    leaf = hashlib.sha256(b"\x00" + bytes(16) + text.encode()).hexdigest()
    chain = hashlib.sha256(b"\x01" + bytes.fromhex(FIRST_CHAIN) + bytes.fromhex(leaf)).hexdigest()
    assert (link(FIRST_CHAIN, salt, text).leaf, link(FIRST_CHAIN, salt, text).chain) == (leaf, chain)


@given(st.lists(st.text(min_size=1), min_size=2, max_size=6), st.data())
def test_changing_any_event_changes_every_chain_after_it(texts: list[str], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(texts) - 1))
    changed = [*texts]
    changed[place] += "x"

    def chains(each: list[str]) -> list[str]:
        found, previous = [], FIRST_CHAIN
        for text in each:
            previous = link(previous, "ab" * 16, text.encode("utf-8", "replace").decode()).chain
            found.append(previous)
        return found

    before, after = chains(texts), chains(changed)
    assert before[:place] == after[:place]
    assert not set(before[place:]) & set(after[place:])


def test_the_same_event_has_one_text_form() -> None:
    assert canonical_json({"b": 1, "a": "ä"}) == canonical_json({"a": "ä", "b": 1}) == '{"a":"ä","b":1}'


def test_the_ledger_keeps_a_thousand_events_to_a_folder() -> None:
    assert ledger_path(123) == "events/000000/000123.json"
    assert ledger_path(12345) == "events/000012/012345.json"


def test_the_ledger_file_is_json_that_holds_event_and_salt() -> None:
    assert json.loads(ledger_file("ab", '{"seq":1}')) == {"event": {"seq": 1}, "salt": "ab"}
