"""Signs of symbol fonts: the same whether the letter is given as it is or in the private area."""

import unicodedata
from pathlib import Path

import pytest
from PIL import ImageFont

import docctl
from docctl.word_format.symbol_fonts import NO_SIGN, is_symbol_font, sign_of

FONTS = Path(docctl.__file__).parent / "adapters" / "typst" / "fonts"


@pytest.mark.parametrize("font", ["Symbol", "Wingdings", "Wingdings 2", "Wingdings 3", "Webdings"])
def test_each_letter_of_a_symbol_font_is_one_sign(font: str) -> None:
    signs = [sign_of(font, code) for code in range(0x20, 0x100)]
    assert all(len(sign) == 1 for sign in signs)
    assert sum(sign != NO_SIGN for sign in signs) > 180
    assert signs == [sign_of(font, 0xF000 + code) for code in range(0x20, 0x100)]


def test_every_sign_but_ornaments_and_shafts_has_a_shape_in_the_fonts_that_ship() -> None:
    fonts = [ImageFont.truetype(str(font), 20) for font in sorted(FONTS.iterdir()) if font.suffix in (".ttf", ".otf")]
    boxes = [bytes(font.getmask("\U0010fffd")) for font in fonts]
    names = ("Symbol", "Wingdings", "Wingdings 2", "Wingdings 3", "Webdings")
    signs = {sign_of(name, code) for name in names for code in range(0x21, 0x100)} - {NO_SIGN, "\u2009", "\u200a", " "}
    without = {
        sign for sign in signs if all(bytes(font.getmask(sign)) == box for font, box in zip(fonts, boxes, strict=True))
    }
    names_without = [unicodedata.name(sign).split() for sign in without]
    assert len(without) < 60
    told = [name for name in names_without if {"ARROW", "TRIANGLE", "CHECK", "STAR"} & set(name)]
    assert all("SHAFT" in name for name in told)


def test_a_letter_of_an_ordinary_font_is_itself() -> None:
    assert sign_of("Arial", ord("ü")) == "ü"
    assert not is_symbol_font("Arial")


def test_a_sign_of_a_font_without_a_table_is_unknown() -> None:
    assert sign_of("Marlett", ord("b")) == NO_SIGN
    assert sign_of("Arial", 0xF8FF) == NO_SIGN
