"""How a question typed into the search box is read, filters and clauses included."""

import pytest

from docctl.domain.search.query import (
    LONGEST_QUERY,
    MOST_UNITS,
    Unit,
    fold,
    parse,
    plain_number,
    read_clause,
    with_words_replaced,
    words_of,
)


def kinds(question: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(unit.kind, unit.words) for unit in parse(question).units]


def test_words_phrases_and_beginnings_are_told_apart():
    assert kinds('risk "internal audit" docum*') == [
        ("word", ("risk",)),
        ("phrase", ("internal", "audit")),
        ("prefix", ("docum",)),
    ]


def test_parts_of_a_number_have_to_stand_together():
    assert kinds("POL-007 ISO 9001:2015, and/or well-being") == [
        ("phrase", ("pol", "007")),
        ("word", ("iso",)),
        ("phrase", ("9001", "2015")),
        ("word", ("and",)),
        ("word", ("or",)),
        ("word", ("well",)),
        ("word", ("being",)),
    ]


def test_filters_are_taken_out_of_the_words():
    query = parse('audit type:Policy department:"Human Resources" type:procedure')
    assert query.units == (Unit(("audit",)),)
    assert query.filters == {"type": ("Policy", "procedure"), "department": ("Human Resources",)}


def test_filter_left_open_by_a_missing_quote_is_still_read():
    assert parse('owner:"Ann Lee').filters == {"owner": ("Ann Lee",)}


def test_unknown_filter_is_searched_as_words_and_said_so():
    query = parse("colour:red")
    assert query.units == (Unit(("colour",)), Unit(("red",)))
    assert str(query.notes[0]) == 'There is no filter named "colour"; it was searched for as words.'


def test_standard_and_year_are_no_unknown_filter():
    assert parse("ISO 9001:2015").notes == ()


def test_web_address_is_no_unknown_filter():
    assert parse("https://example.org/policy").notes == ()


@pytest.mark.parametrize("question", ["((((", "*:*", "***", '"', '""""', "\0\0", "😀", "-- ;", ""])
def test_signs_alone_ask_for_nothing(question):
    assert parse(question).units == ()


@pytest.mark.parametrize(
    ("question", "words"),
    [("fuzzy~9", ("fuzzy", "9")), ("[a TO z]", ("a", "to", "z")), ("' OR 1=1 --", ("or", "1")), ("100%_", ("100",))],
)
def test_operators_of_query_languages_are_taken_literally(question, words):
    assert tuple(unit.words[0] for unit in parse(question).units) == words


def test_ten_thousand_words_are_cut_and_said_so():
    query = parse(" ".join(f"word{number}" for number in range(10_000)))
    assert len(query.units) == MOST_UNITS
    assert "shortened" in [note.kind for note in query.notes]


def test_only_a_few_phrases_and_beginnings_are_asked_for():
    query = parse(" ".join(f'begin{number}* "one two{number}"' for number in range(20)) + " word")
    assert len(query.units) == 5
    assert [note.kind for note in query.notes] == ["shortened"]


def test_very_long_word_is_cut():
    assert len(parse("a" * 50_000).units[0].words[0]) <= 64
    assert LONGEST_QUERY < 50_000


def test_two_letters_before_a_star_are_a_word():
    query = parse("ab*")
    assert query.units == (Unit(("ab",)),)
    assert query.notes[0].kind == "short-prefix"


def test_words_lose_case_and_accents():
    assert [fold(word) for word in ("Éclair", "STRASSE", "Straße", "Ørsted", "naïve")] == [
        "eclair",
        "strasse",
        "strasse",
        "orsted",
        "naive",
    ]


def test_words_are_given_with_their_places():
    text = "The Élan, clause A.5.1."
    assert [(word, text[start:stop]) for word, start, stop in words_of(text)] == [
        ("the", "The"),
        ("elan", "Élan"),
        ("clause", "clause"),
        ("a.5.1", "A.5.1"),
    ]


def test_each_chinese_sign_is_a_word():
    assert [word for word, _, _ in words_of("文件control控制")] == ["文", "件", "control", "控", "制"]


def test_number_is_the_same_however_it_is_typed():
    assert plain_number("POL-007") == plain_number("pol007") == plain_number(" Pol 007") == "pol007"


@pytest.mark.parametrize(
    "typed", ["ISO 9001:2015 7.5", "7.5", "iso-9001-2015:7.5", "ISO 9001, clause 7.5", "9001 7.5.3", "ISO 9001", "7"]
)
def test_clause_is_found_however_it_is_written(typed):
    assert read_clause(typed).matches("iso-9001-2015:7.5.3")


@pytest.mark.parametrize("typed", ["7.50", "7.5.3.1", "5", "ISO 14001 7.5", "A.7.5", "27001"])
def test_other_clauses_do_not_match(typed):
    assert not read_clause(typed).matches("iso-9001-2015:7.5.3")


@pytest.mark.parametrize("typed", ["A.5.1", "a.5", "Annex A 5.1", "ISO/IEC 27001:2022 A.5.1", "annex a.5.1"])
def test_control_of_annex_a_is_found_however_it_is_written(typed):
    assert read_clause(typed).matches("iso-27001-2022:A.5.1")
    assert not read_clause(typed).matches("iso-27001-2022:5.1")


def test_suggestion_replaces_only_the_misspelt_word():
    assert with_words_replaced('Trainning of "new" people', [("trainning", "training")]) == 'training of "new" people'
