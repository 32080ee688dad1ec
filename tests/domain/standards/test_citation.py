"""Citations of standards written in running text are recognised, and nothing else is taken for one."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docctl.adapters.standards_catalogue import load_catalogue
from docctl.domain.errors import NotFoundError
from docctl.domain.standards.citation import format_citation, recognise_citations

CATALOGUE = load_catalogue(Path(__file__).parents[3] / "docctl" / "standards")
IN_USE = {"ISO 9001": "iso-9001-2015", "ISO 14001": "iso-14001-2015"}


def cited(text, editions=IN_USE):
    """Standard and clause of every citation, in the short form `9001-2015 7.5.3`."""
    found = recognise_citations(text, CATALOGUE, editions)
    return [f"{each.standard_id.removeprefix('iso-').removeprefix('iatf-')} {each.clause_id}".strip() for each in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ISO 9001:2015, 7.5.3", ["9001-2015 7.5.3"]),
        ("ISO 9001:2026, 7.5.3", ["9001-2026 7.5.3"]),
        ("ISO 9001 clause 7.5", ["9001-2015 7.5"]),
        ("ISO 9001:2015 §7.5.3", ["9001-2015 7.5.3"]),
        ("as ISO 9001:2015 (clauses 7.5.3 and 8.1) demands", ["9001-2015 7.5.3", "9001-2015 8.1"]),
        ("**ISO 9001:2015**, clause **7.5**", ["9001-2015 7.5"]),
        ("| ISO 9001:2015 | 7.5.3 | Control |", ["9001-2015 7.5.3"]),
        ("ISO 9001:2015’s clause 7.5.3.2 a)", ["9001-2015 7.5.3.2"]),
        ("ISO 9001:2015/Amd 1:2024, 4.1", ["9001-2015 4.1"]),
        ("ISO 9001:2015+A1:2024 clause 4.1", ["9001-2015 4.1"]),
        ("ISO 9001 (2015), 7.5.3", ["9001-2015 7.5.3"]),
        ("ISO 9001-2015 clause 7.5", ["9001-2015 7.5"]),
        ("BS EN ISO 9001:2015", ["9001-2015"]),
        ("ISO27001", ["27001-2022"]),
        ("We follow ISO 26000 and ISO 31000 clause 6.4.", ["26000-2010", "31000-2018 6.4"]),
        ("ISO 31000:2018, 4.b", ["31000-2018 4.b"]),
        ("IATF 16949, 8.5.1.5", ["16949-2016 8.5.1.5"]),
        ("see IATF 16949 Annex A.1", ["16949-2016 A.1"]),
        ("clause 7.5 of ISO/IEC 27001", ["27001-2022 7.5"]),
        ("Clause 4 of ISO 14001", ["14001-2015 4"]),
        ("clause 7.5 of the international standard ISO 9001:2015", ["9001-2015 7.5"]),
        ("section 7.5 of ISO 9001", ["9001-2015 7.5"]),
        ("see 7.5.3 of ISO 9001:2015.", ["9001-2015 7.5.3"]),
        ("clause 7.5\nof ISO 9001", ["9001-2015 7.5"]),
    ],
)
def test_clause_is_recognised_in_the_forms_people_write(text, expected):
    assert cited(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Annex A.5.1", ["27001-2022 A.5.1"]),
        ("protected as in A.8.24.", ["27001-2022 A.8.24"]),
        ("ISO/IEC 27001:2022 Annex A.5.1", ["27001-2022 A.5.1"]),
        ("ISO 27001 A8.24", ["27001-2022 A.8.24"]),
        ("control 5.15 of ISO 27001", ["27001-2022 A.5.15"]),
        ("ISO/IEC 27001 controls 5.15 and 8.24", ["27001-2022 A.5.15", "27001-2022 A.8.24"]),
        ("Annex A 5.15, 5.16 and 8.24", ["27001-2022 A.5.15", "27001-2022 A.5.16", "27001-2022 A.8.24"]),
        ("ISO 27001 Annex A controls 5.15–5.17", [f"27001-2022 A.5.{n}" for n in (15, 16, 17)]),
        ("Annex A of ISO/IEC 27001", ["27001-2022 A"]),
        ("ISO 9001:2015, clause 7.5.3, and control A.5.33", ["9001-2015 7.5.3", "27001-2022 A.5.33"]),
    ],
)
def test_control_of_annex_a_is_recognised(text, expected):
    assert cited(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ISO 9001:2015, 7.5.1, 7.5.2 and 7.5.3", ["9001-2015 7.5.1", "9001-2015 7.5.2", "9001-2015 7.5.3"]),
        ("clauses 9.2 and 9.3 of ISO 14001:2015", ["14001-2015 9.2", "14001-2015 9.3"]),
        ("ISO 9001 clauses 9.1 to 9.3", ["9001-2015 9.1", "9001-2015 9.2", "9001-2015 9.3"]),
        ("ISO 9001:2015, 9.1-9.3", ["9001-2015 9.1", "9001-2015 9.2", "9001-2015 9.3"]),
        ("clauses 4 to 6 of ISO 45001", ["45001-2018 4", "45001-2018 5", "45001-2018 6"]),
        ("ISO 9001 clauses 9.3 to 9.1", ["9001-2015 9.3", "9001-2015 9.1"]),
        ("clauses 7.5 and 8 of ISO 9001", ["9001-2015 7.5", "9001-2015 8"]),
        ("clause 7.2 and clause 7.3 of ISO 45001", ["45001-2018 7.2", "45001-2018 7.3"]),
        (
            "clause 7.5 of ISO 9001, ISO 14001 and ISO/IEC 27001",
            ["9001-2015 7.5", "14001-2015 7.5", "27001-2022 7.5"],
        ),
        ("ISO 9001/14001 clause 7.5", ["9001-2015 7.5", "14001-2015 7.5"]),
        (
            "ISO 9001 clause 7.5, ISO 14001 clause 6.1.2 and ISO 45001:2018, 8.1.2",
            ["9001-2015 7.5", "14001-2015 6.1.2", "45001-2018 8.1.2"],
        ),
    ],
)
def test_lists_and_ranges_name_every_clause(text, expected):
    assert cited(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "See SOP-07-03 and ISMS-02-10, version 7.5, of 12.10.2026.",
        "The server 10.1.2.3 answered in 7.5 s; 9.2 % were lost.",
        "In section 7.5 of this procedure, Table A.5.1 and Figure A.8.2.",
        "Our Annex A and Annex B 5.1.",
        "The Audi A8.24 cost €7.5 million.",
        "clause 7.5 of the contract",
        "clause 7.5",
        "§ 7.5",
        "iso-27001-2022 in ISO-27001.pdf, https://example.org/iso-9001/7.5",
        "clause 7.5 of ISO 13485",
        "ISO 27002:2022, 5.15",
        "ISO/TS 16949 clause 7.5",
        "ISO 15489-1:2016, 7.5",
        "ISO 9001:2008, 7.5",
        "ISO/IEC 27001:2013 Annex A.6.1",
        "ISO 9001:2015, clause 9.9",
        "ISO 9001:2015, 12.10.2026",
        "clause ٧.٥ of ISO 9001:2008, 7.5٣",
        "",
    ],
)
def test_other_numbers_are_not_taken_for_clauses(text):
    assert cited(text) == []


def test_count_after_a_clause_is_no_clause():
    assert cited("ISO 9001 clauses 7.5 and 8 auditors") == ["9001-2015 7.5"]
    assert cited("ISO 9001 has 7.5 pages") == ["9001-2015"]


def test_number_in_the_next_list_item_belongs_to_no_standard_before_it():
    assert cited("- ISO 9001\n- Section 4.3\n- 7.5 of everything") == ["9001-2015"]


def test_clause_alone_belongs_to_the_standard_named_in_its_paragraph():
    assert cited("ISO 9001:2015 asks for control (clause 7.5.3). See also § 7.5.2.") == [
        "9001-2015 7.5.3",
        "9001-2015 7.5.2",
    ]
    assert cited("ISO 13485 asks for control (clause 7.5).") == []


def test_clause_alone_belongs_to_the_only_standard_of_the_text():
    text = "We meet ISO 45001.\n\nClause 7.5 applies; § 8.1 and section 8.1 are those of the works agreement."
    assert cited(text) == ["45001-2018", "45001-2018 7.5"]
    assert cited("ISO 45001 and ISO 9001.\n\nClause 7.5 applies.") == ["45001-2018", "9001-2015"]


def test_standard_without_a_year_is_the_edition_the_text_names_then_the_one_in_use_then_the_newest():
    assert cited("ISO 9001:2026 replaces it. See ISO 9001 clause 7.5.")[-1] == "9001-2026 7.5"
    assert cited("ISO 9001 clause 7.5") == ["9001-2015 7.5"]
    assert cited("ISO 9001 clause 7.5", editions={}) == ["9001-2026 7.5"]


def test_citation_encloses_the_whole_phrase():
    text = "As said in clauses 9.2 and 9.3 of ISO 14001:2015, audits happen (ISO 9001, 9.2)."
    found = recognise_citations(text, CATALOGUE)
    assert [each.text for each in found] == ["clauses 9.2 and 9.3 of ISO 14001:2015"] * 2 + ["ISO 9001, 9.2"]
    assert all(text[each.start : each.end] == each.text for each in found)


def test_every_clause_is_recognised_in_the_form_it_is_written():
    for standard in CATALOGUE.standards:
        assert recognise_citations(format_citation(CATALOGUE, standard.id), CATALOGUE)[0].standard_id == standard.id
        for clause in standard.clauses:
            written = format_citation(CATALOGUE, standard.id, clause.id)
            found = [(each.standard_id, each.clause_id) for each in recognise_citations(written, CATALOGUE)]
            assert found == [(standard.id, clause.id)], written


def test_citation_is_written_with_the_edition():
    assert format_citation(CATALOGUE, "iso-9001-2015", "7.5.3") == "ISO 9001:2015, 7.5.3"
    assert format_citation(CATALOGUE, "iso-9001-2015", "7") == "ISO 9001:2015, clause 7"
    assert format_citation(CATALOGUE, "iso-27001-2022", "A.8.24") == "ISO/IEC 27001:2022, A.8.24"
    with pytest.raises(NotFoundError):
        format_citation(CATALOGUE, "iso-9001-2015", "7.9")


@pytest.mark.parametrize(
    "piece",
    ["ISO ", "1.", "1", "A.", "§", "\n ", "(", "clause ", "9.1-", "annex A ", "clause 7.5 of ", "ISO 9001, 7.5, ", "٣"],
)
def test_hostile_text_is_read_in_proportion_to_its_length(piece):
    """A pattern that goes back over its text would not come to an end here."""
    text = (piece * (200_000 // len(piece) + 1))[:200_000]
    assert all(0 <= each.start < each.end <= len(text) for each in recognise_citations(text, CATALOGUE))


STANDARDS = ["ISO", "IEC", "/", "9001", "27001", ":2015", "ISO 9001:2015", "ISO/IEC 27001", "of"]
NUMBERS = ["clause", "clauses", "control", "Annex A", "A.", "§", "5.1", "7.5", "7", "٣"]
BETWEEN = [" ", ".", ",", "and", "to", "-", "(", ")", "\n", "\n\n", "|"]
WORDS = st.sampled_from(STANDARDS + NUMBERS + BETWEEN)


@given(st.one_of(st.text(), st.lists(WORDS, max_size=30).map("".join), st.lists(WORDS, max_size=30).map(" ".join)))
@settings(max_examples=300, deadline=None)
def test_any_text_can_be_read_and_only_known_clauses_are_offered(text):
    for each in recognise_citations(text, CATALOGUE):
        assert 0 <= each.start < each.end <= len(text)
        assert text[each.start : each.end] == each.text
        assert not each.clause_id or CATALOGUE.has_clause(each.standard_id, each.clause_id)
        assert CATALOGUE.standard(each.standard_id)
