"""Numbers as a list of a Word file draws them, by the reader that shares nothing with the first conversion."""

import pytest

from docctl.adapters.reading_back.list_marks import drawn


@pytest.mark.parametrize(
    ("kind", "number", "mark"),
    [
        *(("decimal", 7, "7"), ("decimalZero", 7, "07"), ("001, 002, 003, ...", 7, "007"), ("lowerLetter", 28, "bb")),
        *(("upperRoman", 1994, "MCMXCIV"), ("ordinal", 12, "12th"), ("ordinal", 22, "22nd"), ("none", 3, "")),
        *(("ordinalText", 21, "Twenty-first"), ("ordinalText", 30, "Thirtieth"), ("cardinalText", 42, "Forty-two")),
        *(
            ("chineseCounting", 12, "十二"),
            ("chineseCounting", 21, "二十一"),
            ("hebrew1", 15, "טו"),
            ("hebrew1", 2, "ב"),
        ),
        *(
            ("arabicAbjad", 3, "ج"),
            ("arabicAlpha", 3, "ت"),
            ("russianLower", 2, "б"),
            ("decimalEnclosedCircle", 2, "②"),
        ),
        *(("hindiNumbers", 12, "१२"), ("thaiNumbers", 12, "๑๒"), ("unheardOf", 5, "5")),
        *(("arabicAlpha", 1, "أ"), ("hebrew2", 23, "תא"), ("ganada", 15, "가"), ("koreanCounting", 110, "백십")),
        *(("chineseCountingThousand", 1010, "一千零一十"), ("chineseCounting", 102, "一○二")),
        *(("japaneseLegal", 12, "壱拾弐"), ("ideographZodiacTraditional", 13, "丙子"), ("aiueo", 47, "ｱ")),
        *(("ideographTraditional", 11, "11"), ("thaiLetters", 2, "ข"), ("hex", 10, "A")),
    ],
)
def test_a_number_is_drawn_in_its_kind(kind: str, number: int, mark: str) -> None:
    assert drawn(number, kind) == mark
