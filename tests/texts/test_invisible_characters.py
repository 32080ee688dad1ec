"""Characters that nobody sees: no part of a word, a number or a title, and kept where they join letters."""

import unicodedata

import pytest

from docctl.domain.documents.document_number import mentioned_numbers
from docctl.domain.search.query import fold_text, parse, words_of
from docctl.texts.invisible_characters import on_one_line, with_plain_hyphens, without_invisible

UNSEEN = (
    "\u00ad", "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u200e", "\u200f", "\u061c", "\u202a", "\u202c",
    "\u2066", "\u2069", "\ufe0e", "\u034f", "\u180e",
)  # fmt: skip


def words(text: str) -> list[str]:
    return [word for word, _, _ in words_of(text)]


@pytest.mark.parametrize("sign", UNSEEN, ids=lambda sign: f"U+{ord(sign):04X}")
def test_no_invisible_character_is_part_of_a_word_a_number_or_a_question(sign: str) -> None:
    broken = f"Dokumenten{sign}lenkung"
    assert words(f"Die {broken}.") == ["die", "dokumentenlenkung"]
    assert parse(broken).units == parse("Dokumentenlenkung").units
    assert mentioned_numbers(f"See SO{sign}P-{sign}36{sign}.") == ["SOP-36"]
    assert fold_text(broken) == "dokumentenlenkung"
    assert without_invisible(broken) == "Dokumentenlenkung"


def test_every_character_that_unicode_lets_programs_ignore_is_taken_out() -> None:
    formats = [sign for sign in map(chr, range(0x10000)) if unicodedata.category(sign) == "Cf"]
    drawn = {sign for sign in formats if without_invisible(sign)}
    assert {f"{ord(sign):04X}" for sign in drawn} == {
        *("0600", "0601", "0602", "0603", "0604", "0605", "06DD", "070F", "0890", "0891", "08E2"),  # signs with a shape
    }


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("הַמַּפְתֵּחַ", "המפתח"),
        ("مُحَمَّد", "محمد"),
        ("كتـــاب", "کتاب"),
        ("می\u200cخواهم", "ميخواهم"),
        ("e\u0301tage", "étage"),
        ("ﬁre oﬃce", "fire office"),
        ("ＳＯＰ－３６", "sop-36"),
        ("۳۶", "36"),
        ("か\u3099", "が"),
        ("Straße", "STRASSE"),
    ],
)
def test_forms_of_one_word_are_found_by_each_other(text: str, plain: str) -> None:
    assert words(text) == words(plain)
    assert [unit.words for unit in parse(text).units] == [unit.words for unit in parse(plain).units]


def test_words_of_scripts_with_vowel_signs_are_whole() -> None:
    assert len(words("किताब विद्या")) == 2
    assert words("विद्या") != words("विदया")


def test_a_place_to_break_separates_where_a_script_has_no_spaces() -> None:
    assert len(words("ภาษา\u200bไทย")) == 2


def test_places_of_words_are_those_of_the_text_as_it_stands() -> None:
    text = "Die Doku\u00admenten\u00adlenkung gilt."
    ((_, start, end),) = [each for each in words_of(text) if each[0] == "dokumentenlenkung"]
    assert text[start:end] == "Doku\u00admenten\u00adlenkung"


def test_a_title_keeps_what_joins_letters_and_loses_what_only_breaks_lines() -> None:
    assert on_one_line("Doku\u00admenten\u200b\n lenkung\u202e") == "Dokumenten lenkung"
    for text in ("می\u200cخواهم", "क्\u200dष", "👩\u200d🔬 Lab", "\u200fשלום\u200e"):
        assert on_one_line(text) == text


def test_signs_that_look_like_hyphens_are_one() -> None:
    assert with_plain_hyphens("A\u2010B\u2011C\u2013D\u2212E\uff0dF") == "A-B-C-D-E-F"
