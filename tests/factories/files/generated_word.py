"""Word files made up by hypothesis: every kind of place where Word keeps words, each word told apart by a number."""

import io
import itertools
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

import docx
from docx.oxml import parse_xml
from hypothesis import strategies as st

from tests.factories.files.hostile_word import NAMES

MATHS = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
STEMS = (
    "crane",
    "Prüfung",
    "naïve",
    "起重机",
    "안전",
    "שלום",
    "مرحبا",
    "Ωmega",
    "Łódź",
    "e\u0301tage",
    "x",
    "Ｗｉｄｅ",
)
LOOKS = (
    *(
        "<w:b/>",
        "<w:i/>",
        "<w:u w:val='single'/>",
        "<w:strike/>",
        "<w:caps/>",
        "<w:smallCaps/>",
        "<w:rtl/>",
        "<w:vanish/>",
    ),
    *(
        "<w:vertAlign w:val='superscript'/>",
        "<w:highlight w:val='yellow'/>",
        "<w:color w:val='FF0000'/>",
        "<w:b w:val='0'/>",
    ),
    *(
        "<w:rFonts w:ascii='Courier New'/>",
        "<w:lang w:val='ar-SA'/>",
        "<w:sz w:val='4'/>",
        "<w:bdr w:val='single'/>",
        "",
    ),
)
STYLES = (
    "Heading1",
    "Heading2",
    "Heading4",
    "ListBullet",
    "ListNumber",
    "ListBullet2",
    "Quote",
    "Caption",
    "NoSpacing",
    "",
)
FOOTNOTES = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_LINK = f'<Relationship Id="rIdNotes" Type="{_OFFICE}/footnotes" Target="footnotes.xml"/>'


@dataclass
class Made:
    """A made-up Word file: the words of its body in order, those beside it, and those that nobody may see there."""

    data: bytes = b""
    in_order: list[str] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)


class _Maker:
    """Draws pieces of a Word file, and notes each word that it puts into them."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.made = Made()
        self.numbers: Iterator[int] = itertools.count(100)
        self.notes: list[str] = []
        self.into = self.made.in_order

    def one_of(self, *choices: str) -> str:
        """Draw one of some texts."""
        return self.draw(st.sampled_from(choices))

    def word(self, stems: tuple[str, ...] = STEMS) -> str:
        """A word that there is only once."""
        made = f"{self.one_of(*stems)}{next(self.numbers)}"
        self.into.append(made)
        return made

    def run(self, tag: str = "t") -> str:
        """A run of one word, which may be cut in two that look different."""
        word, cut = self.word(), self.draw(st.integers(0, 3))
        pieces = [word] if cut == 0 or len(word) < 4 else [word[:2], word[2:]]
        return (
            "".join(
                f'<w:r><w:rPr>{self.one_of(*LOOKS)}</w:rPr><w:{tag} xml:space="preserve">{piece}</w:{tag}></w:r>'
                for piece in pieces
            )
            + f'<w:r><w:{tag} xml:space="preserve"> </w:{tag}></w:r>'
        )

    def inline(self) -> str:
        """A piece of a line."""
        kind = self.one_of(*_INLINE)
        if kind in ("del", "moveFrom"):
            before, self.into = self.into, self.made.gone
            inside = self.run("delText" if kind == "del" else "t")
            self.into = before
            return f'<w:{kind} w:id="1" w:author="A">{inside}</w:{kind}>'
        if kind == "note":
            before, self.into = self.into, self.made.beside
            self.notes.append("".join(f"<w:p>{self.run()}</w:p>" for _ in range(self.draw(st.integers(1, 2)))))
            self.into = before
            return f'<w:r><w:footnoteReference w:id="{len(self.notes) + 1}"/><w:t xml:space="preserve"> </w:t></w:r>'
        if kind == "box":
            before, self.into = self.into, self.made.beside
            inside = self.blocks(1, 1)
            self.into = before
            return _BOX.format(inside=inside)
        if kind == "math":
            return f"<m:oMath {MATHS}><m:r><m:t>{self.word(STEMS[:4])}</m:t></m:r></m:oMath><w:r><w:t> </w:t></w:r>"
        return _INLINE[kind].format(inside=self.run())

    def line(self) -> str:
        """A paragraph, now and then without a word."""
        style = self.one_of(*STYLES)
        properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
        return f"<w:p>{properties}{''.join(self.inline() for _ in range(self.draw(st.integers(0, 4))))}</w:p>"

    def table(self, depth: int) -> str:
        """A table with joined cells, some with tables in them."""
        rows = []
        for place in range(self.draw(st.integers(1, 3))):
            joined = "" if place else '<w:vMerge w:val="restart"/>'
            first = self.draw(st.booleans()) and place
            if first:
                cells = "<w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc>"
            else:
                cells = f"<w:tc><w:tcPr>{joined}</w:tcPr>{self.cell(depth)}</w:tc>"
            if self.draw(st.booleans()):
                cells += f'<w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr>{self.cell(depth)}</w:tc>'
            else:
                cells += f"<w:tc>{self.cell(depth)}</w:tc><w:tc>{self.cell(depth)}</w:tc>"
            rows.append(f"<w:tr>{self.one_of('', '<w:trPr><w:tblHeader/></w:trPr>')}{cells}</w:tr>")
        column = '<w:gridCol w:w="900"/>'
        grid = self.one_of("", f"<w:tblGrid>{column}</w:tblGrid>", f"<w:tblGrid>{column * 3}</w:tblGrid>")
        return f"<w:tbl><w:tblPr/>{grid}{''.join(rows)}</w:tbl>"

    def cell(self, depth: int) -> str:
        """What stands in a cell; Word wants a paragraph at its end."""
        return self.blocks(1, depth + 1) + "<w:p/>"

    def blocks(self, most: int, depth: int = 0) -> str:
        """Paragraphs, tables and content controls."""
        out = []
        for _ in range(self.draw(st.integers(1, most))):
            kind = self.one_of("line", "line", "line", *(("table", "control", "custom") if depth < 2 else ()))
            if kind == "line":
                out.append(self.line())
            elif kind == "table":
                out.append(self.table(depth))
            elif kind == "control":
                inside = self.blocks(2, depth + 1)
                out.append(f"<w:sdt><w:sdtPr><w:tag w:val='t'/></w:sdtPr><w:sdtContent>{inside}</w:sdtContent></w:sdt>")
            else:
                out.append(f"<w:customXml w:element='e'>{self.blocks(2, depth + 1)}</w:customXml>")
        return "".join(out)


def _field(instruction: str) -> str:
    return (
        f'<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>{instruction}</w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>{inside}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


_INLINE = {
    "plain": "{inside}",
    "bare": "{inside}",
    "ins": '<w:ins w:id="1" w:author="A">{inside}</w:ins>',
    "moveTo": '<w:moveTo w:id="1" w:author="A">{inside}</w:moveTo>',
    "del": "", "moveFrom": "", "note": "", "box": "", "math": "",
    "control": "<w:sdt><w:sdtPr><w:text/></w:sdtPr><w:sdtContent>{inside}</w:sdtContent></w:sdt>",
    "smart": "<w:smartTag w:element='e'>{inside}</w:smartTag>",
    "custom": "<w:customXml w:element='e'>{inside}</w:customXml>",
    "direction": "<w:dir w:val='rtl'>{inside}</w:dir>",
    "link": "<w:hyperlink w:anchor='nowhere'>{inside}</w:hyperlink>",
    "simple": "<w:fldSimple w:instr=' REF a '>{inside}</w:fldSimple>",
    "reference": _field(" REF _Ref1 \\h "),
    "property": _field(" DOCPROPERTY x "),
    "broken": "<w:r><w:br/></w:r>{inside}<w:r><w:tab/></w:r>",
    "page": "<w:r><w:br w:type='page'/></w:r>{inside}",
    "mark": "<w:bookmarkStart w:id='1' w:name='b'/>{inside}<w:bookmarkEnd w:id='1'/>",
}  # fmt: skip
_BOX = (
    '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:anchor><a:graphic><a:graphicData uri="'
    'http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp><wps:txbx><w:txbxContent>{inside}'
    "</w:txbxContent></wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice>"
    "<mc:Fallback><w:pict><v:shape><v:textbox><w:txbxContent>{inside}</w:txbxContent></v:textbox></v:shape></w:pict>"
    "</mc:Fallback></mc:AlternateContent></w:r>"
)


@st.composite
def word_files(draw: st.DrawFn) -> Made:
    """A Word file as python-docx writes it, with many pieces, running lines and notes."""
    maker = _Maker(draw)
    document = docx.Document()
    document.core_properties.title = ""
    body = document.element.body
    for block in parse_xml(f"<w:body {NAMES}>{maker.blocks(8)}</w:body>"):
        body.insert(len(body) - 1, block)
    maker.into = maker.made.gone
    document.sections[0].header.paragraphs[0].text = maker.word()
    document.sections[0].footer.paragraphs[0].text = maker.word()
    target = io.BytesIO()
    document.save(target)
    maker.made.data = _with_notes(target.getvalue(), maker.notes)
    return maker.made


def _with_notes(data: bytes, notes: list[str]) -> bytes:
    target = io.BytesIO()
    texts = "".join(f'<w:footnote w:id="{place}">{note}</w:footnote>' for place, note in enumerate(notes, 2))
    with zipfile.ZipFile(io.BytesIO(data)) as package, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as whole:
        for name in package.namelist():
            content = package.read(name)
            if name == "word/_rels/document.xml.rels":
                content = content.replace(b"</Relationships>", f"{_LINK}</Relationships>".encode())
            if name == "[Content_Types].xml":
                override = f'<Override PartName="/word/footnotes.xml" ContentType="{FOOTNOTES}"/></Types>'
                content = content.replace(b"</Types>", override.encode())
            whole.writestr(name, content)
        whole.writestr("word/footnotes.xml", f"<w:footnotes {NAMES}>{texts}</w:footnotes>")
    return target.getvalue()
