"""Conversions: what arrives of a Word file and of Markdown, what is named as lost, and what pandoc may not do."""

import io
import re
from html import escape, unescape
from pathlib import Path

import docx
import pytest
from PIL import Image

from docctl.adapters.conversion import (
    html_to_markdown,
    import_markdown,
    markdown_to_html,
    markdown_to_typst,
    markdown_to_word,
    named_pictures,
    pandoc,
    recall,
    word_to_markdown,
)
from docctl.adapters.reading_view import render
from docctl.domain.errors import ConversionError, RefusedUploadError
from docctl.texts.picture import picture_kind
from tests.factories.files import hostile_word as word

TEXT = """# Purpose

Water is H<sub>2</sub>O, **bold**, *slanted*, ~~gone~~, with a note.[^1] See [the site](https://example.org/a).

1.  first
    - inner one
    - inner two
2.  second

- [ ] to do
- [x] done

| Role  |   Task |
|:------|-------:|
| Owner | Writes |

<table>
<colgroup>
<col style="width: 50%" />
<col style="width: 50%" />
</colgroup>
<thead>
<tr>
<th colspan="2" style="text-align: center;">Change</th>
</tr>
</thead>
<tbody>
<tr>
<td rowspan="2"><p>one</p>
<p>two</p></td>
<td>three</td>
</tr>
<tr>
<td>four</td>
</tr>
</tbody>
</table>

## Records

<img src="assets/image1.png" style="width:2in;height:1in" alt="a red square" />

[^1]: The note with *stress*.
"""


def _template() -> bytes:
    target = io.BytesIO()
    docx.Document().save(target)
    return target.getvalue()


def _to_word_and_back(text: str) -> str:
    return word_to_markdown(markdown_to_word(text, {"assets/image1.png": word.png()}, _template())).markdown


def test_a_text_written_to_word_comes_back_whole() -> None:
    back = _to_word_and_back(TEXT)
    assert back.startswith("# Purpose\n\nWater is H<sub>2</sub>O, **bold**, *slanted*, ~~gone~~")
    assert "1.  first\n    - inner one\n    - inner two\n2.  second" in back
    assert "- [ ] to do" in back
    assert "- [x] done" in back
    assert re.search(r"\| Role +\| +Task \|", back)
    assert '<th colspan="2" style="text-align: center;">Change</th>' in back
    assert '<td rowspan="2"><p>one</p>\n<p>two</p></td>' in back
    assert "[^1]: The note with *stress*." in back
    assert '<img src="assets/image1.png" style="width:2in;height:1in" alt="a red square" />' in back
    assert "## Records" in back


def test_a_second_way_through_word_changes_nothing_more() -> None:
    once = _to_word_and_back(TEXT)
    assert _to_word_and_back(once) == once


def test_the_editor_gives_back_what_it_was_given() -> None:
    assert html_to_markdown(markdown_to_html(TEXT)) == TEXT


def test_footnotes_stand_in_the_editor_as_marks_that_can_be_moved() -> None:
    html = markdown_to_html(TEXT)
    assert "with a note.[^1]" in html
    assert "<p>[^1]: The note with <em>stress</em>.</p>" in html


def test_the_editor_cannot_bring_in_anything_that_runs() -> None:
    back = html_to_markdown(
        '<p onclick="x()">text <script>alert(1)</script><span style="x">more</span></p><iframe src="http://x"></iframe>'
        '<table><tr><td onclick="x()">cell</td></tr></table>'
    )
    assert "text" in back
    assert "more" in back
    for evil in ("script", "onclick", "iframe", "alert"):
        assert evil not in back


def test_headings_from_the_editor_start_at_level_one_without_gaps() -> None:
    assert html_to_markdown("<h3>One</h3><h5>Two</h5><h2>Three</h2>") == "# One\n\n## Two\n\n# Three\n"


def test_typst_gets_pictures_with_their_text_and_merged_cells() -> None:
    body = markdown_to_typst(TEXT, {"assets/image1.png": word.png()})
    assert '#box(image("assets/image1.png", alt: "a red square", width: 2in, height: 1in))' in body
    assert "table.cell(align: center, colspan: 2)" in body
    assert "#footnote[" in body


def test_typst_names_a_picture_that_is_not_there() -> None:
    body = markdown_to_typst(TEXT, {})
    assert "image(" not in body
    assert "a red square" in body


def test_what_looks_like_a_command_stays_text_in_typst() -> None:
    body = markdown_to_typst('#import "x" and {{7*7}} and #read("/etc/passwd")', {})
    assert r"\#import" in body
    assert r"\#read" in body
    assert "7\\*7" in body


def test_the_contents_list_of_word_is_not_text() -> None:
    contents = (
        '<w:p><w:pPr><w:pStyle w:val="TOC1"/></w:pPr><w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        '<w:r><w:instrText> TOC \\o "1-3" </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        "<w:r><w:t>1 Purpose 3</w:t></w:r></w:p>"
        '<w:p><w:r><w:t>2 Scope 4</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    )
    body = (
        word.paragraph("Contents", "Heading1")
        + contents
        + word.paragraph("Purpose", "Heading1")
        + word.paragraph("Why it is.")
    )
    assert word_to_markdown(word.word_file(body)).markdown == "# Purpose\n\nWhy it is.\n"


def test_text_in_boxes_and_controls_is_kept_once() -> None:
    box = (
        "<w:p><w:r><w:t>Anchor.</w:t></w:r><w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:wsp>"
        f"<wps:txbx><w:txbxContent>{word.paragraph('Boxed words.')}</w:txbxContent></wps:txbx></wps:wsp></w:drawing>"
        f"</mc:Choice><mc:Fallback><w:pict><v:textbox><w:txbxContent>{word.paragraph('Boxed words.')}"
        "</w:txbxContent></v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    control = f"<w:sdt><w:sdtPr/><w:sdtContent>{word.paragraph('Controlled words.')}</w:sdtContent></w:sdt>"
    rows = (
        "<w:tbl><w:sdt><w:sdtPr/><w:sdtContent><w:tr><w:tc>"
        f"{word.paragraph('Row control')}</w:tc></w:tr></w:sdtContent></w:sdt></w:tbl>"
    )
    text = word_to_markdown(word.word_file(box + control + rows)).markdown
    for words in ("Anchor.", "Boxed words.", "Controlled words.", "Row control"):
        assert text.count(words) == 1


def test_headings_are_recognised_by_name_base_and_outline_and_close_their_gaps() -> None:
    styles = (
        f"<w:styles {word.NAMES}>{word.STYLES}"
        '<w:style w:type="paragraph" w:styleId="Ours2"><w:name w:val="Our Heading 2"/>'
        '<w:basedOn w:val="Heading1"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="Based"><w:name w:val="Clause"/><w:basedOn w:val="Heading3"/></w:style>'
        "</w:styles>"
    )
    outlined = '<w:p><w:pPr><w:outlineLvl w:val="0"/></w:pPr><w:r><w:t>Outlined</w:t></w:r></w:p>'
    body = (
        word.paragraph("Before.")
        + word.paragraph("Top", "Heading1")
        + word.paragraph("Second", "Ours2")
        + word.paragraph("Third", "Based")
        + outlined
        + word.paragraph("Jump", "Heading3")
        + word.paragraph("", "Heading1")
    )
    text = word_to_markdown(word.with_parts({"word/styles.xml": styles.encode()}, body)).markdown
    assert re.findall(r"^#+ .*", text, re.MULTILINE) == ["# Top", "## Second", "### Third", "# Outlined", "## Jump"]


def test_title_and_number_are_recognised_and_the_title_is_not_repeated() -> None:
    body = (
        word.paragraph("SOP-02-01 Document control", "Title")
        + word.paragraph("Purpose", "Heading1")
        + word.paragraph("Why.")
    )
    converted = word_to_markdown(word.word_file(body))
    assert (converted.title, converted.number) == ("Document control", "SOP-02-01")
    assert converted.markdown == "# Purpose\n\nWhy.\n"


def test_a_first_heading_that_is_the_title_makes_room_for_the_others() -> None:
    body = (
        word.paragraph("Visitors", "Heading1")
        + word.paragraph("Purpose", "Heading2")
        + word.paragraph("Why.")
        + word.paragraph("Rules", "Heading2")
    )
    converted = word_to_markdown(word.word_file(body))
    assert converted.title == "Visitors"
    assert converted.markdown == "# Purpose\n\nWhy.\n\n# Rules\n"


def test_title_and_number_are_found_on_the_cover_and_the_cover_stays() -> None:
    body = (
        word.table(["Title:", "Password policy"], ["Reference Number:", "ISMS-03-07"])
        + word.paragraph("Purpose", "Heading1")
        + word.paragraph("Scope", "Heading1")
    )
    converted = word_to_markdown(word.word_file(body))
    assert (converted.title, converted.number) == ("Password policy", "ISMS-03-07")
    assert "Password policy" in converted.markdown


def test_a_usual_heading_is_no_title() -> None:
    converted = word_to_markdown(word.word_file(word.paragraph("1. Purpose", "Heading1") + word.paragraph("x")))
    assert converted.title == ""
    assert "# 1. Purpose" in converted.markdown


def test_the_number_in_the_header_is_found_and_the_header_is_not_in_the_text() -> None:
    header = f"<w:hdr {word.NAMES}>{word.paragraph('Hospital POL-007 page')}</w:hdr>"
    parts = {"word/top.xml": header.encode()}
    converted = word_to_markdown(
        word.with_parts(parts, word.paragraph("It shall."), word.link("rIdTop", "header", "top.xml"))
    )
    assert converted.number == "POL-007"
    assert "Hospital" not in converted.markdown


def test_tracked_changes_are_accepted_and_named_with_their_author() -> None:
    body = (
        '<w:p><w:r><w:t>It </w:t></w:r><w:ins w:id="1" w:author="Ann"><w:r><w:t>shall</w:t></w:r></w:ins>'
        '<w:del w:id="2" w:author="Ben"><w:r><w:delText>may</w:delText></w:r></w:del></w:p>'
    )
    comments = f'<w:comments {word.NAMES}><w:comment w:author="Cem">{word.paragraph("why?")}</w:comment></w:comments>'
    converted = word_to_markdown(word.with_parts({"word/comments.xml": comments.encode()}, body))
    assert converted.markdown == "It shall\n"
    told = " ".join(converted.losses)
    assert "Ann inserted “shall”" in told
    assert "Ben deleted “may”" in told
    assert "Cem: “why?”" in told


def test_merged_cells_of_word_arrive_as_merged_cells() -> None:
    def cell(text: str, merge: str) -> str:
        return f"<w:tc><w:tcPr>{merge}</w:tcPr>{word.paragraph(text)}</w:tc>"

    start, more, plain = '<w:vMerge w:val="restart"/>', "<w:vMerge/>", ""
    grid = "<w:tblGrid><w:gridCol/><w:gridCol/></w:tblGrid>"
    body = (
        f"<w:tbl>{grid}<w:tr>{cell('wide', '<w:gridSpan w:val=&quot;2&quot;/>'.replace('&quot;', chr(34)))}</w:tr>"
        f"<w:tr>{cell('tall', start)}{cell('a', plain)}</w:tr><w:tr>{cell('', more)}{cell('b', plain)}</w:tr></w:tbl>"
    )
    text = word_to_markdown(word.word_file(body)).markdown
    assert re.search(r'<t[hd] colspan="2"[^>]*>wide', text)
    assert re.search(r'<td rowspan="2"[^>]*>tall', text)
    assert "\n\n" not in text[text.index("<table") : text.index("</table>")]


def test_pictures_keep_their_text_and_are_named_by_their_content() -> None:
    body = f"<w:p>{word.picture('rIdPic', 'the plan')}</w:p>"
    data = word.with_parts(
        {"word/media/odd name.jpeg": word.png()}, body, word.link("rIdPic", "image", "media/odd%20name.jpeg")
    )
    plain = word.with_parts({"word/media/one.bin": word.png()}, body, word.link("rIdPic", "image", "media/one.bin"))
    for converted in (word_to_markdown(plain), word_to_markdown(data)):
        assert converted.assets == {"assets/image1.png": word.png()}
        assert '<img src="assets/image1.png" style="width:1in;height:1in" alt="the plan" />' in converted.markdown
        assert converted.losses == ()


def test_a_drawing_shows_the_picture_inside_it_and_says_so() -> None:
    body = f"<w:p>{word.picture('rIdPic', 'the flow')}</w:p>"
    inside = word.png(64, 64)
    data = word.with_parts(
        {"word/media/image1.emf": word.emf(inside)}, body, word.link("rIdPic", "image", "media/image1.emf")
    )
    converted = word_to_markdown(data)
    assert converted.assets == {"assets/image1.png": inside}
    assert "image1.emf" in converted.losses[0]


def test_a_picture_of_the_form_bmp_is_shown_without_a_word() -> None:
    written = io.BytesIO()
    Image.new("RGB", (40, 40), (255, 0, 0)).save(written, "BMP")
    body = f"<w:p>{word.picture('rIdPic', 'A red field')}</w:p>"
    parts = {"word/media/image1.bmp": written.getvalue()}
    converted = word_to_markdown(word.with_parts(parts, body, word.link("rIdPic", "image", "media/image1.bmp")))
    (shown,) = converted.assets.values()
    assert Image.open(io.BytesIO(shown)).convert("RGB").getpixel((20, 20)) == (255, 0, 0)
    assert converted.losses == ()


@pytest.mark.parametrize("content", [word.emf(), b"<svg xmlns='x'><script>alert(1)</script></svg>", word.png()[:50]])
def test_a_picture_that_cannot_be_shown_leaves_a_mark_and_is_named(content: bytes) -> None:
    body = f"<w:p>{word.picture('rIdPic', 'the flow')}</w:p>"
    converted = word_to_markdown(
        word.with_parts({"word/media/image1.bin": content}, body, word.link("rIdPic", "image", "media/image1.bin"))
    )
    assert [picture_kind(asset) for asset in converted.assets.values()] == ["png"]
    assert "the flow (see image1.bin in the Word file)" in converted.markdown
    assert "mark in its place" in converted.losses[0]


def test_a_picture_that_is_linked_but_missing_does_not_stop_the_rest() -> None:
    body = f"<w:p>{word.picture('rIdNone', 'x')}</w:p>" + word.paragraph("The rest.")
    assert "The rest." in word_to_markdown(word.word_file(body)).markdown


def test_notes_at_the_foot_and_at_the_end_arrive() -> None:
    notes = "<w:{0}s {1}><w:{0} w:id='2'>{2}</w:{0}></w:{0}s>"
    body = (
        '<w:p><w:r><w:t>Text</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r>'
        '<w:r><w:t> goes on</w:t></w:r><w:r><w:endnoteReference w:id="2"/></w:r></w:p>'
    )
    parts = {
        "word/footnotes.xml": notes.format("footnote", word.NAMES, word.paragraph("At the foot.")).encode(),
        "word/endnotes.xml": notes.format("endnote", word.NAMES, word.paragraph("At the end.")).encode(),
    }
    links = (word.link("rIdF", "footnotes", "footnotes.xml"), word.link("rIdE", "endnotes", "endnotes.xml"))
    data = word.with_parts(parts, body, *links)
    text = word_to_markdown(data).markdown
    assert "Text[^1] goes on[^2]" in text
    assert "[^1]: At the foot." in text
    assert "[^2]: At the end." in text
    assert recall(data, text) == 1.0


@pytest.mark.parametrize("text", [r"\\server\share$\*.txt", r"DOMAIN\<name>", r"C:\[old]\_new \\", r"a\b \! \#"])
def test_what_stands_behind_a_backslash_stays(text: str) -> None:
    from_word = word_to_markdown(word.word_file(word.paragraph(escape(text, quote=False)))).markdown
    from_editor = html_to_markdown(f"<p>{escape(text)}</p>")
    assert from_word.strip() == from_editor.strip()
    assert unescape(render(from_word).html).strip() == f"<p>{text}</p>"


def test_no_paragraph_ends_with_a_backslash_for_the_end_of_a_line() -> None:
    broken = "<w:p><w:r><w:t>Spheres:</w:t><w:br/></w:r></w:p><w:p><w:r><w:br/></w:r></w:p>"
    assert word_to_markdown(word.word_file(broken + word.paragraph("law"))).markdown.split() == ["Spheres:", "law"]
    assert html_to_markdown("<p>a<br></p><p><br></p><ul><li>b<br>c<br></li></ul>").split() == ["a", "-", "b\\", "c"]


def test_recall_counts_words_that_did_not_arrive() -> None:
    data = word.word_file(word.paragraph("one two three four"))
    assert recall(data, "one **two** three") == 0.75
    assert recall(data, "<p>one two</p> three four") == 1.0


def test_recall_is_not_misled_by_addresses_and_signs_that_were_typed() -> None:
    assert (
        recall(word.word_file(word.paragraph("the ropehook holds")), "the [rope](http://x.ex/(y))**hook** holds") == 1
    )
    assert recall(word.word_file(word.paragraph("typed &amp;amp; so")), "typed `&amp;` so") == 1
    assert recall(word.word_file(word.paragraph("the `rope`hook")), "the `` `rope` ``**hook**") == 1
    assert recall(word.word_file(word.paragraph("ropehook [x]")), "rope<em>hook</em><del>[x]</del>") == 1


def test_what_looks_like_a_template_language_stays_text() -> None:
    text = word_to_markdown(word.word_file(word.paragraph("{{7*7}} {% for x in y %}"))).markdown
    assert "{{7\\*7}} {% for x in y %}" in text
    assert "{{7*7}}" in markdown_to_html(text)


def test_a_damaged_word_file_is_a_refusal_and_no_crash() -> None:
    data = word.with_parts({"word/numbering.xml": b"<w:numbering"})
    with pytest.raises((ConversionError, RefusedUploadError)):
        word_to_markdown(data)


def test_pandoc_reads_no_file_of_the_machine() -> None:
    text = markdown_to_word("![x](/etc/hostname) ![y](file:///etc/passwd)", {}, _template())
    assert b"root:" not in text
    assert word_to_markdown(text).assets == {}


def test_pandoc_sees_nothing_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "canary")
    seen: list[dict[str, str]] = []
    original = pandoc.subprocess.Popen

    def watched(*command: object, **settings: object) -> object:
        seen.append(settings["env"])
        return original(*command, **settings)

    monkeypatch.setattr(pandoc.subprocess, "Popen", watched)
    markdown_to_html("a text that no other test converts")
    assert seen
    assert set(seen[0]) == {"PATH", "HOME", "LANG", "TMPDIR"}


def test_a_conversion_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    slow = tmp_path / "slow"
    slow.write_text("#!/bin/sh\nsleep 30 & wait\n")
    slow.chmod(0o700)
    monkeypatch.setattr(pandoc, "_PROGRAM", str(slow))
    monkeypatch.setattr(pandoc, "WALL_SECONDS", 0.3)
    with pytest.raises(ConversionError, match="more time or memory"):
        markdown_to_html("text")


def test_a_conversion_that_takes_too_much_memory_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pandoc, "HEAP_MEGABYTES", 40)
    with pytest.raises(ConversionError, match="more time or memory"):
        markdown_to_html("a *b* " * 100_000)


def test_a_picture_name_that_leaves_the_folder_is_refused() -> None:
    with pytest.raises(ConversionError, match="no name for a picture"):
        markdown_to_word("text", {"../outside.png": b"x"}, _template())


def test_front_matter_and_title_leave_the_text() -> None:
    source = '---\nnumber: POL-7\ntitle: "Risk: policy"\nclauses:\n  - {standard: iso-9001, clause: "7.10"}\n---\n'
    converted, front = import_markdown((source + "# Risk: policy\n\n## Purpose\n\nWhy.\n").encode())
    assert (converted.title, converted.number) == ("Risk: policy", "POL-7")
    assert converted.markdown == "# Purpose\n\nWhy.\n"
    assert front["clauses"] == [{"standard": "iso-9001", "clause": "7.10"}]


def test_the_only_top_heading_of_a_markdown_file_is_its_title() -> None:
    converted, _ = import_markdown(b"# Appraisal\nRevised.\n\n## 9.1 Before\n\ntext\n\n### Deeper\n")
    assert converted.title == "Appraisal"
    assert converted.markdown == "Revised.\n\n# 9.1 Before\n\ntext\n\n## Deeper\n"


def test_several_top_headings_are_sections_and_no_title() -> None:
    converted, _ = import_markdown(b"# Purpose\n\na\n\n# Scope\n\nb\n")
    assert converted.title == ""
    assert converted.markdown == "# Purpose\n\na\n\n# Scope\n\nb\n"


def test_pictures_that_came_along_are_kept_and_others_named() -> None:
    source = b'![Plan](pics/a.png) and <img src="b.png" onerror="alert(1)">'
    assert named_pictures(source.decode()) == ("pics/a.png", "b.png")
    converted, _ = import_markdown(source, {"pics/a.png": word.png()})
    assert converted.assets == {"assets/image1.png": word.png()}
    assert "![Plan](assets/image1.png)" in converted.markdown
    assert "onerror" not in converted.markdown
    assert converted.losses == ("The picture b.png did not come along; its text stands in its place.",)


def test_pictures_outside_the_folder_are_not_asked_for() -> None:
    assert named_pictures("![a](../../etc/x.png) ![b](/etc/y.png) ![c](http://x/z.png) ![d](%2e%2e/q.png)") == ()


@pytest.mark.parametrize("data", [b"", b"  \n", b"text\x00more", b"%PDF-1.4", b"PK\x03\x04xxxx", b"\xff\xfeA"])
def test_what_is_no_text_is_refused_as_markdown(data: bytes) -> None:
    with pytest.raises(RefusedUploadError):
        import_markdown(data)


def test_text_of_an_old_windows_program_is_read_and_named() -> None:
    converted, _ = import_markdown("Prüfung – gut".encode("cp1252"))
    assert converted.markdown == "Prüfung – gut\n"
    assert "not in UTF-8" in converted.losses[0]


def test_prices_and_colons_are_not_mathematics_or_pictures() -> None:
    assert import_markdown(b"It costs $5 or $6$ :key: now")[0].markdown == "It costs $5 or $6$ :key: now\n"


def test_markdown_with_html_around_it_keeps_the_text_and_the_tables() -> None:
    rows = b"<tr><td colspan=2>a\n\nb</td></tr><tr><td>c</td><td>d</td></tr>"
    source = b'<div class="x">\n\npara\n\n</div>\n\n<table>' + rows + b"</table>\n"
    text = import_markdown(source)[0].markdown
    assert text.startswith("para\n")
    assert '<td colspan="2">' in text
    assert "div" not in text


def test_a_link_that_runs_something_keeps_only_its_text() -> None:
    body = '<w:p><w:hyperlink r:id="rIdJ"><w:r><w:t>click here</w:t></w:r></w:hyperlink></w:p>'
    data = word.word_file(body, word.link("rIdJ", "hyperlink", "javascript:alert(1)", outside=True))
    assert word_to_markdown(data).markdown == "click here\n"
    assert html_to_markdown('<a href="JavaScript:alert(1)">click</a> <a href="https://x.org">x</a>') == (
        "click [x](https://x.org)\n"
    )


def test_boxes_to_tick_in_old_forms_are_seen() -> None:
    def box(value: int) -> str:
        return (
            '<w:p><w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox>'
            f'<w:default w:val="{value}"/></w:checkBox>'
            "</w:ffData></w:fldChar></w:r><w:r><w:instrText> FORMCHECKBOX </w:instrText></w:r>"
            '<w:r><w:fldChar w:fldCharType="end"/></w:r><w:r><w:t> agreed</w:t></w:r></w:p>'
        )

    assert word_to_markdown(word.word_file(box(1) + box(0))).markdown == "☒ agreed\n\n☐ agreed\n"


def test_no_cell_is_lost_where_the_grid_says_too_little() -> None:
    cells = "".join(f"<w:tc>{word.paragraph(text)}</w:tc>" for text in ("one", "two", "three"))
    body = f"<w:tbl><w:tblGrid><w:gridCol/></w:tblGrid><w:tr>{cells}</w:tr></w:tbl>"
    text = word_to_markdown(word.word_file(body)).markdown
    assert re.findall(r"<td>(\w+)</td>", text) == ["one", "two", "three"]


def test_impossible_spans_and_sizes_lose_no_words() -> None:
    joined = '<w:tcPr><w:gridSpan w:val="-3"/><w:vMerge/></w:tcPr>'
    row = f"<w:tr><w:tc>{joined}{word.paragraph('Rope')}</w:tc></w:tr>"
    table = f'<w:tbl><w:tblGrid><w:gridCol w:w="-5"/></w:tblGrid>{row}</w:tbl>'
    shown = f"<w:p>{word.picture('rIdP', 'a load').replace('914400', 'wide')}</w:p>"
    data = word.with_parts(
        {"word/media/image1.png": word.png()}, table + shown, word.link("rIdP", "image", "media/image1.png")
    )
    read = word_to_markdown(data)
    assert "Rope" in read.markdown
    assert "a load" in read.markdown
    assert read.recall == 1.0


def test_only_rows_at_the_top_are_headings_however_many_say_so() -> None:
    head = "<w:trPr><w:tblHeader/></w:trPr>"
    rows = "".join(
        f"<w:tr>{mark}<w:tc>{word.paragraph(text)}</w:tc></w:tr>"
        for mark, text in ((head, "Rope"), ("", "first"), (head, "second"))
    )
    assert word_to_markdown(word.word_file(f"<w:tbl>{rows}</w:tbl>")).markdown == (
        "| Rope   |\n|--------|\n| first  |\n| second |\n"
    )


def test_a_caption_stays_behind_its_table() -> None:
    data = word.word_file(
        word.table(["Rope"], ["12"]) + word.paragraph("Table 1: Ropes", "Caption") + word.table(["x"])
    )
    assert word_to_markdown(data).markdown.index("Table 1: Ropes") > word_to_markdown(data).markdown.index("12")


@pytest.mark.parametrize(
    "address", ["https://gate.example/a**b**/c_d", "https://x.example/~~u~~/_v_", "www.gate.example/**x**"]
)
def test_an_address_keeps_its_signs_without_a_backslash(address: str) -> None:
    text = html_to_markdown(f"<p>See ({address}), and ask.</p>")
    shown = re.sub("<[^>]*>", "", render(text).html)
    assert shown.strip() == f"See ({address}), and ask."
    again = html_to_markdown(render(text).html)
    assert render(again).html == render(text).html


@pytest.mark.parametrize("mark", ["1)", "1.", "-", "+", "=", "==", "--", "2)", "*", "#"])
def test_what_begins_a_line_within_a_paragraph_begins_no_list_and_makes_no_heading(mark: str) -> None:
    text = html_to_markdown(f"<p>Its uses:<br>{mark} keys<br>{mark}<br>doors</p>")
    page = render(text).html
    assert page.count("<br>") == 3
    assert re.sub("<[^>]*>", "", page).split() == ["Its", "uses:", mark, "keys", mark, "doors"]
    assert html_to_markdown(page) == text


def test_signs_of_markdown_that_colour_alone_tells_apart_are_named() -> None:
    converted, _ = import_markdown("# Gate\n\n- Gas \U0001f7e2\n- Oil ✔\n".encode())
    assert converted.losses == (
        "Print shows signs that differ in colour alone without their colour: “Gas \U0001f7e2”.",
    )
    assert not import_markdown("# Gate\n\n- Oil ✔ \U0001f642\n".encode())[0].losses
