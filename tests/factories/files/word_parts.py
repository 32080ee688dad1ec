"""A Word file with one part more or another in place of its own."""

import io
import zipfile
from collections.abc import Mapping

_LINKS = "word/_rels/document.xml.rels"
_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def with_part(word: bytes, kind: str, xml: str) -> bytes:
    """Return a Word file whose notes, settings or other part of a kind is this one."""
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(word)) as source, zipfile.ZipFile(changed, "w") as target:
        is_new = f"word/{kind}.xml" not in source.namelist()
        for name in source.namelist():
            content = source.read(name)
            if name == _LINKS and is_new:
                link = f'<Relationship Id="rId-{kind}" Type="{_KIND}/{kind}" Target="{kind}.xml"/>'
                content = content.replace(b"</Relationships>", f"{link}</Relationships>".encode())
            elif name == "[Content_Types].xml" and is_new:
                override = f'<Override PartName="/word/{kind}.xml" ContentType="{_TYPE}.{kind}+xml"/>'
                content = content.replace(b"</Types>", f"{override}</Types>".encode())
            if name != f"word/{kind}.xml":
                target.writestr(name, content)
        target.writestr(f"word/{kind}.xml", xml)
    return changed.getvalue()


def with_other_names(word: bytes, names: Mapping[str, str]) -> bytes:
    """Return a Word file whose parts go by other names, as other programs give them."""
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(word)) as source, zipfile.ZipFile(changed, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            for before, now in names.items() if name.endswith(".rels") or name == "[Content_Types].xml" else ():
                content = content.replace(f"{before}.xml".encode(), f"{now}.xml".encode())
            target.writestr(_renamed(name, names), content)
    return changed.getvalue()


def _renamed(name: str, names: Mapping[str, str]) -> str:
    """The new name of a part, or of its links."""
    for before, now in names.items():
        if f"/{before}.xml" in name:
            return name.replace(f"/{before}.xml", f"/{now}.xml")
    return name
