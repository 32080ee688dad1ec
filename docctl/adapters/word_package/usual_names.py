"""The names that parts of a Word file usually have, for files whose parts are counted, as Word in a browser does."""

import io
import re
import zipfile

from docctl.word_format.markup import unzipped, zipped

_COUNTED = re.compile(r"word/(_rels/)?(document|styles|numbering|settings|footnotes|endnotes)\d+(\.xml(?:\.rels)?)")


def with_usual_names(word: bytes) -> bytes:
    """Return a checked Word file with parts such as word/document2.xml under their usual names.

    A file in which no part is counted comes back byte for byte, and so does a part whose usual name is another's.
    """
    with zipfile.ZipFile(io.BytesIO(word)) as package:
        names = set(package.namelist())
    wanted = {name: _COUNTED.sub(r"word/\1\2\3", name) for name in names if _COUNTED.fullmatch(name)}
    renamed = {name: usual for name, usual in wanted.items() if usual not in names}
    if not renamed or len(set(renamed.values())) < len(renamed):
        return word
    links = {
        re.compile(rf'(?<=[/"]){re.escape(name.rpartition("/")[2])}(?=")'.encode()): usual.rpartition("/")[2].encode()
        for name, usual in renamed.items()
    }
    parts = {}
    for name, content in unzipped(word).items():
        if name.endswith(".rels") or name == "[Content_Types].xml":
            for pattern, usual_name in links.items():
                content = pattern.sub(usual_name, content)
        parts[renamed.get(name, name)] = content
    return zipped(parts)
