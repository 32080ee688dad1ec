"""The order in which the signs of a line are seen: what the Unicode bidirectional algorithm says of each kind."""

import pytest

from docctl.texts.bidirectional import levels_of, order_seen


def seen(text: str, *, from_right: bool) -> str:
    """A text of one line as it is seen from the left; brackets stay as they are written."""
    return "".join(text[place] for place in order_seen(levels_of(text, from_right=from_right)))


@pytest.mark.parametrize(
    ("text", "from_right", "from_left"),
    [
        pytest.param("אבג דהו", "והד גבא", "והד גבא", id="letters from the right"),
        pytest.param("אב POL-07 גד", "דג POL-07 בא", "בא POL-07 דג", id="Latin words within"),
        pytest.param("אב 12.5 גד", "דג 12.5 בא", "דג 12.5 בא", id="a number keeps its order"),
        pytest.param("ab 12 גד", "דג ab 12", "ab 12 דג", id="a number behind Latin letters runs with them"),
        pytest.param("سعر 17%", "%17 رعس", "17 رعس%", id="a sign behind an Arabic number stands to its left"),
        pytest.param("אב 17%", "17% בא", "17% בא", id="and behind a number in Hebrew to its right"),
        pytest.param("۱۴۰۵/۰۲/۲۲ اب", "با ۱۴۰۵/۰۲/۲۲", "۱۴۰۵/۰۲/۲۲ با", id="a Persian date"),
        pytest.param("אב (a) b", "b )a( בא", "בא (a) b", id="both brackets of a pair run alike"),
        pytest.param("אב (a ג) b", "b )ג a( בא", "בא (a ג) b", id="with what stands in them"),
        pytest.param("a\u05d0\u05b7\u05d1", "\u05d1\u05b7\u05d0a", None, id="marks turn with their letter"),
        pytest.param("a \u2067b אב\u2069 c", "a \u2067בא b\u2069 c", "a \u2067בא b\u2069 c", id="an isolate"),
        pytest.param("\u202eabc\u202c d", "d \u202ccba\u202e", None, id="an override"),
    ],
)
def test_signs_are_seen_in_their_order(text: str, from_right: str, from_left: str | None) -> None:
    assert seen(text, from_right=True) == from_right
    if from_left is not None:
        assert seen(text, from_right=False) == from_left


def test_a_text_from_the_left_stays_as_it_is() -> None:
    assert seen("Keep (the) gate, 12.5 %", from_right=False) == "Keep (the) gate, 12.5 %"
    assert order_seen([]) == []
