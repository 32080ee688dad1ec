"""Signs of symbol fonts: the same whether the letter is given as it is or in the private area."""

import pytest

from docctl.word_format.symbol_fonts import NO_SIGN, is_symbol_font, sign_of


@pytest.mark.parametrize("font", ["Symbol", "Wingdings", "Wingdings 2", "Wingdings 3", "Webdings"])
def test_each_letter_of_a_symbol_font_is_one_sign(font: str) -> None:
    signs = [sign_of(font, code) for code in range(0x20, 0x100)]
    assert all(len(sign) == 1 for sign in signs)
    assert sum(sign != NO_SIGN for sign in signs) > 180
    assert signs == [sign_of(font, 0xF000 + code) for code in range(0x20, 0x100)]


def test_a_letter_of_an_ordinary_font_is_itself() -> None:
    assert sign_of("Arial", ord("ü")) == "ü"
    assert not is_symbol_font("Arial")


def test_a_sign_of_a_font_without_a_table_is_unknown() -> None:
    assert sign_of("Marlett", ord("b")) == NO_SIGN
    assert sign_of("Arial", 0xF8FF) == NO_SIGN
