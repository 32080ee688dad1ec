"""Front matter of Markdown files of any origin: YAML, TOML, and the title block of pandoc."""

import pytest

from docctl.adapters.conversion import import_markdown

BODY = "# Purpose\n\nThe gate is kept shut.\n\n# Scope\n\nAll.\n"


@pytest.mark.parametrize(
    "front",
    [
        "---\ntitle: Gate rules\nauthor: Ann Lee\ndate: 1 May 2024\n---\n",
        '+++\ntitle = "Gate rules"\nauthor = "Ann Lee"\ndate = 2024-05-01\n+++\n',
        "% Gate\n  rules\n% Ann Lee\n% May 2024\n\n",
    ],
    ids=["YAML", "TOML", "title block"],
)
def test_the_title_is_taken_over_and_what_has_no_place_is_named(front: str) -> None:
    found, _ = import_markdown((front + BODY).encode())
    assert (found.title, found.markdown) == ("Gate rules", BODY)
    author, date = found.losses
    assert "Ann Lee" in author
    assert "2024" in date


@pytest.mark.parametrize(
    "front", ["---\ntitle: [broken\nowner: Ann\n---\n", "+++\ntitle = broken = 1\nowner: Ann\n+++\n"]
)
def test_entries_that_cannot_be_read_stay_in_the_text_and_are_named_in_one_sentence(front: str) -> None:
    found, entries = import_markdown((front + BODY).encode())
    assert entries == {}
    (loss,) = found.losses
    assert "stand in the text as typed" in loss
    assert "owner: Ann" in found.markdown
    assert found.markdown.endswith(BODY)


def test_a_text_that_begins_with_a_line_across_has_no_front_matter() -> None:
    found, entries = import_markdown(f"---\n\n{BODY}\n---\n".encode())
    assert entries == {}
    assert "The gate is kept shut." in found.markdown


def test_an_entry_that_stands_twice_or_is_passed_over_is_named() -> None:
    found, entries = import_markdown(f"---\ntitle: Gates\nowner: Ann\nowner: Bo\nsite_: north\n---\n\n{BODY}".encode())
    assert entries["owner"] == "Bo"
    assert [loss.partition("”")[0] for loss in found.losses] == ["“owner: Ann", "“site_: north"]
