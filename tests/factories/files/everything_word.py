"""Word files by hypothesis with all that changes words on their way: a test knows where each of their words stands."""

import io
import itertools
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import docx
from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from hypothesis import strategies as st

from tests.factories.files import unfixed_word as word
from tests.factories.files.hostile_word import NAMES, link, links
from tests.factories.files.unfixed_word import AT, STORE
from tests.factories.files.word_parts import with_part

BODY, NOTES, RUNNING, GONE = "body", "notes", "running", "gone"
FIELDS = (
    "REF _Ref1 \\h",
    "IF a = a b c",
    'DATE \\@ "d MMMM yyyy"',
    "SAVEDATE",
    "FILENAME \\p",
    "REVNUM",
    "AUTHOR",
    "= 1 + 1",
    "SEQ Figure \\* ARABIC",
    "MERGEFIELD a",
    "DOCPROPERTY Company",
)
STEMS = ("not", "never", "shall", "crane", "Prüf", "müssen", "année", "Łódź", "Ωmega", "клапан")
_FEW_STYLES = ("Normal", "DefaultParagraphFont", "TableNormal", "NoList", "Heading1")
_DATA = "<k><n>99999 hidden</n></k>"


def _roman(number: int) -> str:
    signs = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
    for value, sign in signs:
        if number >= value:
            return sign + _roman(number - value)
    return ""


_ENDS = {1: "st", 2: "nd", 3: "rd"}
COUNTED: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda number: f"{number:02}",
    "lowerLetter": lambda number: chr(ord("a") + number - 1),
    "upperLetter": lambda number: chr(ord("A") + number - 1),
    "lowerRoman": lambda number: _roman(number).lower(),
    "upperRoman": _roman,
    "ordinal": lambda number: f"{number}{_ENDS.get(number % 10, 'th') if number not in (11, 12, 13) else 'th'}",
    "russianLower": lambda number: "абвгдежзиклмнопрстуфхцчшщыэюя"[number - 1],
}
"""How Word writes the number of an item, up to twenty, told by the standard and not by docctl."""
AROUND = ("%1.", "(%1)", "%1)", "Art. %1", "Step %1:")


@dataclass
class Everything:
    """A file, its words by where a reader sees them, and what must stand before some of them."""

    data: bytes = b""
    words: dict[str, list[str]] = field(default_factory=lambda: {BODY: [], NOTES: [], RUNNING: [], GONE: []})
    kinds: dict[str, str] = field(default_factory=dict)
    numbered: dict[str, str] = field(default_factory=dict)

    @property
    def seen(self) -> list[str]:
        """The words of the text and of its notes."""
        return [*self.words[BODY], *self.words[NOTES]]


class _Maker:
    """Draws a file; each word is there once, and noted by its kind."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.made = Everything()
        self.count: Iterator[int] = itertools.count(100)
        self.notes: dict[str, list[str]] = {"footnote": [], "endnote": []}
        self.into = BODY
        self.lists: list[str] = []
        self.comments = ""

    def one_of(self, *choices: str) -> str:
        """Draw one of some texts."""
        return self.draw(st.sampled_from(choices))

    def word(self, kind: str, *, into: str = "") -> str:
        """A word or an amount that stands nowhere else, with a space behind it."""
        number = next(self.count)
        made = self.one_of(*(f"{stem}{number}" for stem in STEMS), f"{number}00{number}")
        self.made.words[into or self.into].append(made)
        self.made.kinds[made] = kind
        return f"{made} "

    def gone(self, kind: str) -> str:
        """A word that nobody may see."""
        return self.word(kind, into=GONE)

    def inline(self, depth: int = 0) -> str:
        """A piece of a line."""
        deeper = ("field", "switched", "silent", "control", "link") if depth < 2 else ()
        plain = ("plain", "plain", "simple", "deleted", "inserted", "moved", "commented", "hidden", "split", "symbol")
        kind = self.one_of(*plain, *deeper, *(("footnote", "endnote") if self.into == BODY and not depth else ()))
        return getattr(self, f"_{kind}")(depth)  # type: ignore[no-any-return]

    def _plain(self, depth: int) -> str:
        look = self.one_of(
            "", "<w:b/>", "<w:i/>", "<w:strike/>", "<w:vertAlign w:val='superscript'/>", "<w:caps w:val='0'/>"
        )
        return f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{self.word("plain")}</w:t></w:r>'

    def _split(self, depth: int) -> str:
        made = self.word("split")
        return word.text(made[:2]) + '<w:proofErr w:type="spellStart"/>' + word.text(made[2:])

    def _symbol(self, depth: int) -> str:
        return '<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>' + word.text(f" {self.word('symbol')}")

    def _field(self, depth: int) -> str:
        return word.field(self.one_of(*FIELDS), word.text(self.word("field")) + self.inline(depth + 1))

    def _switched(self, depth: int) -> str:
        hidden = word.told("IF ") + word.text(self.gone("instruction")) + word.told(f'= 1 "{self.gone("instruction")}"')
        return word.field(hidden, word.text(self.word("field")))

    def _silent(self, depth: int) -> str:
        return word.field(f"SET a {self.gone('instruction')}", word.text(self.gone("silent")))

    def _simple(self, depth: int) -> str:
        return word.simple(self.one_of(*FIELDS[1:8]).replace('"', "&quot;"), self.word("field"))

    def _link(self, depth: int) -> str:
        return word.field("HYPERLINK https://example.org/", word.text(self.word("link")))

    def _control(self, depth: int) -> str:
        kind = self.one_of("<w:text/>", "<w:date/>", "<w:comboBox/>", "")
        return word.bound(word.text(self.word("control")) + self.inline(depth + 1), kind)

    def _deleted(self, depth: int) -> str:
        return word.deleted(self.gone("deleted"))

    def _inserted(self, depth: int) -> str:
        return word.inserted(self.word("inserted"))

    def _moved(self, depth: int) -> str:
        moved = self.word("moved")
        gone = word.text(moved)
        before = f'<w:moveFromRangeStart {AT} w:name="m{moved.strip()}"/><w:moveFrom {AT}>{gone}</w:moveFrom>'
        after = f'<w:moveToRangeStart {AT} w:name="m{moved.strip()}"/><w:moveTo {AT}>{word.text(moved)}</w:moveTo>'
        return f'{before}<w:moveFromRangeEnd w:id="1"/>{after}<w:moveToRangeEnd w:id="1"/>'

    def _commented(self, depth: int) -> str:
        self.comments = self.comments or self.gone("comment")
        return word.commented(self.word("commented"))

    def _hidden(self, depth: int) -> str:
        return (
            f'<w:r><w:rPr><w:vanish/></w:rPr><w:t xml:space="preserve">{self.gone("hidden")}</w:t></w:r>'
            f"{word.text(self.word('plain'))}"
        )

    def _footnote(self, depth: int) -> str:
        return self._noted("footnote")

    def _endnote(self, depth: int) -> str:
        return self._noted("endnote")

    def _noted(self, kind: str) -> str:
        self.into = NOTES
        self.notes[kind].append(word.line(word.text(self.word("note")), self.inline(1)))
        self.into = BODY
        return word.noted(len(self.notes[kind]) + 1, kind) + word.text(" ")

    def line(self, properties: str = "") -> str:
        """A paragraph; a word stands first."""
        first = word.text(self.word("plain"))
        more = "".join(self.inline() for _ in range(self.draw(st.integers(0, 2))))
        return f"<w:p><w:pPr>{properties}</w:pPr>{first}{more}</w:p>"

    def block(self, depth: int = 0) -> str:
        """Something that stands for itself."""
        deep = ("table", "list", "control") if not depth else ()
        kind = self.one_of("line", "line", "heading", "joined", "over", *deep)
        if kind == "heading":
            return (
                f'<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr>{word.text(self.word("heading"))}</w:p>{self.line()}'
            )
        if kind == "joined":
            return self.line(f"<w:rPr><w:del {AT}/></w:rPr>") + self.line()
        if kind == "over":
            first = word.line(word.text(self.word("plain")), word.mark("begin"), word.told("IF a = a x"))
            second = word.line(
                word.text(self.gone("instruction")), word.mark("separate"), word.text(self.word("field"))
            )
            return first + second + word.line(word.text(self.word("field")), word.mark("end"))
        if kind == "control":
            return word.bound(self.block(1), "")
        return str(getattr(self, f"_{kind}")()) if kind in ("table", "list") else self.line()

    def _list(self) -> str:
        kind, around = self.one_of(*COUNTED), self.one_of(*AROUND)
        start = self.draw(st.integers(1, 9))
        key = len(self.lists) + 41
        self.lists.append(
            f'<w:abstractNum w:abstractNumId="{key}"><w:multiLevelType w:val="singleLevel"/><w:lvl w:ilvl="0">'
            f'<w:start w:val="{start}"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{around}"/><w:lvlJc w:val="left"/>'
            '<w:pPr><w:ind w:left="720" w:hanging="720"/></w:pPr></w:lvl></w:abstractNum>'
        )
        items = []
        for number in range(start, start + self.draw(st.integers(1, 3))):
            made = self.word("numbered")
            self.made.numbered[made.strip()] = around.replace("%1", COUNTED[kind](number))
            properties = f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{key}"/></w:numPr>'
            items.append(f"<w:p><w:pPr>{properties}</w:pPr>{word.text(made)}{self.inline(1)}</w:p>")
        return "".join(items)

    def _table(self) -> str:
        head = "".join(f"<w:tc><w:tcPr/>{word.line(word.text(self.word('header')))}</w:tc>" for _ in range(3))
        rows = [f"<w:tr><w:trPr><w:tblHeader/></w:trPr>{head}</w:tr>"]
        for _ in range(self.draw(st.integers(1, 3))):
            rows.append(f"<w:tr>{''.join(self._cell() for _ in range(3))}</w:tr>")
        if self.draw(st.booleans()):
            self.into, before = GONE, self.into
            cells = "".join(f"<w:tc><w:tcPr/>{word.line(word.text(self.word('row')))}</w:tc>" for _ in range(3))
            rows.append(f"<w:tr><w:trPr><w:del {AT}/></w:trPr>{cells}</w:tr>")
            self.into = before
        grid = "<w:gridCol w:w='3000'/>" * 3
        return f"<w:tbl><w:tblPr/><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>{word.line('')}"

    def _cell(self) -> str:
        inside = self.one_of("words", "words", "two", "empty", "bound")
        if inside == "empty":
            return "<w:tc><w:tcPr/><w:p/></w:tc>"
        said = word.line(word.text(self.word("cell")), self.inline(1))
        if inside == "two":
            said += word.line(word.text(self.word("cell")))
        cell = f"<w:tc><w:tcPr/>{said}</w:tc>"
        return word.bound(cell, "") if inside == "bound" else cell

    def running(self) -> str:
        """The words of a running line."""
        self.into, before = RUNNING, self.into
        made = self.word("running") + self.word("running")
        self.into = before
        return made


@st.composite
def files_with_everything(draw: st.DrawFn) -> Everything:
    """Draw a Word file as python-docx writes it, with fields, controls, changes, comments, numbers and few styles."""
    maker = _Maker(draw)
    document = docx.Document()
    document.core_properties.title = ""
    _leave_styles(document, maker.one_of(*"all", "few", "none"))
    document.sections[0].header.paragraphs[0].text = maker.running()
    document.sections[0].footer.paragraphs[0].text = maker.running()
    blocks = maker.line() + "".join(maker.block() for _ in range(draw(st.integers(2, 6))))
    body = document.element.body
    for block in parse_xml(f"<w:body {NAMES}>{blocks}</w:body>"):
        body.insert(len(body) - 1, block)
    _add_lists(document, maker.lists)
    written = io.BytesIO()
    document.save(written)
    maker.made.data = _with_parts(written.getvalue(), maker)
    return maker.made


def _leave_styles(document: Document, kept: str) -> None:
    """Take styles away, as other programs and old templates lack them."""
    styles = document.styles.element
    for style in styles.findall(qn("w:style")):
        named = style.get(qn("w:styleId"))
        if kept == "none" or (kept == "few" and named not in _FEW_STYLES):
            styles.remove(style)


def _add_lists(document: Document, lists: list[str]) -> None:
    numbering = document.part.numbering_part.element
    first = numbering.find(qn("w:num"))
    for key, markup in enumerate(lists, 41):
        (kind,) = parse_xml(f"<w:numbering {NAMES}>{markup}</w:numbering>")
        first.addprevious(kind)
        made = f'<w:num w:numId="{key}"><w:abstractNumId w:val="{key}"/></w:num>'
        numbering.extend(list(parse_xml(f"<w:numbering {NAMES}>{made}</w:numbering>")))


def _with_parts(data: bytes, maker: _Maker) -> bytes:
    for kind, notes in maker.notes.items():
        if notes:
            markup = "".join(f'<w:{kind} w:id="{key}">{note}</w:{kind}>' for key, note in enumerate(notes, 2))
            data = with_part(data, f"{kind}s", f"<w:{kind}s {NAMES}>{markup}</w:{kind}s>")
    if maker.comments:
        said = f'<w:comment w:id="0" w:author="Bo Editor">{word.line(word.text(maker.comments))}</w:comment>'
        data = with_part(data, "comments", f"<w:comments {NAMES}>{said}</w:comments>")
    return _with_hidden_data(
        with_part(data, "settings", f'<w:settings {NAMES}><w:updateFields w:val="true"/></w:settings>')
    )


def _with_hidden_data(data: bytes) -> bytes:
    """Add the data that controls are bound to, which say something else than the controls."""
    target, package_links = io.BytesIO(), "word/_rels/document.xml.rels"
    store = "http://schemas.openxmlformats.org/officeDocument/2006/customXml"
    with zipfile.ZipFile(io.BytesIO(data)) as package, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as whole:
        for name in package.namelist():
            content = package.read(name)
            if name == package_links:
                to_data = link("rId_data", "customXml", "../customXml/item9.xml")
                content = content.replace(b"</Relationships>", f"{to_data}</Relationships>".encode())
            whole.writestr(name, content)
        whole.writestr("customXml/item9.xml", _DATA)
        whole.writestr("customXml/_rels/item9.xml.rels", links(link("rId1", "customXmlProps", "itemProps9.xml")))
        whole.writestr("customXml/itemProps9.xml", f'<ds:datastoreItem xmlns:ds="{store}" ds:itemID="{STORE}"/>')
    return target.getvalue()
