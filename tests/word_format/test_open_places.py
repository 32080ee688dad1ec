"""What a Word file leaves open or shows by mistake is named with its place, and nothing else is."""

import pytest
from lxml import etree

from docctl.word_format.open_places import OpenKind, OpenPlace, in_sentences, meant_to_be_closed, open_places_in
from tests.factories.files.hostile_word import document, paragraph
from tests.factories.files.unfixed_word import bound, field, line, mark, simple, text, told

LEVELS = {"Heading1": 1}
THERE = '<w:bookmarkStart w:id="1" w:name="_Ref1"/><w:bookmarkEnd w:id="1"/>'
SHOWING = "<w:showingPlcHdr/><w:text/>"


def _found(*lines: str, header: str = "") -> list[OpenPlace]:
    body = etree.fromstring(document(paragraph("Duties", "Heading1") + line(THERE) + "".join(lines)).encode())
    headers = [etree.fromstring(document(header).encode())] if header else []
    return list(open_places_in([body], headers, LEVELS, {}))


@pytest.mark.parametrize(
    "result",
    [
        *("Error! Reference source not found.", "Fehler! Verweisquelle konnte nicht gefunden werden."),
        *(
            "Erreur ! Source du renvoi introuvable.",
            "Erreur\u00a0! Signet non défini.",
            "¡Error! Marcador no definido.",
        ),
        *("Errore. L'origine riferimento non è stata trovata.", "Fout! Bladwijzer niet gedefinieerd."),
        *("Error: Reference source not found", "Chyba! Nenalezen zdroj odkazů.", "错误！未找到引用源。"),
        *(
            "Ошибка! Источник ссылки не найден.",
            "エラー! 参照元が見つかりません。",
            "Virhe. Viitteen lähdettä ei löytynyt.",
        ),
    ],
)
@pytest.mark.parametrize("form", [field, simple])
def test_an_error_as_the_result_of_a_field_is_named_in_any_language(result: str, form: object) -> None:
    (found,) = _found(line("See ", form("REF _Ref1", result)))  # type: ignore[operator]
    assert found == OpenPlace(OpenKind.ERROR, " ".join(result.split()), "Duties")


def test_an_error_that_was_fixed_as_text_before_is_named_too() -> None:
    (found,) = _found(line("See Error! Reference source not found. for this"))
    assert found.kind == OpenKind.ERROR


@pytest.mark.parametrize("kind", ["REF _Ref9 \\h", "NOTEREF _Ref9", "PAGEREF _Ref9 \\h"])
def test_a_reference_to_what_is_not_in_the_file_is_named_and_one_to_what_is_there_is_not(kind: str) -> None:
    assert [each.kind for each in _found(line(field(kind, "4.2")))] == [OpenKind.LEADS_NOWHERE]
    assert _found(line(field(kind.replace("_Ref9", "_REF1"), "4.2"))) == []
    assert _found(line(field("SET _ref9 x", "x"), field(kind, "4.2"))) == []


def test_entries_of_contents_lead_where_they_lead() -> None:
    assert _found(line(field("TOC \\o", field("PAGEREF _Toc1", "7")))) == []


@pytest.mark.parametrize("kind", ["REF _Ref1", "AUTHOR", "IF a = a b", "SEQ Figure", "DATE"])
def test_a_field_that_never_had_a_result_is_named_by_its_instruction(kind: str) -> None:
    (found,) = _found(line(field(kind, None)))
    assert (found.kind, found.shown) == (OpenKind.NO_RESULT, kind)


@pytest.mark.parametrize(
    "kind",
    [
        "XE word",
        "TC entry",
        "SET a b",
        "PAGE",
        "NUMPAGES",
        "SYMBOL 252",
        "AUTONUM",
        "EQ \\f(1,2)",
        "ADDIN EN.CITE",
        "SEQ step \\h",
        "SEQ step \\H \\r 4",
    ],
)
def test_a_field_that_shows_nothing_or_draws_itself_is_no_fault(kind: str) -> None:
    assert _found(line(field(kind, None))) == []


def test_an_empty_result_is_a_fault_only_where_something_has_to_be_shown() -> None:
    empty = [line(field(kind, "")) for kind in ("IF a = b c", "MERGEFIELD Name", "KEYWORDS", "SEQ Table")]
    assert [each.shown for each in _found(*empty)] == ["SEQ Table"]
    assert _found(line(field("SEQ Table", "<w:r><w:drawing/></w:r>"))) == []


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ('QUOTE "on Mondays only"', 'QUOTE "on Mondays only"'),
        ('QUOTE ""', ""),
        ('IF 1 = 2 "yes" "no" \\* MERGEFORMAT', 'IF 1 = 2 "yes" "no" \\* MERGEFORMAT'),
        ('IF 1 = 2 "yes" ""', ""),
        ("SEQ step \\h \\* ARABIC", "SEQ step \\h \\* ARABIC"),
    ],
)
def test_words_that_stand_in_the_instruction_alone_are_named(told: str, shown: str) -> None:
    assert _found(line(field(told, ""))) == ([OpenPlace(OpenKind.NO_RESULT, shown, "Duties")] if shown else [])


@pytest.mark.parametrize("form", [field, simple])
def test_what_a_serial_letter_is_to_fill_in_is_named_until_it_is_filled(form: object) -> None:
    letter = (form("MERGEFIELD Name \\* MERGEFORMAT", "«Name»"), " of ", form("ADDRESSBLOCK \\f x", "«AddressBlock»"))  # type: ignore[operator]
    assert [(each.kind, each.shown) for each in _found(line("Dear ", *letter))] == [
        (OpenKind.TO_FILL_IN, "«Name»"),
        (OpenKind.TO_FILL_IN, "«AddressBlock»"),
    ]
    assert _found(line("Dear ", form("MERGEFIELD Name", "Anna"), " of «La Poste»")) == []  # type: ignore[operator]


def test_what_nobody_sees_is_no_fault() -> None:
    inner = field("REF _gone", "Error! Reference source not found.")
    assert _found(line(field(told("IF ") + inner + told(" = 1 a b"), "b"))) == []
    deleted = f'<w:del w:id="1" w:author="A">{field("REF _gone", None)}</w:del>'
    assert _found(line(deleted)) == []
    assert _found(line(mark("begin"), told("REF _gone"), "never ends")) == []


def test_a_placeholder_still_showing_is_a_place_to_fill_in_save_in_a_form_and_in_what_docctl_fills() -> None:
    ours = bound(text("Number"), '<w:tag w:val="docctl:number"/><w:showingPlcHdr/>')
    off = bound(text("written"), '<w:showingPlcHdr w:val="0"/>')
    found = _found(line(bound(text("Click here"), SHOWING), ours, off), header=line(bound(text("Name"), SHOWING)))
    assert found == [OpenPlace(OpenKind.TO_FILL_IN, "Click here", "Duties"), OpenPlace(OpenKind.TO_FILL_IN, "Name", "")]
    assert meant_to_be_closed(found, is_form=True) == ()
    assert meant_to_be_closed(found, is_form=False) == tuple(found)


@pytest.mark.parametrize(
    "empty",
    [
        field("FORMTEXT", "\u2002" * 5),
        field("FORMTEXT", None),
        field("FILLIN Grade?", ""),
        bound("<w:r/>"),
        bound(text("   ")),
        bound("<w:r/>", "<w:date/>"),
    ],
)
def test_what_somebody_is_to_type_into_is_a_place_to_fill_in_while_it_is_empty(empty: str) -> None:
    assert _found(line("Grade: ", empty)) == [OpenPlace(OpenKind.TO_FILL_IN, "Grade:", "Duties")]
    assert _found(line("Grade: ", field("FORMTEXT", "3"), bound(text("A")), bound("<w:r/>", "<w:picture/>"))) == []


def test_open_places_are_told_in_one_sentence_for_each_kind() -> None:
    places = _found(
        line(field("REF _Ref1", "Error! Bookmark not defined."), *(field(f"SEQ T{n}", None) for n in range(5)))
    )
    assert list(in_sentences(places)) == [
        "Left open in the file, field without a result (5): “SEQ T0” under “Duties”; “SEQ T1” under “Duties”; "
        "“SEQ T2” under “Duties” and 2 more.",
        "Left open in the file, error shown (1): “Error! Bookmark not defined.” under “Duties”.",
    ]
