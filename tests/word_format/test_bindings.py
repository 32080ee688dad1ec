"""Controls bound to hidden data: what Word would show in them is compared with what stands in the text."""

import pytest
from lxml import etree

from docctl.adapters.word_package import read_word_facts
from docctl.word_format.bindings import shown_otherwise
from docctl.word_format.open_places import OpenKind
from tests.factories.files.hostile_word import document, paragraph
from tests.factories.files.unfixed_word import STORE, W15, bound, line, text, unfixed_word

CHOICE = '<w:dropDownList><w:listItem w:displayText="Five hundred" w:value="500"/></w:dropDownList>'


def _otherwise(control: str, data: str) -> list[tuple[str, str]]:
    body = etree.fromstring(document(line(control)).encode())
    return [each[1:] for each in shown_otherwise(body, {STORE.upper(): etree.fromstring(data)})]


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/k/n", "<k><n>50000</n></k>"),
        ("/a:k[1]/a:n[2]", '<k xmlns="urn:x"><n>500</n><n>50000</n></k>'),
        ("/k/n/text()", "<k><n>50000</n></k>"),
        ("/k/@n", '<k n="50000"/>'),
    ],
)
def test_a_control_whose_data_say_something_else_is_found_by_its_path(path: str, data: str) -> None:
    assert _otherwise(bound(text("500"), path=path), data) == [("500", "50000")]


@pytest.mark.parametrize(
    ("control", "data"),
    [
        (bound(text("500 euros")), "<k><n>500\n euros</n></k>"),
        (bound(text("Five hundred"), CHOICE), "<k><n>500</n></k>"),
        (bound(text("Click here"), "<w:showingPlcHdr/>"), "<k><n/></k>"),
        (bound(text("7 May"), "<w:date/>"), "<k><n>2020-05-07</n></k>"),
        (bound(text("500"), path="/k/m"), "<k><n>50000</n></k>"),
        (bound(text("500"), path="//n"), "<k><n>50000</n></k>"),
        (bound(text("500"), path="/k/n[last()]"), "<k><n>50000</n></k>"),
        (bound(text("500"), path="/k/n[0]"), "<k><n>50000</n></k>"),
    ],
)
def test_a_control_that_shows_its_data_or_is_bound_in_a_form_of_its_own_is_no_fault(control: str, data: str) -> None:
    assert _otherwise(control, data) == []


def test_a_placeholder_over_data_that_are_there_is_found() -> None:
    assert _otherwise(bound(text("Click here"), "<w:showingPlcHdr/>"), "<k><n>50000</n></k>") == [("", "50000")]


def test_the_data_of_a_word_file_are_read_with_it_and_named_with_their_place() -> None:
    word = unfixed_word(paragraph("Petty cash", "Heading1") + line(bound(text("500")), " euros"), data="50000")
    (found,) = read_word_facts(word).open_places
    assert found.kind == OpenKind.OTHER_DATA
    assert str(found).endswith("“500, there 50000” under “Petty cash”")
    same = unfixed_word(line(bound(text("500")), " euros"), data="500")
    assert read_word_facts(same).open_places == ()


W14 = 'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
W15_NAMES = f'xmlns:w15="{W15}"'


def _day(shown: str, full: str = "", calendar: str = "gregorian") -> str:
    stated = f' w:fullDate="{full}T00:00:00Z"' if full else ""
    kind = f'<w:date{stated}><w:dateFormat w:val="d MMMM yyyy"/><w:calendar w:val="{calendar}"/></w:date>'
    return bound(text(shown), kind)


@pytest.mark.parametrize(
    ("control", "data"),
    [
        (_day("1 January 2024", "2024-01-01"), "2026-01-31T00:00:00"),
        (_day("1 January 2024", "2026-01-31"), "2026-01-31T00:00:00"),
        (_day("1 January 2024"), "2026-01-31"),
        (_day("31 March 2026", "2026-03-31"), "2026-01-31"),
        (_day("1 Muharram 1445", "2024-01-01", "hijri"), "2026-01-31"),
    ],
)
def test_a_date_that_the_data_do_not_say_is_named(control: str, data: str) -> None:
    ((_, there),) = _otherwise(control, f"<k><n>{data}</n></k>")
    assert there == "2026-01-31"


@pytest.mark.parametrize(
    ("control", "data"),
    [
        (_day("31 January 2026", "2026-01-31"), "2026-01-31T00:00:00"),
        (_day("31/01/26"), "2026-01-31"),
        (_day("14:05, 31.1.2026"), "2026-01-31T14:05:00"),
        (_day("1 Muharram 1445", "2023-07-19", "hijri"), "2023-07-19"),
        (_day("31 January 2026", "2026-01-31"), "31 January 2026"),
    ],
)
def test_a_date_that_shows_the_day_of_the_data_is_no_fault(control: str, data: str) -> None:
    assert _otherwise(control, f"<k><n>{data}</n></k>") == []


def _box(shown: str, checked: str = "0") -> str:
    states = '<w14:checkedState w14:val="2612"/><w14:uncheckedState w14:val="2610"/>'
    return bound(shown, f'<w14:checkbox {W14}><w14:checked w14:val="{checked}"/>{states}</w14:checkbox>')


@pytest.mark.parametrize("data", ["true", "1", "false", "0"])
@pytest.mark.parametrize("shown", ["☐", "☒"])
@pytest.mark.parametrize("checked", ["0", "1"])
def test_a_box_is_named_where_its_sign_is_not_what_the_data_say(shown: str, checked: str, data: str) -> None:
    wanted = data in ("true", "1")
    found = _otherwise(_box(text(shown), checked), f"<k><n>{data}</n></k>")
    said = {True: "ticked", False: "not ticked"}
    is_ticked = shown == "☒"
    assert found == ([] if is_ticked == wanted else [(f"{shown} {said[is_ticked]}", said[wanted])])


def test_a_box_of_another_sign_shows_what_it_states_and_other_data_leave_it() -> None:
    sign = '<w:r><w:sym w:font="Wingdings" w:char="2612"/></w:r>'
    assert _otherwise(_box(sign), "<k><n>false</n></k>") == [("ticked", "not ticked")]
    assert _otherwise(_box(text("x"), "1"), "<k><n>true</n></k>") == []
    assert _otherwise(_box(text("☐")), "<k><n>perhaps</n></k>") == []


@pytest.mark.parametrize("prefix", ["w", "w15"])
def test_a_repeated_passage_is_named_where_the_data_have_more_or_fewer_items(prefix: str) -> None:
    item = f"<w:sdt><w:sdtPr><w15:repeatingSectionItem/></w:sdtPr><w:sdtContent>{text('Anna')}</w:sdtContent></w:sdt>"
    binding = f'<{prefix}:dataBinding {prefix}:xpath="/k/n" {prefix}:storeItemID="{STORE}"/>'
    control = (
        f"<w:sdt {W15_NAMES}><w:sdtPr>{binding}<w15:repeatingSection/></w:sdtPr>"
        f"<w:sdtContent>{item}</w:sdtContent></w:sdt>"
    )
    assert _otherwise(control, "<k><n>Anna</n><n>Bert</n></k>") == [("1 repeated: Anna", "2 repeated: Anna; Bert")]
    assert _otherwise(control, "<k><n>Anna</n></k>") == []
