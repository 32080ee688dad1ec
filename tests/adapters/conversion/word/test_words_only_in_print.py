"""Words that stand in the Word file and in print but not on the page are named at import."""

import pytest

from docctl.adapters.conversion import word_to_markdown
from tests.factories.files import hostile_word as word

DIAGRAM = "http://schemas.openxmlformats.org/drawingml/2006/diagram"
SHAPES = "http://schemas.microsoft.com/office/drawing/2008/diagram"


def drawn(*words: str) -> str:
    """A paragraph that draws words as shapes, as WordArt of old and watermarks do."""
    kind = '<v:shapetype id="t136"><v:textpath on="t" fitshape="t"/></v:shapetype>'
    shapes = "".join(
        f'<v:shape type="#t136" style="width:200pt;height:40pt"><v:textpath string="{each}"/></v:shape>'
        for each in words
    )
    return f"<w:p><w:r><w:pict>{kind}{shapes}</w:pict></w:r></w:p>"


def losses(body: str, sign: str, *links: str, **parts: bytes) -> list[str]:
    """The losses of a Word file with a sign in them."""
    return [loss for loss in word_to_markdown(word.word_file(body, *links, **parts)).losses if sign in loss]


def test_words_drawn_as_word_art_are_named_with_their_place() -> None:
    text, heading = word.paragraph("Danger:"), word.paragraph("Tanks", "Heading1")
    beginning = "Words drawn as WordArt stand only in the Word file and its PDF, not on the page"
    assert losses(f"{drawn('KEEP  OUT')}{text}{heading}{drawn('NEVER ENTER', 'ALONE')}", "WordArt") == [
        f"{beginning}: “KEEP OUT”.",
        f"{beginning} under “Tanks”: “NEVER ENTER”; “ALONE”.",
    ]
    assert losses(f"{text}{drawn()}", "WordArt") == []


def with_diagram(*, is_drawn: bool) -> list[str]:
    """What is named of a Word file with a diagram, with the shapes that other programs draw or without them."""
    drawing = f'<dsp:dataModelExt xmlns:dsp="{SHAPES}" relId="rIdS"/>'
    model = (
        f'<dgm:dataModel xmlns:dgm="{DIAGRAM}" {word.NAMES}><dgm:ptLst><dgm:pt modelId="0" type="doc"/>'
        '<dgm:pt modelId="1"><dgm:t><a:p><a:r><a:t>Report</a:t></a:r></a:p></dgm:t></dgm:pt></dgm:ptLst>'
        f'<dgm:extLst><a:ext uri="u">{drawing if is_drawn else ""}</a:ext></dgm:extLst></dgm:dataModel>'
    )
    data = f'<a:graphicData uri="{DIAGRAM}"><dgm:relIds xmlns:dgm="{DIAGRAM}" r:dm="rIdD"/></a:graphicData>'
    graphic = f"<wp:inline><a:graphic>{data}</a:graphic></wp:inline>"
    shown = f"<w:p><w:r><w:drawing>{graphic}</w:drawing></w:r></w:p>"
    links = [word.link("rIdD", "diagramData", "diagrams/data1.xml")]
    parts = {"word__diagrams__data1_xml": model.encode()}
    if is_drawn:
        links.append(word.link("rIdS", "diagramDrawing", "diagrams/drawing1.xml"))
        parts["word__diagrams__drawing1_xml"] = f'<dsp:drawing xmlns:dsp="{SHAPES}"/>'.encode()
    return losses(shown, "diagram", *links, **parts)


def test_a_diagram_without_the_shapes_that_print_draws_is_named_as_one_that_print_may_lack() -> None:
    told = "A drawn diagram stays in the Word file; the text shows it as a list of its words."
    assert with_diagram(is_drawn=True) == [told]
    named = with_diagram(is_drawn=False)
    assert named[0] == told
    assert "a gap may stand in its place" in named[1]


def with_running(header: str, footer: str = "", *, kind: str = "default", text: str = "Shut it.") -> list[str]:
    """What is named of the header and the footer of a Word file about a gate."""
    points = f'<w:headerReference w:type="{kind}" r:id="rIdH"/><w:footerReference w:type="default" r:id="rIdF"/>'
    body = f"{word.paragraph('Care of the gate', 'Title')}{word.paragraph(text)}<w:sectPr>{points}</w:sectPr>"
    links = (word.link("rIdH", "header", "header1.xml"), word.link("rIdF", "footer", "footer1.xml"))
    parts = {
        "word/header1.xml": f"<w:hdr {word.NAMES}>{header}</w:hdr>".encode(),
        "word/footer1.xml": f"<w:ftr {word.NAMES}>{footer}</w:ftr>".encode(),
    }
    read = word_to_markdown(word.with_parts(parts, body, *links), organisation="Riverton Docks")
    return [loss for loss in read.losses if loss.startswith("Headers")]


def test_words_of_headers_footers_and_watermarks_are_named_once_where_the_page_has_not_got_them() -> None:
    header = f"{drawn('NOT VALID')}{word.paragraph('This rule is void after 2027.')}{word.paragraph('Shut it.')}"
    assert with_running(header, word.paragraph("Not for visitors.")) == [
        "Headers, footers or watermarks of the Word file and its PDF say what the page does not: “NOT VALID”; "
        "“This rule is void after 2027.”; “Not for visitors.”."
    ]


@pytest.mark.parametrize("line", ["v2.3", "2019-05-04", "12 March 2019", "Code 1234 5678", "Sheet 4", "Rev. 3"])
def test_a_number_a_version_and_a_day_are_named_where_the_page_has_not_got_them(line: str) -> None:
    assert with_running(word.paragraph(line)) == [
        "Headers or footers of the Word file and its PDF say a number, version or day that the page does not, "
        f"and that nobody keeps up: “{line}”."
    ]
    assert with_running(word.paragraph(line), text=f"Shut it ({line}).") == []


def test_page_numbers_titles_and_the_organisation_are_not_named_and_no_header_that_is_not_drawn() -> None:
    count = (
        '<w:p><w:r><w:t>Page </w:t></w:r><w:fldSimple w:instr=" PAGE "><w:r><w:t>seven</w:t></w:r></w:fldSimple></w:p>'
    )
    usual = "".join(map(word.paragraph, ("Riverton Docks", "Care of the Gate", "")))
    assert with_running(f"{usual}{count}", usual) == []
    assert with_running(word.paragraph("Void."), kind="first") == []


def test_lines_that_docctl_prints_itself_are_not_named_when_a_file_comes_back() -> None:
    own = '<w:p><w:pPr><w:pStyle w:val="{}"/></w:pPr><w:r><w:t>WI-4 · Revision 1 · Draft</w:t></w:r></w:p>'
    control = '<w:sdt><w:sdtPr><w:tag w:val="docctl:number"/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>'
    lines = "".join(map(own.format, ("DocctlMark", "DocctlStatusLine"))) + control.format(word.paragraph("WI-4"))
    assert with_running(lines, own.format("DocctlCopyLine")) == []
    assert with_running(lines + word.paragraph("Not for visitors."))[0].endswith(": “Not for visitors.”.")


def running_heads(told: str, shown: str) -> list[str]:
    """What is named of a Word file with two chapters, and a header that looks a text of them up for each page."""
    chapters = "".join(word.paragraph(each, "Heading1") for each in ("Ropes", "Chains"))
    body = f"{word.paragraph('Care of the gate', 'Title')}{chapters}"
    points = '<w:sectPr><w:headerReference w:type="default" r:id="rIdH"/></w:sectPr>'
    header = f"<w:hdr {word.NAMES}>{word.field(told, result=shown)}</w:hdr>"
    read = word_to_markdown(
        word.with_parts(
            {"word/header1.xml": header.encode()}, body + points, word.link("rIdH", "header", "header1.xml")
        )
    )
    return [loss for loss in read.losses if "header or footer" in loss]


def test_a_header_that_word_fills_with_the_chapter_of_each_page_is_named() -> None:
    beginning = (
        "A header or footer of the Word file shows on each page the text there in the style “Heading 1”; its PDF"
    )
    for told in ("STYLEREF &quot;Heading 1&quot;", "STYLEREF 1 \\n"):
        assert running_heads(told, "Ropes") == [f"{beginning} says “Ropes” on every page."]
    assert running_heads("STYLEREF 1", "") == [f"{beginning} says nothing there."]


def test_a_header_with_the_one_text_of_a_style_is_named_only_where_it_is_out_of_date() -> None:
    assert running_heads("STYLEREF Title", "Care of the gate") == []
    assert "“Title”; its PDF says “Care of the dam”" in running_heads("STYLEREF Title", "Care of the dam")[0]
    assert running_heads("STYLEREF Title \\p", "above") == []
