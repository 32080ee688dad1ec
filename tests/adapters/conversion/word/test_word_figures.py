"""Charts and diagrams of Word files: what can be read in them stands in the text, where they stand in Word."""

import re

from docctl.adapters.conversion import recall, word_to_markdown
from docctl.adapters.reading_back import differences
from docctl.adapters.reading_view import render
from tests.adapters.test_pdf_writer import SHEET
from tests.factories.files import hostile_word as word

C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
D = "http://schemas.openxmlformats.org/drawingml/2006/diagram"

PEOPLE = (("3", "", "Worker"), ("2", "", "Foreman"), ("1", "", "Director"), ("4", "", "Auditor"))


def cache(kind: str, values: list[str], form: str = "") -> str:
    """The values of a chart as Word keeps them beside the spreadsheet."""
    points = "".join(f'<c:pt idx="{place}"><c:v>{value}</c:v></c:pt>' for place, value in enumerate(values))
    said = f"<c:formatCode>{form}</c:formatCode>" if form else ""
    return f"<c:{kind}Ref><c:f>Sheet1!A1</c:f><c:{kind}Cache>{said}{points}</c:{kind}Cache></c:{kind}Ref>"


def series(name: str, categories: str, values: list[str]) -> str:
    """A series of a chart."""
    shown = f"<c:cat>{categories}</c:cat><c:val>{cache('num', values)}</c:val>"
    return f"<c:ser><c:tx>{cache('str', [name])}</c:tx>{shown}</c:ser>"


def drawing(kind: str, names: str, reference: str) -> str:
    """A paragraph with the drawing of a chart or diagram."""
    return (
        '<w:p><w:r><w:drawing><wp:inline><wp:docPr id="1" name="p" descr="Who answers to whom"/>'
        f'<a:graphic><a:graphicData uri="{names}"><x:{kind} xmlns:x="{names}" {reference}/></a:graphicData></a:graphic>'
        "</wp:inline></w:drawing></w:r></w:p>"
    )


def title(text: str) -> str:
    """A title in a chart."""
    return f"<c:title><c:tx><c:rich><a:p><a:r><a:t>{text}</a:t></a:r></a:p></c:rich></c:tx></c:title>"


def chart_file(plot: str) -> bytes:
    """A Word file with a chart between two paragraphs."""
    chart = (
        f'<c:chartSpace xmlns:c="{C}" {word.NAMES}><c:chart>{title("Loads lifted")}'
        f"<c:plotArea>{plot}<c:valAx>{title('Tonnes')}</c:valAx></c:plotArea></c:chart></c:chartSpace>"
    )
    body = word.paragraph("Before it.") + drawing("chart", C, 'r:id="rIdC"') + word.paragraph("After it.")
    return word.with_parts(
        {"word/charts/chart1.xml": chart.encode()}, body, word.link("rIdC", "chart", "charts/chart1.xml")
    )


def test_a_chart_is_read_as_a_table_of_its_figures() -> None:
    years = cache("str", ["2024", "2025"])
    plot = f"<c:barChart>{series('Crane A', years, ['12', '15.5'])}{series('Crane B', years, ['7', '9'])}</c:barChart>"
    data = chart_file(plot)
    read = word_to_markdown(data)
    assert read.markdown == (
        "Before it.\n\nChart: Loads lifted\n\n"
        "|      | Crane A | Crane B |\n|------|---------|---------|\n"
        "| 2024 | 12      | 7       |\n| 2025 | 15.5    | 9       |\n\n"
        "Tonnes\n\nAfter it.\n"
    )
    assert read.losses == ("A drawn chart stays in the Word file; the text shows it as a table of its figures.",)
    assert read.recall == 1.0
    assert recall(data, "Before it. After it.") < 0.4


def test_a_series_without_a_name_is_told_by_its_number_and_read_back_so() -> None:
    years = cache("str", ["2024", "2025"])
    made = chart_file(f"<c:barChart>{series('A', years, ['12', '15.5'])}</c:barChart>".replace("<c:v>A</c:v>", ""))
    nameless = chart_file(
        f"<c:barChart>{re.sub('<c:tx>.*?</c:tx>', '', series('A', years, ['12', '15.5']))}</c:barChart>"
    )
    for data in (made, nameless):
        page = render(word_to_markdown(data).markdown).html
        assert differences(page, SHEET, word=data) == ()
        assert differences(page.replace("After it.", "After them."), SHEET, word=data)


def test_days_on_the_axis_of_a_chart_are_spelt_out() -> None:
    days = cache("num", ["46000", "46001"], "m/d/yyyy")
    made = chart_file(f"<c:lineChart>{series('Loads', days, ['1', '2'])}</c:lineChart>")
    read = word_to_markdown(made)
    assert "| 2025-12-09 | 1" in read.markdown
    page = render(read.markdown).html
    assert differences(page, SHEET, word=made) == ()
    assert differences(page.replace("2025-12-09", "2025-12-19"), SHEET, word=made)


def test_a_diagram_is_read_as_a_list_in_its_order() -> None:
    points = "".join(
        f'<dgm:pt modelId="{key}" {kind}><dgm:t><a:p><a:r><a:t>{text}</a:t></a:r></a:p></dgm:t></dgm:pt>'
        for key, kind, text in (("0", 'type="doc"', ""), *PEOPLE)
    )
    links = "".join(
        f'<dgm:cxn modelId="9{place}" srcId="{above}" destId="{below}" srcOrd="{order}"/>'
        for place, (above, below, order) in enumerate((("0", "4", 1), ("0", "1", 0), ("1", "2", 0), ("2", "3", 0)))
    )
    model = (
        f'<dgm:dataModel xmlns:dgm="{D}" {word.NAMES}><dgm:ptLst>{points}</dgm:ptLst>'
        f"<dgm:cxnLst>{links}</dgm:cxnLst></dgm:dataModel>"
    )
    data = word.with_parts(
        {"word/diagrams/data1.xml": model.encode()},
        word.paragraph("Before it.") + drawing("relIds", D, 'r:dm="rIdD"'),
        word.link("rIdD", "diagramData", "diagrams/data1.xml"),
    )
    read = word_to_markdown(data)
    assert read.markdown == (
        "Before it.\n\nDiagram: Who answers to whom\n\n- Director\n  - Foreman\n    - Worker\n- Auditor\n"
    )
    assert read.losses[0] == "A drawn diagram stays in the Word file; the text shows it as a list of its words."
    assert read.recall == 1.0


def test_a_chart_whose_part_is_missing_is_named() -> None:
    read = word_to_markdown(word.word_file(word.paragraph("Text.") + drawing("chart", C, 'r:id="rIdC"')))
    assert read.markdown == "Text.\n"
    assert read.losses == ("A chart stays in the Word file; the text does not show it.",)
