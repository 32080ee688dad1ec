"""Blocks of a page text say in which direction they run only where that differs."""

import pytest

from docctl.texts.text_direction import direction_of_words, with_directions


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("يسجل كل زائر (انظر POL-07).", "rtl"),
        ("המפתח בארון", "rtl"),
        ("This part is in English, see سياسة.", "ltr"),
        ("POL-07", ""),
        ("12 | 34", ""),
        ("", ""),
    ],
)
def test_the_direction_of_words_is_that_of_most_letters_and_a_number_has_none(text: str, direction: str) -> None:
    assert direction_of_words(text) == direction


def test_a_text_from_left_to_right_stays_as_it_is() -> None:
    html = '<h1 id="a">A</h1><p>One &amp; two.<br>Three.</p><table><tr><td>x</td></tr></table>'
    assert with_directions(html) == html


def test_outermost_blocks_say_their_direction_and_what_is_inside_inherits_it() -> None:
    html = (
        '<h2 id="s">الغرض</h2>\n<ul class="x">\n<li>يسجل كل زائر.<br>نعم</li>\n<li>POL-07</li>\n</ul>\n<p>12</p>\n'
        '<p>An annex in English.</p><div class="t"><table><tr><td>الدور</td></tr></table></div>'
    )
    found = with_directions(html)
    assert found.replace(' dir="rtl"', "").replace(' dir="ltr"', "") == html
    assert '<h2 id="s" dir="rtl">' in found
    assert '<ul class="x" dir="rtl">' in found
    assert '<p dir="ltr">An annex' in found
    assert '<div class="t" dir="rtl">' in found
    assert "<p>12</p>" in found
    assert found.count("dir=") == 4
