"""Lines with letters from the right: the page says what is seen where the algorithm of Unicode lays it out so."""

import pytest

from docctl.domain.issued_files.lines_from_right import LOOSE, is_seen_as, told_by, without_number
from docctl.domain.issued_files.read_back import ReadFrom
from docctl.domain.issued_files.readings import LINE_END, SIGN, Kind, Passage, Reading
from docctl.domain.issued_files.words_compared import compared


@pytest.mark.parametrize(
    ("text", "seen", "other"),
    [
        pytest.param("שלום עולם", ("םלוע םולש",), ("םולש םלוע",), id="words"),
        pytest.param("ראו POL-07, סעיף 4.2.", (".4.2 ףיעס ,POL-07 ואר",), (".2.4 ףיעס ,POL-07 ואר",), id="mixed"),
        pytest.param("ראו POL-07, סעיף 4.2.", (",POL-07 ואר", ".4.2 ףיעס"), (".4.2 ףיעס", ",POL-07 ואר"), id="lines"),
        pytest.param("ראו (אב) סוף", ("ףוס (בא) ואר",), ("ףוס בא)( ואר",), id="brackets"),
        pytest.param("ראו (אב) סוף", ("ףוס )בא( ואר",), ("ףוס (בא ואר)",), id="mirrored brackets"),
        pytest.param("ראו (Yes) סוף", ("ףוס (Yes)ואר",), ("ףוסואר (Yes)",), id="no gap at a bracket"),
        pytest.param("ראו 1, 5 סוף", ("ףוס 5 ,1 ואר",), ("ףוס 5,1 ואר",), id="no gap behind a comma"),
        pytest.param("על הקבלנים", ("םינלבקה לע",), ("םינלבקהלע",), id="a space"),
        pytest.param("עלהקבלנים", (f"םינלבקה{LINE_END}לע",), ("םינלבקה לע",), id="a gap that may be none"),
        pytest.param("נֹהַל זֶה", ("הזֶ להַנֹ",), ("הזֹ להַנֶ",), id="points"),
        pytest.param("נֹהַל זֶה", (f"ה{LOOSE}ֶז להַנֹ",), (f"ה{LOOSE}ֵז להַנֹ",), id="points apart"),
        pytest.param("طریقۂ کار", ("راک ۂقیرط",), ("راک ہقیرط",), id="a letter that is taken apart"),
        pytest.param("من ½ كوب", ("بوك 1/2 نم",), ("بوك 1/3 نم",), id="a fraction"),
        pytest.param(f"سطر{SIGN}1{SIGN} آخر", ("رخآ 1رطس",), ("رخآ 2رطس",), id="the sign of a note"),
        pytest.param("א.\tמטרה\t7", (".א הרטמ 7",), (".א הטרמ 7",), id="tabs in a paragraph from the left"),
        pytest.param("א.\tמטרה\t7", ("7 הרטמ .א",), ("7 .א הרטמ",), id="tabs in a paragraph from the right"),
        pytest.param("می\u200cشود", ("دوشیم",), ("دوشمی",), id="a joiner"),
    ],
)
def test_a_text_is_seen_as_it_is_laid_out(text: str, seen: tuple[str, ...], other: tuple[str, ...]) -> None:
    assert is_seen_as(text, seen)
    assert not is_seen_as(text, other)


@pytest.mark.parametrize("text", ["ראו POL-07, סעיף 4.2.", "العاملين (انظر 12) 17"])
def test_words_are_told_whole_from_what_is_seen(text: str) -> None:
    seen = {"ראו POL-07, סעיף 4.2.": ".4.2 ףיעס ,POL-07 ואר", "العاملين (انظر 12) 17": "17 )12 رظنا( نيلماعلا"}
    assert set(told_by([seen[text]]).split()) >= {word for word in text.split() if word.isalnum()}


def test_two_words_that_are_exchanged_are_found() -> None:
    page = Reading((Passage("הנוהל חל על כל העובדים"),))
    for seen, found in (("םידבועה לכ לע לח להונה", 0), ("םידבועה לכ לע להונה לח", 1)):
        shown = Reading((Passage(told_by([seen]), seen=(seen,)),))
        assert len(compared(page, shown, ReadFrom.PDF)) == found


def test_what_is_drawn_on_either_side_of_a_tab_is_read_as_the_page_tells_it() -> None:
    page, word = (Reading((Passage(f"א.{gap}שטח העבודה"),)) for gap in (" ", "\t"))
    for seen, found in ((".א הדובעה חטש", 0), (".א חטש הדובעה", 1)):
        shown = Reading((Passage(told_by([seen]), seen=(seen,)),))
        assert len(compared(page, shown, ReadFrom.PDF, word)) == found


def test_the_number_that_print_gives_to_a_heading_is_no_part_of_it() -> None:
    assert without_number(("תוירחא 2.1", "ףוס")) == ("2.1", ("תוירחא", "ףוס"))
    assert without_number(("תוירחא",)) == ("", ("תוירחא",))
    page = Reading((Passage("אחריות", Kind.HEADING),))
    for seen, found in (("תוירחא 2", 0), ("תורחא 2", 1)):
        shown = Reading((Passage(told_by([seen]), Kind.HEADING, seen=(seen,)),))
        assert len(compared(page, shown, ReadFrom.PDF)) == found
