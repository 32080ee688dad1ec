"""Word files at the door: what is refused, what is taken out, and what is read from them."""

import io
import tracemalloc
import zipfile

import docx
import pytest

from docctl.adapters.conversion import word_to_markdown
from docctl.adapters.word_package import PackageLimits, check_word_package, read_word_facts, without_outside_references
from docctl.adapters.word_package.usual_names import with_usual_names
from docctl.domain.errors import RefusedUploadError, UploadTooLargeError
from docctl.word_format.open_places import OpenKind
from tests.factories.files import hostile_word as word

FOREIGN = {
    "empty": (b"", "empty"),
    "pdf": (b"%PDF-1.7 something", "a PDF"),
    "rtf": (b"{\\rtf1\\ansi text}", "an RTF"),
    "html": (b"<!DOCTYPE html><html><body>x</body></html>", "a web page"),
    "mhtml": (b"MIME-Version: 1.0\nContent-Type: multipart/related", "a web archive"),
    "flat odf": (b'<?xml version="1.0"?><office:document xmlns:office="x"/>', "an XML file"),
    "old word": (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(2000), "the old form (.doc)"),
    "password": (word.protected(), "protected by a password"),
    "plain text": (b"Just some words.", "not a Word document"),
    "cut off": (word.word_file()[:400], "damaged or incomplete"),
    "cut in its directory": (word.word_file()[:-10], "damaged or incomplete"),
}


@pytest.mark.parametrize(("data", "said"), FOREIGN.values(), ids=FOREIGN.keys())
def test_what_is_no_word_document_is_refused_by_name(data: bytes, said: str) -> None:
    with pytest.raises(RefusedUploadError, match=r"not|refused") as refusal:
        check_word_package(data)
    assert said in str(refusal.value)


def test_an_honest_document_is_accepted() -> None:
    check_word_package(word.word_file())


def test_an_opendocument_file_is_refused_by_name() -> None:
    data = word.packed({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<a/>"})
    with pytest.raises(RefusedUploadError, match="OpenDocument"):
        check_word_package(data)


def test_an_excel_workbook_is_refused_by_name() -> None:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    with pytest.raises(RefusedUploadError, match="Excel workbook"):
        check_word_package(word.with_parts({"[Content_Types].xml": word.content_types(kind).encode()}))


def test_a_zip_bomb_is_too_large_and_is_not_unpacked() -> None:
    bomb = word.with_parts({"word/media/bomb.bin": bytes(120 * 1024 * 1024)})
    tracemalloc.start()
    with pytest.raises(UploadTooLargeError, match="unpacks to more than"):
        check_word_package(bomb)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20 * 1024 * 1024


def test_a_zip_that_lies_about_its_size_is_read_no_further_than_the_limit() -> None:
    lie = word.lying_about_size(30)
    with zipfile.ZipFile(io.BytesIO(lie)) as package:
        assert package.getinfo("word/big.xml").file_size == 1000
    tracemalloc.start()
    with pytest.raises(UploadTooLargeError, match="unpacks to too much"):
        check_word_package(lie)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20 * 1024 * 1024


def test_an_xml_part_over_its_limit_is_too_large() -> None:
    varied = "".join(f"<a>{n * 7919 % 100_003}</a>" for n in range(120_000))
    with pytest.raises(UploadTooLargeError):
        check_word_package(
            word.with_parts({"word/big.xml": f"<b>{varied}</b>".encode()}), PackageLimits(xml_part_megabytes=1)
        )


def test_more_entries_than_allowed_are_refused() -> None:
    with pytest.raises(RefusedUploadError, match="more than 2000 parts"):
        check_word_package(word.many_entries(2100))


def test_a_hundred_thousand_entries_are_refused() -> None:
    claim = bytearray(word.many_entries(1))
    end = claim.rfind(b"PK\x05\x06")
    claim[end + 10 : end + 12] = b"\xff\xff"
    with pytest.raises(RefusedUploadError, match="more than 2000 parts"):
        check_word_package(bytes(claim))


def test_overlapping_parts_are_refused() -> None:
    with pytest.raises(RefusedUploadError):
        check_word_package(word.overlapping())


def test_a_zip_inside_is_refused_but_an_embedded_workbook_is_not() -> None:
    inner = word.packed({"anything.bin": b"x"})
    with pytest.raises(RefusedUploadError, match="another zip"):
        check_word_package(word.with_parts({"word/media/inner.zip": inner}))
    check_word_package(word.with_parts({"word/embeddings/Microsoft_Excel_Sheet1.xlsx": inner}))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("part", ["word/document.xml", "word/styles.xml", "customXml/item1.xml"])
def test_a_document_type_declaration_in_any_part_is_refused(encoding: str, part: str) -> None:
    with pytest.raises(RefusedUploadError, match=r"declares a document type|damaged"):
        check_word_package(word.with_dtd(encoding, part))


def test_entities_that_unfold_are_refused() -> None:
    with pytest.raises(RefusedUploadError, match="declares a document type"):
        check_word_package(word.billion_laughs())


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", ["word/document.xml", "WORD/Document.XML"])
def test_two_parts_of_one_name_are_refused(name: str) -> None:
    with pytest.raises(RefusedUploadError, match="twice"):
        check_word_package(word.twice_named(name))


@pytest.mark.parametrize("name", ["../../x", "/etc/x", "C:\\x", "word\\x", "word/nul\x00x", "word/./x", "a/../../b"])
def test_unsafe_names_are_refused(name: str) -> None:
    with pytest.raises(RefusedUploadError, match="unsafe name"):
        check_word_package(word.oddly_named(name))


def test_a_symlink_is_refused() -> None:
    with pytest.raises(RefusedUploadError, match="is a link"):
        check_word_package(word.with_symlink())


@pytest.mark.parametrize("name", ["word/vbaProject.bin", "word/vbaData.xml", "WORD/VBAPROJECT.BIN"])
def test_macros_are_refused(name: str) -> None:
    with pytest.raises(RefusedUploadError, match="holds macros"):
        check_word_package(word.with_parts({name: b"<a/>"}))


def test_a_macro_document_is_refused_by_its_content_type() -> None:
    kind = "application/vnd.ms-word.document.macroEnabled.main+xml"
    with pytest.raises(RefusedUploadError, match="holds macros"):
        check_word_package(word.with_parts({"[Content_Types].xml": word.content_types(kind).encode()}))


def test_tables_nested_too_deep_are_refused() -> None:
    with pytest.raises(RefusedUploadError, match="nested too deep"):
        check_word_package(word.nested_tables(3000))


def test_more_pieces_than_anybody_writes_are_too_large() -> None:
    with pytest.raises(UploadTooLargeError, match="too many pieces"):
        check_word_package(word.word_file(word.paragraph("x") * 500), PackageLimits(elements=1000))


@pytest.mark.parametrize("missing", ["[Content_Types].xml", "_rels/.rels", "word/document.xml"])
def test_a_file_without_its_skeleton_is_damaged(missing: str) -> None:
    parts = word.word_parts()
    del parts[missing]
    with pytest.raises(RefusedUploadError, match="damaged or incomplete"):
        check_word_package(word.packed(parts))


def test_a_document_without_a_body_is_damaged() -> None:
    with pytest.raises(RefusedUploadError, match="damaged"):
        check_word_package(word.with_parts({"word/document.xml": f"<w:document {word.NAMES}/>".encode()}))


def test_a_relationship_that_leaves_the_file_is_refused() -> None:
    outside = word.link("rId9", "image", "../../../etc/passwd")
    with pytest.raises(RefusedUploadError, match="points outside"):
        check_word_package(word.word_file("", outside))


def test_a_picture_of_too_many_pixels_is_refused() -> None:
    huge = word.png(said=(30000, 30000))
    with pytest.raises(RefusedUploadError, match="more than 100 million pixels"):
        check_word_package(word.with_parts({"word/media/image1.png": huge}))


def test_drawings_and_damaged_pictures_do_not_keep_a_document_out() -> None:
    check_word_package(word.with_parts({"word/media/image1.emf": word.emf(), "word/media/image2.png": word.png()[:40]}))


def test_a_file_that_reaches_nowhere_is_left_as_it_is() -> None:
    data = word.word_file()
    assert without_outside_references(data) == (data, ())


def test_web_and_mail_links_stay_and_others_go_while_their_text_stays() -> None:
    body = (
        '<w:p><w:hyperlink r:id="rIdWeb"><w:r><w:t>web</w:t></w:r></w:hyperlink>'
        '<w:hyperlink r:id="rIdFile"><w:r><w:t>file text</w:t></w:r></w:hyperlink></w:p>'
    )
    data = word.word_file(
        body,
        word.link("rIdWeb", "hyperlink", "https://example.org/", outside=True),
        word.link("rIdFile", "hyperlink", "file:///etc/passwd", outside=True),
    )
    cleaned, losses = without_outside_references(data)
    document, links = _part(cleaned, "word/document.xml"), _part(cleaned, "word/_rels/document.xml.rels")
    assert "https://example.org/" in links
    assert "passwd" not in links
    assert "file text" in document
    assert "rIdFile" not in document
    assert len(losses) == 1
    assert "file:///etc/passwd" in losses[0]


@pytest.mark.parametrize("address", ["file:///etc/passwd", "http://192.0.2.1/canary.png", "\\\\server\\share\\a.png"])
def test_a_picture_kept_outside_is_taken_out_and_named(address: str) -> None:
    body = f"<w:p><w:r><w:t>before</w:t></w:r>{word.picture('rIdOut', reference='link')}</w:p>"
    cleaned, losses = without_outside_references(
        word.word_file(body, word.link("rIdOut", "image", address, outside=True))
    )
    assert "rIdOut" not in _part(cleaned, "word/document.xml")
    assert address not in _part(cleaned, "word/_rels/document.xml.rels")
    assert "before" in _part(cleaned, "word/document.xml")
    assert address in losses[0]


def test_an_attached_template_is_taken_out_and_named() -> None:
    settings = f'<w:settings {word.NAMES}><w:attachedTemplate r:id="rId1"/></w:settings>'
    links = word.links(word.link("rId1", "attachedTemplate", "http://192.0.2.1/evil.dotm", outside=True))
    cleaned, losses = without_outside_references(
        word.with_parts({"word/settings.xml": settings.encode(), "word/_rels/settings.xml.rels": links.encode()})
    )
    assert "evil.dotm" not in _part(cleaned, "word/_rels/settings.xml.rels")
    assert "attachedTemplate" not in _part(cleaned, "word/settings.xml")
    assert "template" in losses[0]


def test_a_part_that_word_would_insert_is_taken_out_and_named() -> None:
    body = word.paragraph("own text") + '<w:altChunk r:id="rIdChunk"/>'
    data = word.with_parts({"word/chunk.docx": word.word_file()}, body, word.link("rIdChunk", "aFChunk", "chunk.docx"))
    check_word_package(data)
    cleaned, losses = without_outside_references(data)
    assert "altChunk" not in _part(cleaned, "word/document.xml")
    assert "word/chunk.docx" not in zipfile.ZipFile(io.BytesIO(cleaned)).namelist()
    assert "own text" in _part(cleaned, "word/document.xml")
    assert len(losses) == 1


@pytest.mark.parametrize("kind", ["frame", "subDocument", "oleObject"])
def test_other_outside_parts_are_taken_out_and_named(kind: str) -> None:
    data = word.word_file("", word.link("rIdX", kind, "http://192.0.2.1/x", outside=True))
    cleaned, losses = without_outside_references(data)
    assert "192.0.2.1" not in _part(cleaned, "word/_rels/document.xml.rels")
    assert "http://192.0.2.1/x" in losses[0]


@pytest.mark.parametrize("name", ["INCLUDETEXT", "INCLUDEPICTURE", "DDEAUTO", "DDE", "LINK", "IMPORT"])
def test_a_field_that_fetches_goes_and_its_result_stays(name: str) -> None:
    split = (f" {name[:4]}", f'{name[4:]} "c:\\\\secret.txt" ')
    cleaned, losses = without_outside_references(word.word_file(word.field(*split)))
    document = _part(cleaned, "word/document.xml")
    assert "cached result" in document
    assert "secret.txt" not in document
    assert "fldChar" not in document
    assert name in losses[0]


@pytest.mark.parametrize("form", ["complex", "simple", "within a run"])
def test_a_button_that_runs_a_macro_becomes_a_place_to_fill_in(form: str) -> None:
    told = "MACROBUTTON NoMacro [Click here, and type]"
    marks = (
        '<w:fldChar w:fldCharType="begin"/>',
        f"<w:instrText> {told} </w:instrText>",
        '<w:fldChar w:fldCharType="end"/>',
    )
    button = {
        "complex": "".join(f"<w:r>{mark}</w:r>" for mark in marks),
        "simple": f'<w:fldSimple w:instr=" {told} "><w:r><w:t>before</w:t></w:r></w:fldSimple>',
        "within a run": f"<w:r><w:rPr><w:b/></w:rPr><w:t>Name: </w:t>{''.join(marks)}<w:t>, </w:t></w:r>",
    }[form]
    data = word.word_file(word.paragraph("Duties", "Heading1") + f"<w:p>{button}<w:r><w:t>signed</w:t></w:r></w:p>")
    cleaned, losses = without_outside_references(data)
    assert losses == ("A button that runs a macro (NoMacro) was made a place to fill in: “[Click here, and type]”.",)
    assert "MACROBUTTON" not in _part(cleaned, "word/document.xml")
    facts = read_word_facts(cleaned)
    assert [(each.kind, each.shown) for each in facts.open_places] == [(OpenKind.TO_FILL_IN, "[Click here, and type]")]
    shown = "Name: [Click here, and type], signed" if form == "within a run" else "[Click here, and type]signed"
    assert docx.Document(io.BytesIO(cleaned)).paragraphs[-1]._p.xpath("string(.)") == shown


def test_a_simple_field_that_fetches_goes_and_a_page_number_stays() -> None:
    body = (
        '<w:p><w:fldSimple w:instr=" INCLUDETEXT &quot;x&quot; "><w:r><w:t>kept</w:t></w:r></w:fldSimple></w:p>'
        + word.field(" PAGE ", result="7")
    )
    document = _part(without_outside_references(word.word_file(body))[0], "word/document.xml")
    assert "INCLUDETEXT" not in document
    assert "kept" in document
    assert " PAGE " in document


def test_a_template_becomes_an_ordinary_document() -> None:
    data = word.packed(word.word_parts(main_type=word.TEMPLATE_TYPE))
    check_word_package(data)
    cleaned, losses = without_outside_references(data)
    assert read_word_facts(data).is_template
    assert not read_word_facts(cleaned).is_template
    assert losses == ()


def test_a_strict_document_keeps_all_its_text_in_the_ordinary_form() -> None:
    strict = {
        name: content.replace(
            b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
            b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        ).replace(
            b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        )
        for name, content in word.word_parts(word.paragraph("Strict words.")).items()
    }
    data = word.packed(strict)
    check_word_package(data)
    assert read_word_facts(data).is_strict
    cleaned, _ = without_outside_references(data)
    assert read_word_facts(cleaned).own_words == ("strict", "words")
    assert "purl.oclc.org" not in _part(cleaned, "word/document.xml")


def test_facts_name_what_is_open_and_count_what_is_there() -> None:
    body = (
        word.paragraph("Purpose", "Heading1")
        + word.table(["one", "two"])
        + f"<w:p>{word.picture('rIdPic', 'a square')}</w:p>"
        + '<w:p><w:ins w:id="1" w:author="Ann"><w:r><w:t>new words</w:t></w:r></w:ins>'
        '<w:del w:id="2" w:author="Ben"><w:r><w:delText>old words</w:delText></w:r></w:del></w:p>'
        "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden words</w:t></w:r></w:p>"
    )
    header = f"<w:hdr {word.NAMES}>{word.paragraph('SOP-02-01 running')}</w:hdr>"
    comments = f'<w:comments {word.NAMES}><w:comment w:author="Cem">{word.paragraph("why?")}</w:comment></w:comments>'
    core = (
        '<c:coreProperties xmlns:c="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Document control</dc:title></c:coreProperties>'
    )
    facts = read_word_facts(
        word.with_parts(
            {
                "word/top.xml": header.encode(),
                "word/comments.xml": comments.encode(),
                "docProps/core.xml": core.encode(),
            },
            body,
            word.link("rIdPic", "image", "media/image1.png"),
            word.link("rIdTop", "header", "top.xml"),
        )
    )
    assert facts.title == "Document control"
    assert facts.first_heading == "Purpose"
    assert facts.header_texts == ("SOP-02-01 running",)
    assert facts.tracked_changes == ("Ann inserted “new words”", "Ben deleted “old words”")
    assert facts.comments == ("Cem: “why?”",)
    assert facts.hidden_texts == ("hidden words",)
    assert (facts.tables, facts.pictures) == (1, 1)
    assert facts.own_words == ("purpose", "one", "two", "new", "words", "hidden", "words")


def _part(data: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return package.read(name).decode()


def test_a_part_of_no_stated_type_makes_a_file_damaged() -> None:
    data = word.with_parts({"word/media/image1.emf": word.emf()}, "", word.link("rIdP", "image", "media/image1.emf"))
    with pytest.raises(RefusedUploadError, match="damaged or incomplete"):
        check_word_package(data)


def test_tables_in_tables_beyond_what_a_pdf_can_show_are_refused() -> None:
    check_word_package(word.nested_tables(6))
    with pytest.raises(RefusedUploadError, match="nested too deep"):
        check_word_package(word.nested_tables(7))


def _counted(word: bytes) -> bytes:
    """A Word file whose parts are counted, as Word in a browser writes it."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(word)) as package, zipfile.ZipFile(target, "w") as whole:
        for name in package.namelist():
            content = package.read(name)
            for kind in ("document", "styles", "numbering"):
                name = name.replace(f"word/{kind}.xml", f"word/{kind}2.xml")
                name = name.replace(f"_rels/{kind}.xml", f"_rels/{kind}2.xml")
                content = content.replace(f'{kind}.xml"'.encode(), f'{kind}2.xml"'.encode())
            whole.writestr(name, content)
    return target.getvalue()


def test_headings_and_numbers_of_a_file_with_counted_parts_arrive() -> None:
    document = docx.Document()
    document.add_heading("Scope", 1)
    document.add_paragraph("Lock.", style="List Number")
    written = io.BytesIO()
    document.save(written)
    usual, counted = written.getvalue(), _counted(written.getvalue())
    assert with_usual_names(usual) is usual
    check_word_package(with_usual_names(counted))
    assert word_to_markdown(with_usual_names(counted)).markdown == "# Scope\n\n1.  Lock.\n"
