"""Refusals: a code for programs, a sentence of the catalogue, and the fields that fill it in."""

import ast
import pickle
import re
from pathlib import Path

import pytest

from docctl.domain import errors
from docctl.domain.errors import (
    DatabaseUnreachableError,
    DocctlError,
    SignInThrottledError,
    WrongStateError,
    kinds,
    worded,
)

SOURCE = Path(errors.__file__).parents[1]
FIELD = re.compile(r"%\((\w+)\)s")
GERMAN = {
    "%(revision)s is not under review.": "%(revision)s wird nicht geprüft.",
    "Not now: %(why)s": "Nicht jetzt: %(why)s",
}
NAMES = {kind.__name__ for kind in kinds()}
# What these take besides the sentence and its fields.
OF_THEIR_OWN = {"seconds", "said", "differences", "faults", "for_ever"}


def test_a_refusal_says_its_sentence_with_its_fields() -> None:
    refusal = WrongStateError("%(revision)s is not under review.", revision="POL-001 revision 2")
    assert str(refusal) == "POL-001 revision 2 is not under review."
    assert (refusal.code, refusal.fields) == ("wrong-state", {"revision": "POL-001 revision 2"})


def test_a_refusal_is_worded_in_another_language_with_the_refusal_that_is_its_reason() -> None:
    refusal = WrongStateError("%(revision)s is not under review.", revision="POL-001")
    outer = DocctlError("Not now: %(why)s", why=refusal)
    assert str(outer) == "Not now: POL-001 is not under review."
    assert worded(outer, lambda text: GERMAN[text]) == "Nicht jetzt: POL-001 wird nicht geprüft."


def test_a_sentence_without_fields_keeps_its_per_cent_signs() -> None:
    assert worded(DocctlError("100% of it."), str) == str(DocctlError("100% of it.")) == "100% of it."
    assert worded(DocctlError("100%% of %(what)s.", what="it"), str) == "100% of it."


def test_a_refusal_keeps_what_it_carries_besides_its_fields() -> None:
    refusal = DatabaseUnreachableError("It went away%(why)s.", "connection lost", why=" (full)")
    assert (str(refusal), refusal.said, refusal.fields) == (
        "It went away (full).",
        "connection lost",
        {"why": " (full)"},
    )
    assert SignInThrottledError(1).fields == {"num": 1}


def test_a_refusal_survives_the_way_from_another_process() -> None:
    refusal = pickle.loads(pickle.dumps(WrongStateError("100%% of %(what)s.", what="it")))
    assert (str(refusal), refusal.sentence, refusal.fields) == ("100% of it.", "100%% of %(what)s.", {"what": "it"})


def test_every_kind_of_refusal_has_a_code_of_its_own() -> None:
    codes = [kind.code for kind in kinds()]
    assert len(codes) == len(set(codes)) > 50
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", code) for code in codes)


@pytest.fixture(scope="module")
def raised() -> list[tuple[str, ast.Call]]:
    """Every place where a refusal is made."""
    found = []
    for path in sorted(SOURCE.rglob("*.py")):
        if "static" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and node.args and ast.unparse(node.func).rpartition(".")[2] in NAMES:
                found.append((f"{path.relative_to(SOURCE)}:{node.lineno}", node))
    assert len(found) > 400
    return found


def test_no_refusal_is_put_together_where_it_is_made(raised: list[tuple[str, ast.Call]]) -> None:
    """A sentence that is an f-string or a sum has no translation."""
    put_together = [place for place, call in raised if isinstance(call.args[0], ast.JoinedStr | ast.BinOp)]
    assert not put_together, "\n".join(put_together)


def test_every_sentence_is_given_the_fields_it_names(raised: list[tuple[str, ast.Call]]) -> None:
    wrong = []
    for place, call in raised:
        sentence = call.args[0]
        if not isinstance(sentence, ast.Constant) or any(keyword.arg is None for keyword in call.keywords):
            continue
        given = {keyword.arg for keyword in call.keywords if keyword.arg not in OF_THEIR_OWN}
        if set(FIELD.findall(str(sentence.value))) != given:
            wrong.append(f"{place}: {sentence.value}")
    assert not wrong, "\n".join(wrong)
