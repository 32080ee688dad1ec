"""LibreOffice behind its walls: it sees no network, no files, no secrets, and is ended when it goes on too long."""

import functools
import io
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import docx
import pikepdf
import pytest

from docctl.adapters import libreoffice
from docctl.adapters.conversion import markdown_to_word
from docctl.adapters.libreoffice import Installed, pages_of, word_of
from docctl.adapters.reading_back import read_pdf
from docctl.adapters.word_document import fill_word, fix_word, printable_word
from docctl.domain.errors import ConversionError
from docctl.domain.issued_files.read_back import Fault
from tests.adapters.conversion.test_formulas import with_formula
from tests.adapters.word_document.test_word_document import LINKED
from tests.factories.files import unfixed_word as unfixed
from tests.factories.files.hostile_word import link, paragraph, picture, word_file
from tests.factories.files.libreoffice import needs_libreoffice
from tests.factories.files.open_document import open_document
from tests.factories.files.pdf_pages import page_texts
from tests.factories.files.qr_codes import scanned_pages

TEMPLATE = (Path(__file__).resolve().parents[2] / "templates" / "procedure.docx").read_bytes()
AT = datetime(2026, 3, 2, 9, 0)
OWN_NAMES = {"PROGRAM", "FROM", "TO", "ENDING", "PLACE", "FONTS", "FONTCONFIG_FILE"}
SCRIPTS = {
    "文件控制程序 文書管理 レビュー": "DroidSansFallback",
    "문서 관리 뷁 각 ⑳": "NanumGothicCoding",
    "การควบคุมเอกสาร": "NotoSansThai",
    "בקרת מסמכים": "NotoSansHebrew",
    "ضبط الوثائق": "NotoSansArabic",
    "दस्तावेज़ नियंत्रण": "NotoSansDevanagari",
    "🧾 😀": "NotoEmoji",
    "☐ ☒ ∑ ⇒ Ђ": "DejaVuSans",
}


def behind_walls(test: Callable[..., None]) -> Callable[..., None]:
    """Run a test behind LibreOffice's walls; where a machine allows none, an old LibreOffice must not be used."""

    @functools.wraps(test)
    def run(*given: Any, **named: Any) -> None:
        if libreoffice.can_be_shut_off():
            test(*given, **named)
            return
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(libreoffice, "installed", lambda: Installed("/bin/false", (7, 4)))
            assert not libreoffice.is_usable()

    return run


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A program of the test's own in LibreOffice's place, where its walls do not hide it."""
    with TemporaryDirectory(dir="/var/tmp") as folder:
        path = Path(folder) / "soffice"
        path.touch(mode=0o755)
        monkeypatch.setattr(libreoffice, "installed", lambda: Installed(str(path), (7, 4)))
        monkeypatch.setattr(libreoffice, "WALL_SECONDS", 4)
        yield path


@needs_libreoffice
@behind_walls
def test_a_word_file_keeps_its_pages_in_a_tagged_pdf_that_is_the_same_each_time() -> None:
    word = word_file(paragraph("Purpose", "Heading1") + paragraph("Cranes lift loads."))
    word = fill_word(word, None, LINKED)
    with ThreadPoolExecutor(2) as both:
        first, second = both.map(lambda _: pages_of(word, AT), range(2))
    assert first == second
    with pikepdf.open(io.BytesIO(first)) as pdf:
        assert "Crane" in "".join(page_texts(pdf))
        assert scanned_pages(pdf) == [LINKED.link]
        assert "/StructTreeRoot" in pdf.Root
        assert str(pdf.docinfo["/CreationDate"]) == "D:20260302090000Z"


@needs_libreoffice
@behind_walls
def test_fonts_that_were_numbered_in_another_order_give_the_same_file(monkeypatch: pytest.MonkeyPatch) -> None:
    word, steady = word_file(paragraph("Purpose", "Heading1") + paragraph("Cranes lift loads.")), libreoffice._steady
    usual, given = pages_of(word, AT), []

    def numbered_otherwise(pdf: bytes, written_at: datetime) -> bytes:
        with monkeypatch.context() as numbering:
            numbering.setattr(libreoffice, "_PRIVATE_NUMBERS", 77)
            given.append(steady(pdf, written_at))
        return steady(given[0], written_at)

    monkeypatch.setattr(libreoffice, "_steady", numbered_otherwise)
    assert pages_of(word, AT) == usual
    assert given[0] != usual
    with pikepdf.open(io.BytesIO(usual)) as pdf:
        assert "Cranesliftloads" in "".join(page_texts(pdf)).replace(" ", "")


@needs_libreoffice
@behind_walls
def test_every_script_is_shown_in_the_fonts_that_ship_with_docctl_whatever_font_the_text_asks_for() -> None:
    body = "".join(paragraph(f"{script} Έλεγχος Управление") for script in SCRIPTS)
    body += run_in_font("SimSun", "文件控制") + run_in_font("A font of nowhere", "문서")
    with pikepdf.open(io.BytesIO(pages_of(word_file(body), AT))) as pdf:
        (page,) = pdf.pages
        fonts = {str(font.BaseFont).rpartition("+")[2].partition("-")[0] for font in page.resources.Font.values()}
        shown = "".join(page_texts(pdf))
    assert set(SCRIPTS.values()) <= fonts
    assert all(word in shown for word in ("文件控制程序", "뷁각⑳", "ΈλεγχοςУправление"))


def run_in_font(font: str, text: str) -> str:
    fonts = " ".join(f'w:{kind}="{font}"' for kind in ("ascii", "hAnsi", "eastAsia", "cs"))
    return f"<w:p><w:r><w:rPr><w:rFonts {fonts}/></w:rPr><w:t>{text}</w:t></w:r></w:p>"


@needs_libreoffice
@behind_walls
def test_text_before_a_note_in_a_control_is_printed() -> None:
    """LibreOffice alone leaves out the first words of the text, because it stands in a control."""
    note = "Cranes lift[^1] loads.\n\nEvery day.\n\n[^1]: Not people.\n"
    word = fill_word(TEMPLATE, markdown_to_word(note, {}, TEMPLATE), LINKED)
    with pikepdf.open(io.BytesIO(pages_of(printable_word(word), AT))) as pdf:
        shown = "".join(page_texts(pdf))
    assert "Craneslift1loads.Everyday." in shown
    assert "Notpeople." in shown


@needs_libreoffice
@behind_walls
def test_a_link_in_a_cell_that_is_a_control_is_printed_as_its_words() -> None:
    """LibreOffice alone prints the address as well, and the word HYPERLINK."""
    linked = unfixed.line("Ask ", unfixed.field("HYPERLINK https://example.org/", "the porter"))
    cells = f"<w:tc>{paragraph('Door')}</w:tc>" + unfixed.bound(f"<w:tc>{linked}</w:tc>", "")
    grid = '<w:gridCol w:w="3000"/>' * 2
    table = f"<w:tbl><w:tblPr/><w:tblGrid>{grid}</w:tblGrid><w:tr>{cells}</w:tr></w:tbl>"
    inline = unfixed.line("Or ", unfixed.bound(unfixed.field("HYPERLINK https://example.org/", "the warden")))
    word = fill_word(fix_word(word_file(paragraph("Keys") + table + inline)), None, LINKED)
    with pikepdf.open(io.BytesIO(pages_of(printable_word(word), AT))) as pdf:
        shown = "".join(page_texts(pdf))
    assert "Asktheporter" in shown
    assert "Orthewarden" in shown
    assert "HYPERLINK" not in shown


@needs_libreoffice
@behind_walls
@pytest.mark.parametrize("outer", ["<w:text/>", "<w:date/>", ""])
def test_what_stands_before_a_control_within_a_control_is_printed(outer: str) -> None:
    """LibreOffice alone leaves it out, where the inner one holds several runs and the text ends there."""
    tick = '<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>'
    inner = unfixed.bound(f"{unfixed.text('gate ')}{tick}{unfixed.text(' shut ')}", "")
    control = unfixed.bound(unfixed.text("north ") + inner, outer)
    word = fix_word(unfixed.unfixed_word(unfixed.line(unfixed.text("Keep "), control, unfixed.text("always"))))
    with pikepdf.open(io.BytesIO(pages_of(printable_word(word), AT))) as pdf:
        shown = "".join(page_texts(pdf))
    assert "Keepnorthgate✔shutalways" in shown


@needs_libreoffice
@behind_walls
def test_signs_in_a_formula_are_printed_as_they_are_typed_and_one_that_cannot_be_read_is_found() -> None:
    names = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
    said = ("R&amp;D", "a_b", "#(1)", "5%x")
    formulas = "".join(f"<w:p><m:oMath {names}><m:r><m:t>{each}</m:t></m:r></m:oMath></w:p>" for each in said)
    word = fill_word(word_file(paragraph("Keys") + formulas), None, LINKED)
    printed = pages_of(printable_word(word), AT)
    with pikepdf.open(io.BytesIO(printed)) as pdf:
        shown = "".join(page_texts(pdf))
    assert all(each in shown for each in ("R&D", "a_b", "#(1)", "5%x"))
    assert not any(flaw.fault == Fault.NO_SHAPE for flaw in read_pdf(printed, LINKED).flaws)
    assert any(flaw.fault == Fault.NO_SHAPE for flaw in read_pdf(pages_of(word, AT), LINKED).flaws)


@needs_libreoffice
@behind_walls
def test_an_open_document_becomes_a_word_file() -> None:
    opened = docx.Document(io.BytesIO(word_of(open_document("Cranes lift loads."), ".odt")))
    assert [each.text for each in opened.paragraphs] == ["Cranes lift loads."]


@needs_libreoffice
@behind_walls
def test_nothing_outside_is_fetched_while_pages_are_made(tmp_path: Path) -> None:
    asked: list[object] = []
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=lambda: asked.append(listener.accept()), daemon=True).start()
    port = listener.getsockname()[1]
    (tmp_path / "secret.txt").write_text("canary in a file")
    links = [
        link("rIdA", "image", f"http://127.0.0.1:{port}/a.png", outside=True),
        link("rIdB", "image", (tmp_path / "secret.txt").as_uri(), outside=True),
    ]
    body = paragraph("Cranes lift loads.") + picture("rIdA", reference="link") + picture("rIdB", reference="link")
    made = pages_of(word_file(body, *links), AT)
    listener.close()
    assert not asked
    with pikepdf.open(io.BytesIO(made)) as pdf:
        assert "canary" not in "".join(page_texts(pdf))


@behind_walls
def test_it_sees_no_secret_no_network_and_none_of_the_files_people_keep(
    program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_KEY", "canary")
    (tmp_path / "docctl.db").write_text("canary")
    looking = f"env; ls -a {tmp_path} /root /home /tmp; cat {tmp_path}/docctl.db /proc/net/dev"
    program.write_text(f"#!/bin/sh\n({looking}; true) > out/input.pdf 2>&1\n")
    with pytest.raises(ConversionError, match="no PDF"):
        pages_of(b"a Word file", AT, (str(tmp_path),))
    seen = libreoffice._converted(b"a Word file", "", "", "pdf", (str(tmp_path),)).decode()
    assert "canary" not in seen
    assert "docctl.db" not in seen.replace(f"{tmp_path}/docctl.db", "")
    names = {line.partition("=")[0] for line in seen.splitlines() if "=" in line and line[0].isupper()}
    assert names <= OWN_NAMES | {"PATH", "LANG", "HOME", "TMPDIR", "PWD", "OLDPWD"}
    assert {line.split(":")[0].strip() for line in seen.splitlines() if ":" in line and "|" not in line} & {
        "eth0"
    } == set()


@behind_walls
@pytest.mark.parametrize(
    "deed",
    ["sleep 60", "(sleep 60; touch out/late) & (sleep 60) & wait", "head -c 1G /dev/zero > out/input.pdf"],
    ids=["hangs", "forks", "writes without end"],
)
def test_a_conversion_that_misbehaves_is_ended_and_refused_in_a_sentence(program: Path, deed: str) -> None:
    program.write_text(f"#!/bin/sh\necho {program} > /dev/null\n{deed}\n")
    began = time.monotonic()
    with pytest.raises(ConversionError, match=r"LibreOffice .*\.$"):
        libreoffice._converted(b"a Word file", "", "", "pdf")
    assert time.monotonic() - began < 30
    while left := [pid for pid in os.listdir("/proc") if pid.isdigit() and _belongs(pid, str(program))]:
        assert time.monotonic() - began < 30, f"{left} outlived the conversion"
        time.sleep(0.05)


def _belongs(pid: str, program: str) -> bool:
    try:
        return program.encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


@pytest.mark.parametrize(
    ("data", "ending"),
    [
        (b"{\\rtf1 text}", ".doc"),
        (b"<html>text</html>", ".doc"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, ".doc"),
        (b"PK\x03\x04" + b"\0" * 30 + b"mimetypeapplication/vnd.oasis.opendocument.base", ".odt"),
        (b"<?xml version='1.0'?><office:document/>", ".odt"),
    ],
)
def test_what_is_no_such_document_is_refused_and_no_program_started(
    program: Path, tmp_path: Path, data: bytes, ending: str
) -> None:
    program.write_text(f"#!/bin/sh\ntouch {program}.started\n")
    with pytest.raises(ConversionError, match="holds something else"):
        word_of(data, ending)
    assert not Path(f"{program}.started").exists()


@behind_walls
def test_formulas_are_not_left_out_where_the_part_for_them_is_missing(program: Path) -> None:
    program.write_text("#!/bin/sh\necho made > out/input.pdf\n")
    plain, formula = word_file(paragraph("x = 1")), with_formula("<m:r><m:t>x</m:t></m:r>")
    assert libreoffice._converted(plain, "", "", "pdf") == b"made\n"
    with pytest.raises(ConversionError, match="holds formulas"):
        libreoffice._converted(formula, "", "", "pdf")
    (program.parent / "libsmlo.so").touch()
    assert libreoffice._converted(formula, "", "", "pdf") == b"made\n"


def test_an_old_libreoffice_that_cannot_be_shut_off_is_not_used(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libreoffice, "can_be_shut_off", lambda: False)
    assert not libreoffice.is_usable()
    with pytest.raises(ConversionError, match="cannot be shut off"):
        word_of(open_document("Cranes lift loads."), ".odt")
