"""Controls bound to hidden data: what Word would show in them is compared with what stands in the text."""

import pytest
from lxml import etree

from docctl.adapters.word_package import read_word_facts
from docctl.domain.word_bindings import shown_otherwise
from docctl.domain.word_open_places import OpenKind
from tests.factories.hostile_word import document, paragraph
from tests.factories.unfixed_word import STORE, bound, line, text, unfixed_word

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
