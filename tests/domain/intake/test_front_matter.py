"""Entries at the top of a Markdown file: taken over, or named with what they say."""

import pytest

from docctl.domain.intake.front_matter import (
    classification_of,
    listed,
    lost_by_yaml,
    not_taken_over,
    with_usual_names,
)


def test_entries_are_known_by_other_names_in_any_case() -> None:
    said = {"Document Owner": "Ann", "LANG": "de", "tags": ["a"], "document-number": "POL-7", "owner": "Bo"}
    assert with_usual_names(said) == {"owner": "Ann", "language": "de", "keywords": ["a"], "document_number": "POL-7"}


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("subtitle", "For the north depot", "no place"),
        ("version", "4.2", "revisions"),
        ("draft", "yes", "states itself"),
        ("Date", "2024-05-01", "effective date is given"),
        ("gültig ab", "2024-05-01", "effective date is given"),
        ("valid_until", "2031", "no day on which a document ends"),
        ("review", "2027-03-01", "neither reviews nor the day of the next one"),
        ("review", "Ann Lee", "neither reviews nor the day of the next one"),
        ("review date", "2025", "neither reviews nor the day of the next one"),
        ("security-review", "done", "neither reviews nor the day of the next one"),
        ("reviewed_by", "Ann Lee", "signatures"),
        ("approved_by", "The council", "signatures"),
        ("approval date", "2024", "signatures"),
        ("author", ["Ann", "Bo"], "audit trail"),
        ("created", "2019", "audit trail"),
        ("abstract", "How gates are kept.", "keeps no abstract"),
        ("Description", "How gates are kept.", "keeps no description"),
        ("custom", {"a": 1, "b": 2}, "no place"),
        ("design", "blue", "no place"),
        ("assignee", "Ann", "no place"),
        ("mandate", "board", "no place"),
        ("update_frequency", "yearly", "no place"),
        ("owner", {"name": "Ann"}, "not written as a line of text"),
        ("clauses", "7.5", "written as a list"),
    ],
)
def test_an_entry_without_a_place_is_named_with_its_value_and_why(name: str, value: object, reason: str) -> None:
    (loss,) = not_taken_over({name: value, "title": "Gate rules"})
    assert loss.startswith(f"“{name}: ")
    assert reason in loss
    for word in str(value).replace("[", " ").replace("{", " ").split():
        assert word.strip("'],:}") in loss


def test_of_two_entries_for_one_thing_the_second_is_named() -> None:
    (loss,) = not_taken_over({"owner": "Ann", "process owner": "Bo", "number": "POL-1"})
    assert loss.startswith("“process owner: Bo”")
    assert "because “owner” says it already" in loss
    assert next(iter(not_taken_over({"number": "POL-1", "id": "7"}))).startswith("“id: 7”")


def test_an_abstract_is_no_summary_of_changes() -> None:
    entries = {"abstract": "How gates are kept.", "description": "Gates.", "change summary": "Gates are kept shut."}
    assert with_usual_names(entries)["summary"] == "Gates are kept shut."
    assert "summary" not in with_usual_names({"abstract": "How gates are kept.", "description": "Gates."})


def test_what_a_reader_of_yaml_drops_is_named_too() -> None:
    text = "owner: Ann\nowner: Bo\nkept_: here\n# not: this\ntext: |\n  name: inside\nempty:\n"
    repeated, dropped = lost_by_yaml(text, {"owner": "Bo", "text": "name: inside"})
    assert repeated == "“owner: Ann” at the top of the file was not taken over, because the entry stands there again."
    assert dropped.startswith("“kept_: here”")


def test_what_has_a_place_or_says_nothing_is_not_named() -> None:
    assert list(not_taken_over({"title": "x", "keywords": ["a"], "subtitle": "", "date": None, "clauses": []})) == []


def test_keywords_are_a_list_or_a_line() -> None:
    assert listed("gate, keys; doors") == listed(["gate", " keys ", "doors"]) == ["gate", "keys", "doors"]
    assert listed(None) == []


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("", "internal"),
        ("Public", "public"),
        ("Öffentlich", "public"),
        ("INTERN", "internal"),
        ("Vertraulich", "restricted"),
        ("Confidentiel", "restricted"),
        ("riservato", "restricted"),
        ("vertrouwelijk", "restricted"),
        ("intern / vertraulich", "restricted"),
        ("public, intern", "internal"),
        ("not public", "restricted"),
        ("TLP:AMBER", "restricted"),
        ("Öffentlich nach Freigabe", "restricted"),
    ],
)
def test_a_classification_in_other_words_is_never_taken_for_a_looser_one(said: str, kind: str) -> None:
    found, sentence = classification_of(said)
    assert found == kind
    assert bool(sentence) == (said.casefold() not in ("", "public"))
    if sentence:
        assert f"“{said}”" in sentence
        assert kind in sentence
