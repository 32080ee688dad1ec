"""The PDF of an issued revision: what every page states, what a screen reader is told, and what a text may not do."""

import dataclasses
import io

import pikepdf
import pytest
from PIL import Image

from docctl.adapters import pdf_writer
from docctl.adapters.conversion import html_to_markdown, markdown_to_typst
from docctl.adapters.pdf_writer import write_pdf
from docctl.domain.errors import ConversionError
from docctl.domain.issued_files.issue_sheet import ApprovalLine, ClauseLine, HistoryLine, IssueSheet
from tests.factories.files.pdf_pages import alternative_texts, bookmarks, open_pdf, page_texts, tags

HEAD = "3f9a2b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708"
SHEET = IssueSheet(
    organisation="City of Lindau",
    number="POL-007",
    title="Access to systems",
    document_type="Policy",
    revision="3",
    status="In force",
    effective_date="1 November 2026",
    owner="Anna Brandt",
    department="Quality",
    classification="Internal",
    language="en",
    approvals=(ApprovalLine("Jonas Keller", "Director", "I approve this revision", "29 October 2026, 09:12 CET"),),
    history=(HistoryLine("3", "1 November 2026", "Roles named", "Jonas Keller"),),
    clauses=(ClauseLine("ISO 9001:2015", "7.5.3", "Control of documented information"),),
    chain_head=HEAD,
    seq=1234,
    issued_at="29 October 2026, 09:12 CET",
)
CONTROL = [(1, "Document control"), (2, "Approvals"), (2, "Revision history"), (2, "Clauses covered")]


def png(width: int = 40, height: int = 20) -> bytes:
    picture = io.BytesIO()
    Image.new("RGB", (width, height), "navy").save(picture, "PNG")
    return picture.getvalue()


def issued(markdown: str, assets: dict[str, bytes] | None = None, **facts: object) -> pikepdf.Pdf:
    """The PDF of a text as stored, opened."""
    pictures = assets or {}
    sheet = dataclasses.replace(SHEET, **facts)
    return open_pdf(write_pdf(markdown_to_typst(markdown, pictures), pictures, sheet))


def test_pdf_is_tagged_and_says_so() -> None:
    pdf = issued("# Purpose\n\nText.\n", language="en-GB")
    assert pdf.Root.MarkInfo.Marked
    assert str(pdf.Root.Lang) == "en-GB"
    assert pdf.Root.ViewerPreferences.DisplayDocTitle
    metadata = pdf.open_metadata()
    assert metadata["dc:title"] == "Access to systems"
    assert metadata["pdfuaid:part"] == "1"
    assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "A")
    assert str(pdf.docinfo.Author) == "City of Lindau"
    assert "ISO 9001:2015 7.5.3" in str(pdf.docinfo.Keywords)


def test_same_sheet_and_text_give_the_same_bytes_with_the_time_of_issue() -> None:
    body = markdown_to_typst("# Purpose\n\nText with a note.[^1]\n\n[^1]: Note.\n", {})
    first = write_pdf(body, {}, SHEET)
    assert first == write_pdf(body, {}, SHEET)
    assert str(open_pdf(first).docinfo.CreationDate) == "D:20261029091200Z"


@pytest.mark.parametrize(
    ("written", "stated"),
    [
        ("2026-11-22T14:05:09Z", "D:20261122140509Z"),
        ("2026-11-22", "D:20261122000000Z"),
        ("22 Nov 2026, 14:05 CET", "D:20261122140500Z"),
        ("31 February 2026", "D:20000101000000Z"),
        ("some day", "D:20000101000000Z"),
    ],
)
def test_time_in_the_file_is_read_from_the_sheet(written: str, stated: str) -> None:
    pdf = issued("Text.\n", issued_at=written, effective_date="")
    assert str(pdf.docinfo.CreationDate) == stated


def test_every_page_states_number_title_revision_status_page_and_chain() -> None:
    pages = page_texts(issued("# Purpose\n\n" + "The quick brown fox. " * 900))
    assert len(pages) > 3
    for place, text in enumerate(pages, 1):
        for stated in ("POL-007", "Accesstosystems", "Revision3", "Inforce", "Internal", "Uncontrolledwhenprinted"):
            assert stated in text
        assert f"Page{place}of{len(pages)}" in text
        assert HEAD[:12] in text


def test_approvals_history_clauses_and_the_whole_chain_head_are_stated() -> None:
    text = page_texts(issued("Text.\n"))[-1]
    for stated in ("JonasKeller", "Iapprovethisrevision", "09:12CET", "Rolesnamed", "7.5.3", HEAD, "1234"):
        assert stated in text


@pytest.mark.parametrize("mark", ["SUPERSEDED", "OBSOLETE", "DRAFT - not approved"])
def test_mark_is_on_every_page_also_where_a_table_goes_on_overleaf(mark: str) -> None:
    table = "| Record | Years |\n|---|---|\n" + "| Minutes | 10 |\n" * 90
    pdf = issued("# Records\n\n" + table, mark=mark)
    pages = page_texts(pdf)
    assert len(pages) > 2
    drawn = mark.replace(" ", "")
    assert all(text.count(drawn.partition("-")[0]) >= 2 and drawn in text for text in pages)


def test_document_without_a_mark_carries_none() -> None:
    assert "SUPERSEDED" not in "".join(page_texts(issued("Text.\n")))


def test_skipped_heading_levels_are_closed_and_headings_numbered() -> None:
    pdf = issued("### Purpose\n\n# Scope\n\n#### People\n\n## Places\n\n# Annex A: Forms\n\n## A form\n\n# Last\n")
    assert bookmarks(pdf)[: -len(CONTROL)] == [
        (1, "1 Purpose"),
        (1, "2 Scope"),
        (2, "2.1 People"),
        (2, "2.2 Places"),
        (1, "Annex A: Forms"),
        (2, "A form"),
        (1, "3 Last"),
    ]
    assert bookmarks(pdf)[-len(CONTROL) :] == CONTROL


@pytest.mark.parametrize("heading", ["1. Purpose", "1 Purpose", "4.2 Purpose", "A.1 Purpose"])
def test_headings_with_their_own_numbers_get_no_second_one(heading: str) -> None:
    assert bookmarks(issued(f"# {heading}\n\nText.\n"))[0] == (1, heading)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("I Purpose", "II Scope"),
        ("IX. Purpose", "X. Scope"),
        ("Article 1 Purpose", "Article 2 Scope"),
        ("§ 1 Purpose", "§ 2 Scope"),
    ],
)
def test_headings_numbered_in_words_or_roman_numerals_get_no_second_number(first: str, second: str) -> None:
    text = f"# {first}\n\nText.\n\n## Details\n\nText.\n\n# {second}\n\nText.\n"
    assert bookmarks(issued(text))[:3] == [(1, first), (2, "Details"), (1, second)]


def test_a_single_title_that_looks_like_a_roman_numeral_stops_no_numbering() -> None:
    text = "# I travel\n\nText.\n\n# Section 5 duties\n\nText.\n\n# Costs\n\nText.\n\n# Records\n\nText.\n"
    assert bookmarks(issued(text))[0] == (1, "1 I travel")


def test_headings_in_tables_lists_and_quotes_do_not_stop_the_issue() -> None:
    text = (
        "# A\n\n<table><tr><td><h4>In a cell</h4></td></tr></table>\n\n- ### In a list\n\n> ##### In a quote\n\n# Z\n"
    )
    assert tags(issued(text))["/H1"] == 3


def test_code_that_looks_like_a_heading_or_a_table_stays_code() -> None:
    pdf = issued("# A\n\n````\n```\n=== no heading\n````\n\n- item\n\n  ```\n  align(center)[#table(\n  ```\n")
    assert bookmarks(pdf)[0] == (1, "1 A")
    assert bookmarks(pdf)[1] == CONTROL[0]
    assert "align(center)[#table(" in "".join(page_texts(pdf))


def test_long_document_has_contents_and_a_short_one_none() -> None:
    chapters = [f"# Chapter {number}\n\n" for number in range(6)]
    assert "/TOC" in tags(issued((("word " * 400) + "\n\n").join(chapters)))
    assert "/TOC" not in tags(issued("word\n\n".join(chapters)))


def test_table_headers_are_tagged_and_repeated_overleaf() -> None:
    pdf = issued("| Record | Kept by |\n|---|---|\n" + "| Minutes | Quality |\n" * 80)
    assert sum("RecordKeptby" in text for text in page_texts(pdf)) > 1
    assert tags(pdf)["/TH"] == tags(issued("Text.\n"))["/TH"] + 2


def test_a_header_longer_than_a_page_is_printed_whole() -> None:
    lines = [f"line{number}." for number in range(90)]
    head = "".join(f"<p>{line}</p>" for line in lines)
    nested = f"<table><tr><th>{head}</th></tr><tr><td>inner</td></tr></table>"
    for table in (f"<tr><th>{head}</th></tr>", f"<tr><th>Form</th></tr><tr><td>{nested}</td></tr>"):
        pages = page_texts(issued(html_to_markdown(f"<table>{table}</table>")))
        assert [line for line in lines if line not in "".join(pages)] == []
        assert (
            max(sum(line in page for line in lines) for page in pages) < 60
        )  # what lies below a page's end is drawn too


def test_a_long_column_gets_the_room_that_short_ones_leave() -> None:
    """Shared out equally among the columns, each of these risks would take a page of its own."""
    heads = "| No. | Risk | Discipline | Controls | L | E | Level | Owner | Decision |\n" + "|---" * 9 + "|\n"
    long = "because of this " * 120
    row = f"| 1 | {long} | Quality assurance | Deputy of theirs | 4 | 4 | High | Owner of it | Treat |\n"
    assert len(page_texts(issued(heads + row * 4))) == len(page_texts(issued("Text.\n"))) + 2


def test_merged_cells_keep_their_text() -> None:
    text = (
        '<table><thead><tr><th colspan="2">Merged</th></tr></thead><tbody><tr><td rowspan="2">Left</td>'
        "<td>upper</td></tr><tr><td>lower</td></tr></tbody></table>\n"
    )
    page = page_texts(issued(text))[0]
    assert all(word in page for word in ("Merged", "Left", "upper", "lower"))


def test_pictures_carry_their_alternative_text_and_a_silent_one_is_still_valid() -> None:
    pictures = {"assets/a.png": png(), "assets/b.png": png()}
    pdf = issued('![A road in four steps](assets/a.png)\n\n<img src="assets/b.png" style="width:90in">\n', pictures)
    described, silent = alternative_texts(pdf)
    assert described == "A road in four steps"
    assert silent.lower().startswith("picture")


@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n\x1a\nbroken", b"\x01\x00\x00\x00 a drawing"])
def test_picture_that_cannot_be_printed_leaves_its_name_and_the_others(data: bytes) -> None:
    pdf = issued("![x](assets/x.png) ![y](assets/y.png)\n", {"assets/x.png": data, "assets/y.png": png()})
    assert "x.png" in page_texts(pdf)[0]
    assert alternative_texts(pdf) == ["y"]


def test_picture_name_outside_the_assets_is_refused() -> None:
    with pytest.raises(ConversionError, match="not a name for a picture"):
        write_pdf("Text", {"../x.png": png()}, SHEET)


def test_typed_code_stays_literal_text() -> None:
    typed = '{{7*7}} #import "/etc/passwd" #panic() $x$ #set page(fill: red) \\u{41} // x'
    text = "".join(page_texts(issued(f"# {typed}\n\n{typed}\n", title=typed, owner=typed, mark="")))
    assert text.count("{{7*7}}") >= 4
    assert text.count('#import"/etc/passwd"') >= 4
    assert "root:" not in text


@pytest.mark.parametrize("sign", ["-", "+", "/", "=", "==", "7."])
def test_sign_at_the_start_of_a_cell_an_item_or_a_note_is_printed_as_typed(sign: str) -> None:
    typed = f"<p>{sign} note</p>"
    table = f"<tr><th>{sign} head</th><th>x</th></tr><tr><td>{sign}</td><td><strong>{sign} bold</strong></td></tr>"
    html = f"<p>Text[^1]</p><table>{table}</table><ul><li>{sign} item</li><li>{sign}</li></ul><p>[^1]: {typed[3:]}"
    printed = "".join(page_texts(issued(html_to_markdown(html))))
    for words in ("head", "bold", "item", "note"):
        assert f"{sign}{words}" in printed
    assert f"x{sign}{sign}bold" in printed


def test_hyphen_before_a_question_mark_is_printed() -> None:
    assert "Howmany-?and-?" in "".join(page_texts(issued("How many -? and -?\n")))


def test_code_in_a_body_reads_nothing_outside_its_folder_and_no_package() -> None:
    for code in ('#read("/etc/passwd")', '#read("../../../etc/passwd")', '#import "@preview/cetz:0.2.0"'):
        with pytest.raises(ConversionError) as refusal:
            write_pdf(code, {}, SHEET)
        assert "root:" not in str(refusal.value)


def test_links_that_lead_nowhere_become_text() -> None:
    pdf = issued("# A\n\n# A\n\n[one](#a) [two](#gone) [three](other.md) [four](#) [five](https://example.org/)\n")
    targets = [
        str(link.A.URI) for page in pdf.pages for link in page.get("/Annots", []) if "/A" in link and "/URI" in link.A
    ]
    assert targets == ["https://example.org/"]
    assert "onetwothreefourfive" in page_texts(pdf)[0]


def test_other_scripts_symbols_and_pictographs_are_shown() -> None:
    words = ("文件控制", "문서각⑳", "Έγγραφα", "Документы", "ไทย", "☒", "→", "✅")
    page = page_texts(issued(" · ".join(words) + " \uf0b7 \uf0fe \uf0ff مرحبا שלום हिन्दी 🧾\n"))[0]
    assert all(word in page for word in words)
    assert "•☑□" in page


def test_character_no_font_shows_is_printed_as_its_code_point() -> None:
    page = page_texts(issued("Seal \U000f1234 here, bell \x07 gone.\n", owner="Q \U000f1234"))[0]
    assert page.count("⟨U+F1234⟩") == 2


def test_long_words_break_without_added_characters() -> None:
    key = "0123456789abcdef" * 16
    page = page_texts(issued(f"{key}\n\n| A | B |\n|---|---|\n| {key} | text |\n"))[0]
    assert page.count(key) == 2


def test_words_of_the_page_follow_the_language_of_the_document() -> None:
    pdf = issued("Text.\n", language="de")
    assert (1, "Dokumentenlenkung") in bookmarks(pdf)
    assert "Seite1von" in page_texts(pdf)[0]


def test_what_docctl_states_is_in_one_language_and_what_people_wrote_stays_as_it_is() -> None:
    first, *_ = page_texts(issued("Text.\n", language="de"))
    assert "InKraft" in first
    assert "1.November2026" in first
    for english in ("Inforce", "1November2026"):
        assert english not in first
    assert "Iapprovethisrevision" in "".join(page_texts(issued("Text.\n", language="de")))


def test_words_of_docctl_say_that_they_are_english_where_it_has_none_of_the_language() -> None:
    pdf = issued("Texto.\n", language="es")
    said = [str(each.Lang) for each in pdf.objects if isinstance(each, pikepdf.Dictionary) and "/Lang" in each]
    assert {"es", "en"} <= set(said)
    assert "1November2026" in page_texts(pdf)[0]


def test_unknown_language_still_gives_a_document() -> None:
    assert str(issued("Text.\n", language="not a language").Root.Lang) == "en"


def test_writing_that_takes_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_writer, "TIME_LIMIT_SECONDS", 0.001)
    with pytest.raises(ConversionError, match="took longer"):
        write_pdf("Text", {}, SHEET)


def test_environment_of_this_process_does_not_reach_the_writer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TYPST_FONT_PATHS", "/nowhere")
    monkeypatch.setenv("DOCCTL_SECRET_KEY", "canary")
    seen: dict[str, str] = {}
    run = pdf_writer.subprocess.run

    def watched(command: list[str], **options: object) -> object:
        seen.update(options["env"])
        return run(command, **options)

    monkeypatch.setattr(pdf_writer.subprocess, "run", watched)
    write_pdf("Text", {}, SHEET)
    assert set(seen) == {"PATH", "HOME", "LANG", "TMPDIR", "HTTPS_PROXY", "RAYON_NUM_THREADS", "MALLOC_ARENA_MAX"}
