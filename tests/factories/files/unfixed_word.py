"""Word files that show something else tomorrow: fields, controls bound to hidden data, tracked changes, comments."""

from tests.factories.files.hostile_word import NAMES, content_types, link, links, packed, word_parts

AT = 'w:id="1" w:author="Bo Editor" w:date="2026-01-02T03:04:05Z"'
STORE = "{11111111-2222-3333-4444-555555555555}"
W15 = "http://schemas.microsoft.com/office/word/2012/wordml"
_PARTS = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_CORE = (
    'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"'
)
_MICROSOFT = "http://schemas.microsoft.com/office/2011/relationships"


def text(words: str) -> str:
    """A run of words."""
    return f'<w:r><w:t xml:space="preserve">{words}</w:t></w:r>'


def line(*pieces: str) -> str:
    """A paragraph of runs and what is like them; bare words become runs."""
    return f"<w:p>{''.join(piece if piece.startswith('<') else text(piece) for piece in pieces)}</w:p>"


def mark(kind: str, more: str = "") -> str:
    """One mark of a field."""
    return f'<w:r><w:fldChar w:fldCharType="{kind}"{more}/></w:r>'


def told(instruction: str) -> str:
    """A piece of the instruction of a field."""
    return f'<w:r><w:instrText xml:space="preserve">{instruction}</w:instrText></w:r>'


def field(instruction: str, result: str | None = "", *, more: str = "") -> str:
    """A complex field; a result that is words becomes a run, and None is a field that never had any."""
    shown = "" if result is None else mark("separate") + (result if result.startswith("<") else text(result))
    inside = instruction if instruction.startswith("<") else told(f" {instruction} ")
    return mark("begin", more) + inside + shown + mark("end")


def simple(instruction: str, result: str) -> str:
    """A simple field."""
    return f'<w:fldSimple w:instr=" {instruction} " w:dirty="true">{text(result)}</w:fldSimple>'


def bound(content: str, kind: str = "<w:text/>", path: str = "/k/n") -> str:
    """A content control bound to hidden data."""
    return (
        f'<w:sdt><w:sdtPr><w:dataBinding w:xpath="{path}" w:storeItemID="{STORE}"/>{kind}</w:sdtPr>'
        f"<w:sdtContent>{content}</w:sdtContent></w:sdt>"
    )


def boxed(blocks: str) -> str:
    """A text box."""
    return f"<w:r><w:pict><v:textbox><w:txbxContent>{blocks}</w:txbxContent></v:textbox></w:pict></w:r>"


def deleted(words: str) -> str:
    """Words that somebody deleted in a tracked change."""
    return f'<w:del {AT}><w:r><w:delText xml:space="preserve">{words}</w:delText></w:r></w:del>'


def inserted(words: str) -> str:
    """Words that somebody inserted in a tracked change."""
    return f"<w:ins {AT}>{text(words)}</w:ins>"


def commented(words: str) -> str:
    """Words with a comment, whose sign stands in a run with more words."""
    return (
        f'<w:commentRangeStart w:id="0"/>{text(words)}<w:commentRangeEnd w:id="0"/>'
        '<w:r><w:commentReference w:id="0"/><w:t xml:space="preserve"> and so on</w:t></w:r>'
    )


def noted(identity: int, kind: str = "footnote") -> str:
    """A sign that refers to a note."""
    return f'<w:r><w:{kind}Reference w:id="{identity}"/></w:r>'


def unfixed_word(
    body: str,
    *,
    header: str = "",
    footnote: str = "",
    endnote: str = "",
    comment: str = "",
    settings: str = "",
    data: str = "",
    core: str = "",
) -> bytes:
    """A Word file with the parts that are named, each by its markup."""
    wanted = {
        "header": (header and f"<w:hdr {NAMES}>{header}</w:hdr>", "header1", "header"),
        "footnotes": (_notes("footnote", footnote), "footnotes", "footnotes"),
        "endnotes": (_notes("endnote", endnote), "endnotes", "endnotes"),
        "comments": (_comments(comment), "comments", "comments"),
        "settings": (settings and f"<w:settings {NAMES}>{settings}</w:settings>", "settings", "settings"),
    }
    made = {name: markup for name, (markup, _, _) in wanted.items() if markup}
    section = '<w:headerReference w:type="default" r:id="rId_header"/>' if header else ""
    relations = [link(f"rId_{name}", wanted[name][2], f"{wanted[name][1]}.xml") for name in made]
    types = [_type(f"/word/{wanted[name][1]}.xml", f"{_PARTS}.{wanted[name][2]}+xml") for name in made]
    more: dict[str, str] = {f"word/{wanted[name][1]}.xml": markup for name, markup in made.items()}
    if comment:
        more["word/people.xml"] = f'<w15:people xmlns:w15="{W15}"><w15:person w15:author="Bo Editor"/></w15:people>'
        relations.append(f'<Relationship Id="rId_people" Type="{_MICROSOFT}/people" Target="people.xml"/>')
        types.append(_type("/word/people.xml", f"{_PARTS}.people+xml"))
    if data:
        relations.append(link("rId_data", "customXml", "../customXml/item1.xml"))
        more["customXml/item1.xml"] = f"<k><n>{data}</n></k>"
        more["customXml/_rels/item1.xml.rels"] = links(link("rId1", "customXmlProps", "itemProps1.xml"))
        store = "http://schemas.openxmlformats.org/officeDocument/2006/customXml"
        more["customXml/itemProps1.xml"] = f'<ds:datastoreItem xmlns:ds="{store}" ds:itemID="{STORE}"/>'
    if core:
        types.append(_type("/docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml"))
        more["docProps/core.xml"] = f"<cp:coreProperties {_CORE}>{core}</cp:coreProperties>"
    parts = word_parts(f"{body}<w:sectPr>{section}</w:sectPr>", *relations)
    parts["[Content_Types].xml"] = content_types().replace("</Types>", "".join(types) + "</Types>").encode()
    if core:
        package = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
        told_of = f'<Relationship Id="rId2" Type="{package}" Target="docProps/core.xml"/></Relationships>'
        parts["_rels/.rels"] = parts["_rels/.rels"].replace(b"</Relationships>", told_of.encode())
    return packed(parts | {name: markup.encode() for name, markup in more.items()})


def _type(part: str, kind: str) -> str:
    return f'<Override PartName="{part}" ContentType="{kind}"/>'


def _notes(kind: str, blocks: str) -> str:
    if not blocks:
        return ""
    return f'<w:{kind}s {NAMES}><w:{kind} w:id="2">{blocks}</w:{kind}></w:{kind}s>'


def _comments(words: str) -> str:
    said = f'<w:comment w:id="0" w:author="Bo Editor">{line(words)}</w:comment>'
    return words and f"<w:comments {NAMES}>{said}</w:comments>"
