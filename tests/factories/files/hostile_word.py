"""Word files as nobody should send them, and small honest ones to compare with."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NAMES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    f'xmlns:r="{OFFICE}" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
)
MAIN_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
TEMPLATE_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml"
STYLES = "".join(
    f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{name}"/></w:style>'
    for key, name in (
        ("Title", "Title"),
        ("Heading1", "heading 1"),
        ("Heading2", "heading 2"),
        ("Heading3", "heading 3"),
        ("TOC1", "toc 1"),
        ("Subtitle", "Subtitle"),
    )
)


def paragraph(text: str, style: str = "") -> str:
    """A paragraph of Word's markup."""
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f'<w:p>{properties}<w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def table(*rows: Iterable[str]) -> str:
    """A table of Word's markup; each cell is text."""
    lines = "".join("<w:tr>" + "".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) + "</w:tr>" for row in rows)
    return f"<w:tbl>{lines}</w:tbl>"


def picture(link: str, alt: str = "", reference: str = "embed") -> str:
    """A run with a picture of Word's markup."""
    return (
        f'<w:r><w:drawing><wp:inline><wp:extent cx="914400" cy="914400"/><wp:docPr id="1" name="p" descr="{alt}"/>'
        '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic>'
        f'<pic:blipFill><a:blip r:{reference}="{link}"/></pic:blipFill></pic:pic></a:graphicData></a:graphic>'
        "</wp:inline></w:drawing></w:r>"
    )


def field(*instructions: str, result: str = "cached result") -> str:
    """A paragraph with a complex field whose instruction is split over as many runs as there are pieces."""
    pieces = "".join(f"<w:r><w:instrText>{piece}</w:instrText></w:r>" for piece in instructions)
    return (
        f'<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>{pieces}<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        f'<w:r><w:t>{result}</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    )


def link(key: str, kind: str, target: str, *, outside: bool = False) -> str:
    """A relationship of Word's markup."""
    mode = ' TargetMode="External"' if outside else ""
    return f'<Relationship Id="{key}" Type="{OFFICE}/{kind}" Target="{target}"{mode}/>'


def links(*entries: str) -> str:
    """A part of relationships."""
    return (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        + "".join(entries)
        + "</Relationships>"
    )


def content_types(main: str = MAIN_TYPE, *more: str) -> str:
    """The part that names the type of each other part."""
    return (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>'
        f'<Override PartName="/word/document.xml" ContentType="{main}"/>{"".join(more)}</Types>'
    )


def document(body: str) -> str:
    """The main part around a body."""
    return f'<?xml version="1.0" encoding="UTF-8"?><w:document {NAMES}><w:body>{body}</w:body></w:document>'


def word_parts(body: str = "", *document_links: str, main_type: str = MAIN_TYPE) -> dict[str, bytes]:
    """The parts of a small honest Word file."""
    parts = {
        "[Content_Types].xml": content_types(main_type),
        "_rels/.rels": links(link("rId1", "officeDocument", "word/document.xml")),
        "word/document.xml": document(body or paragraph("Some honest text.")),
        "word/_rels/document.xml.rels": links(link("rIdStyles", "styles", "styles.xml"), *document_links),
        "word/styles.xml": f"<w:styles {NAMES}>{STYLES}</w:styles>",
    }
    return {name: text.encode() for name, text in parts.items()}


def packed(parts: dict[str, bytes]) -> bytes:
    """Parts as a zip."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return target.getvalue()


def word_file(body: str = "", *document_links: str, **more: bytes) -> bytes:
    """A small honest Word file with a body, relationships, and further parts (``word__media__image1_png``)."""
    parts = word_parts(body, *document_links)
    return packed(parts | {name.replace("__", "/").replace("_", "."): content for name, content in more.items()})


def with_parts(parts: dict[str, bytes], body: str = "", *document_links: str) -> bytes:
    """A small Word file with further parts by their names, which may replace its own."""
    return packed(word_parts(body, *document_links) | parts)


def twice_named(name: str = "WORD/document.xml") -> bytes:
    """A Word file with two parts that go by one name, but for upper and lower case."""
    target = io.BytesIO(word_file())
    with zipfile.ZipFile(target, "a") as package:
        package.writestr(name, document(paragraph("What another reader sees.")))
    return target.getvalue()


def oddly_named(name: str) -> bytes:
    """A Word file with a part of any name; Python's writer would tidy some of them."""
    plain = "x" * len(name.encode())
    return with_parts({plain: b"content"}).replace(plain.encode(), name.encode())


def with_symlink() -> bytes:
    """A Word file with an entry that is a link to a file of the machine."""
    target = io.BytesIO(word_file())
    with zipfile.ZipFile(target, "a") as package:
        entry = zipfile.ZipInfo("word/media/image1.png")
        entry.create_system, entry.external_attr = 3, 0o120777 << 16
        package.writestr(entry, "/etc/passwd")
    return target.getvalue()


def lying_about_size(megabytes: int) -> bytes:
    """A Word file whose zip says that a part is small while it unpacks to many megabytes."""
    data = bytearray(with_parts({"word/big.xml": b"<a>" + b" " * (megabytes * 1024 * 1024) + b"</a>"}))
    real = struct.pack("<I", megabytes * 1024 * 1024 + 7)
    lie = struct.pack("<I", 1000)
    return bytes(data).replace(real, lie)


def overlapping() -> bytes:
    """A Word file of which two parts use the same packed bytes."""
    data = bytearray(with_parts({"word/a.xml": b"<a/>" * 1, "word/b.xml": b"<a/>" * 1}))
    first = data.find(b"PK\x01\x02", data.find(b"PK\x01\x02"))
    places = []
    while first >= 0:
        length = struct.unpack("<H", data[first + 28 : first + 30])[0]
        name = bytes(data[first + 46 : first + 46 + length])
        if name in (b"word/a.xml", b"word/b.xml"):
            places.append(first)
        first = data.find(b"PK\x01\x02", first + 4)
    data[places[1] + 42 : places[1] + 46] = data[places[0] + 42 : places[0] + 46]
    return bytes(data)


def many_entries(count: int) -> bytes:
    """A Word file with very many empty parts."""
    return with_parts({f"word/empty{number}.bin": b"" for number in range(count)})


def with_dtd(encoding: str = "utf-8", part: str = "word/document.xml") -> bytes:
    """A Word file with a document type declaration that reads a file of the machine."""
    body = document("<w:p><w:r><w:t>&amp;x;</w:t></w:r></w:p>").split("?>", 1)[1].replace("&amp;x;", "&x;")
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE w:document [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        + body
    )
    return with_parts({part: text.encode(encoding)})


def billion_laughs() -> bytes:
    """A Word file whose entities unfold into very much text."""
    entities = '<!ENTITY a0 "lol">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    text = f"<!DOCTYPE w:document [{entities}]>" + document("<w:p><w:r><w:t>&a9;</w:t></w:r></w:p>").split("?>", 1)[1]
    return with_parts({"word/document.xml": text.encode()})


def nested_tables(depth: int) -> bytes:
    """A Word file with a table in a table, very deep."""
    inside = "<w:tbl><w:tr><w:tc>" * depth + paragraph("deep") + "</w:tc></w:tr></w:tbl>" * depth
    return word_file(inside)


def png(width: int = 4, height: int = 4, *, said: tuple[int, int] | None = None) -> bytes:
    """A red PNG, which may say of itself that it is larger."""

    def piece(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = struct.pack(">IIBBBBB", *(said or (width, height)), 8, 2, 0, 0, 0)
    lines = zlib.compress((b"\0" + b"\xff\0\0" * width) * height)
    return b"\x89PNG\r\n\x1a\n" + piece(b"IHDR", head) + piece(b"IDAT", lines) + piece(b"IEND", b"")


def wmf(words: str) -> bytes:
    """A WMF drawing that writes words."""

    def record(function: int, *values: int, tail: bytes = b"") -> bytes:
        told = struct.pack(f"<{len(values)}h", *values) + tail
        return struct.pack("<IH", 3 + len(told) // 2, function) + told

    said = words.encode() + b"\0" * (len(words) % 2)
    told = struct.pack("<h", len(words)) + said + struct.pack("<hh", 300, 300)
    drawn = [record(0x0103, 8), record(0x020B, 0, 0), record(0x020C, 1000, 4000), record(0x0521, tail=told), record(0)]
    body = b"".join(drawn)
    place = struct.pack("<IHhhhhHI", 0x9AC6CDD7, 0, 0, 0, 4000, 1000, 1440, 0)
    check = 0
    for at in range(0, 20, 2):
        check ^= struct.unpack_from("<H", place, at)[0]
    head = struct.pack("<HHHIHIH", 1, 9, 0x300, 9 + len(body) // 2, 0, max(map(len, drawn)) // 2, 0)
    return place + struct.pack("<H", check) + head + body


def emf(raster: bytes = b"") -> bytes:
    """An EMF drawing, with a picture inside it or only lines."""
    comment = struct.pack("<II", 70, 16 + len(raster) + (-len(raster) % 4)) + struct.pack("<I", len(raster)) + b"EMF+"
    head = struct.pack("<II", 1, 88) + bytes(32) + b" EMF" + bytes(44)
    return head + comment + raster + bytes(-len(raster) % 4) + struct.pack("<IIIII", 14, 20, 0, 0, 20)


def protected() -> bytes:
    """What Word writes for a document with a password: not a zip at all."""
    return bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600)
