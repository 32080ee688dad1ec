"""The Word templates that come with docctl are whole, fresh, and say on every page what a page must say."""

import io
import runpy
from pathlib import Path

import docx
import pytest
import yaml

from docctl.adapters.word_document import check_template, template_outline
from docctl.adapters.word_document.controls import controls_in, tag_of
from docctl.adapters.word_document.package import page_parts

FOLDER = Path(__file__).resolve().parents[2] / "templates"
OUTLINES = yaml.safe_load((FOLDER / "outlines.yaml").read_text(encoding="utf-8"))
TEMPLATES = sorted(FOLDER.glob("*.docx"))

every_template = pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)


def test_there_is_a_template_for_each_kind_of_document() -> None:
    kinds = {"manual", "policy", "procedure", "work-instruction", "form", "plan", "register", "external-document"}
    assert {path.stem for path in TEMPLATES} == kinds == OUTLINES.keys()


@every_template
def test_a_template_has_no_fault(path: Path) -> None:
    assert check_template(path.read_bytes()) == []


@every_template
def test_a_template_is_what_its_outline_builds(path: Path) -> None:
    builder = runpy.run_path(str(FOLDER / "build_templates.py"))
    assert path.read_bytes() == builder["package"](OUTLINES[path.stem])


@every_template
def test_a_template_states_number_revision_and_status_on_every_page(path: Path) -> None:
    document = docx.Document(path)
    tags = {tag_of(control) for part in page_parts(document) for control in controls_in(part.element)}
    assert {"docctl:number", "docctl:title", "docctl:revision", "docctl:status", "docctl:classification"} <= tags
    footer = document.sections[0].footer._element
    assert footer.xpath(".//w:fldSimple/@w:instr") == [" PAGE ", " NUMPAGES "]
    assert "Uncontrolled when printed" in "".join(footer.itertext())


@every_template
def test_a_template_repeats_the_header_row_of_every_table_of_its_outline(path: Path) -> None:
    document = docx.Document(io.BytesIO(template_outline(path.read_bytes())))
    assert all(table._tbl.xpath("./w:tr[1]/w:trPr/w:tblHeader") for table in document.tables)
    assert all(table.style.name == "docctl table" for table in document.tables)


@every_template
def test_an_outline_has_sections_and_guidance_for_whoever_writes(path: Path) -> None:
    paragraphs = docx.Document(io.BytesIO(template_outline(path.read_bytes()))).paragraphs
    styles = [paragraph.style.name for paragraph in paragraphs]
    assert styles.count("Heading 1") >= 3
    assert "Guidance" in styles
