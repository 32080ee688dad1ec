"""Markdown of any origin made into the Markdown that is stored: front matter apart, title apart, pictures named."""

import json
import posixpath
import re
import tomllib
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from docctl.adapters.conversion.drawn.drawings import shown_copy
from docctl.adapters.conversion.markdown.dialects import in_one_dialect, left_out_of
from docctl.adapters.conversion.markdown.placeholders import with_placeholders, without_marks
from docctl.adapters.conversion.markdown.words import own_words
from docctl.adapters.conversion.pandoc import MARKDOWN, convert, title_apart
from docctl.domain.documents.combining_marks import refuse_heaped_marks
from docctl.domain.documents.document_number import number_at_start, without_number
from docctl.domain.errors import ConversionError, RefusedUploadError
from docctl.domain.intake.front_matter import NUMBER_ENTRIES, lost_by_yaml, not_taken_over, with_usual_names
from docctl.texts.accessibility import coloured_signs_named
from docctl.texts.converted_document import ConvertedDocument
from docctl.texts.picture import SHOWN, asset_name, is_damaged, picture_kind
from docctl.word_format.facts import loss_of_words, share_arrived

_FRONT = re.compile(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_TOML = re.compile(r"\A\+\+\+[ \t]*\n(.*?)^\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_TITLE_BLOCK = re.compile(r"\A%[ \t]*\S[^\n]*(?:\n[ \t]+[^\n]+)*\n(?:%[^\n]*(?:\n[ \t]+[^\n]+)*(?:\n|\Z)){0,2}")
_DIALECTS = MARKDOWN.replace("-tex", "+tex") + "+fancy_lists+definition_lists+wikilinks_title_after_pipe"
_YAML = "commonmark+yaml_metadata_block"
_MARKED = re.compile(r"<!--(title|missing) (.*?)-->\n*", re.DOTALL)
_PICTURE = re.compile(r"!\[[^\]]*\]\(<?([^)\s>]+)|<img\s[^>]*?src=[\"']([^\"']+)", re.IGNORECASE)
_BEGINNINGS = (b"PK\x03\x04", b"%PDF-", b"\xd0\xcf\x11\xe0", b"{\\rtf", b"\x89PNG", b"\xff\xd8\xff", b"GIF8")
_CONTROLS = re.compile(r"[\x01-\x08\x0b\x0e-\x1f\x7f]")
LARGEST_TEXT = 5_000_000
RECALL_EXPECTED = 0.99


def import_markdown(
    data: bytes, pictures: Mapping[str, bytes] | None = None
) -> tuple[ConvertedDocument, dict[str, Any]]:
    """Read a Markdown file, with the pictures that came along by the names it uses; return it and its front matter.

    Raises RefusedUploadError for what is not a text.
    """
    text, losses = _decoded(data)
    refuse_heaped_marks(text)
    text, front, unread = _front_matter(text)
    losses += unread
    assets: dict[str, bytes] = {}
    names: dict[str, str] = {}
    for source in named_pictures(text):
        content = _showable((pictures or {}).get(source, b""))
        if content:
            names[source] = asset_name(len(assets) + 1, content, source)
            assets[names[source]] = content
    tidied, heading, missing, title_line = tidy_markdown(text, _entry(front, "title"), names)
    losses += left_out_of(text)
    losses += [f"The picture {source} did not come along; its text stands in its place." for source in missing]
    losses += coloured_signs_named(line.strip("#>|-*+ ") for line in tidied.splitlines())
    number = next((found for name in NUMBER_ENTRIES if (found := _entry(front, name))), "")
    number = number or number_at_start(heading)
    title = without_number(_entry(front, "title") or heading, number)
    words, shown = own_words(text), f"{heading} {title_line}\n\n{tidied}"
    share = share_arrived(words, shown)
    if share < RECALL_EXPECTED:
        losses.append(loss_of_words(words, shown, share))
    return ConvertedDocument(tidied, assets, tuple(losses), title, number, share, title_line), front


def tidy_markdown(
    text: str, title: str = "", pictures: Mapping[str, str] | None = None
) -> tuple[str, str, list[str], str]:
    """Return a text as it is stored, the heading that was its title, missing pictures, and the heading as Markdown."""
    given = {"known-title": title, "pictures": dict(pictures or {})}
    options = ("--metadata-file=given.json",)
    files = {"given.json": json.dumps(given).encode()}
    filters = ("dialects", "real_elements", "placeholders", "imported_text", "written_text")
    source = in_one_dialect(text).encode()
    written = convert(source, _DIALECTS, MARKDOWN, *options, filters=filters, files=files).decode()
    marks = _MARKED.findall(written)
    heading = next((value for kind, value in marks if kind == "title"), "")
    missing = [value for kind, value in marks if kind == "missing"]
    title_line, rest = title_apart(written)
    title_line, rest = (_MARKED.sub("", piece).lstrip("\n") for piece in (title_line, rest))
    return rest, heading, list(dict.fromkeys(missing)), title_line


def named_pictures(text: str) -> tuple[str, ...]:
    """Return the pictures that a Markdown text shows by a relative path, each once."""
    found = (first or second for first, second in _PICTURE.findall(text))
    near = (name for name in found if not re.match(r"[a-z][a-z0-9+.-]*:|//|/|#", name, re.IGNORECASE))
    return tuple(dict.fromkeys(name for name in near if ".." not in posixpath.normpath(unquote(name)).split("/")))


def _decoded(data: bytes) -> tuple[str, list[str]]:
    """Return the text of a file; raise RefusedUploadError for what is no text."""
    if not data.strip():
        raise RefusedUploadError("The file is empty, so there is nothing to import; choose another file.")
    if data.startswith(_BEGINNINGS):
        raise RefusedUploadError(
            "The file is not a Markdown text, although its name says so; choose the text file itself."
        )
    if len(data) > LARGEST_TEXT:
        raise RefusedUploadError("The text is longer than 5 megabytes; split the document.")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _utf16(data), []
    if b"\x00" in data:
        raise RefusedUploadError(
            "The file is not a text, because it holds characters that no text has; save it as UTF-8 and try again."
        )
    losses = []
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
        losses.append("The file is not in UTF-8; it was read as Windows text, so look at its accents and quotes.")
    if _CONTROLS.search(text):
        text = _CONTROLS.sub("", text)
        losses.append("Characters that cannot be printed were taken out.")
    return text.replace("\r\n", "\n").replace("\r", "\n"), losses


def _utf16(data: bytes) -> str:
    try:
        return _CONTROLS.sub("", data.decode("utf-16")).replace("\x00", "").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise RefusedUploadError("The file is not a text that can be read; save it as UTF-8 and try again.") from None


def _front_matter(text: str) -> tuple[str, dict[str, Any], list[str]]:
    """Return the text without its front matter, the entries of that, and what was not taken over."""
    found, lost = _FRONT.match(text), []
    if found is not None and re.search(r"^[\w-]+\s*:", found[1], re.MULTILINE):
        try:
            kept = "\n".join(with_placeholders([(line, False) for line in found[0].split("\n")]))
            written = convert(kept.encode(), _YAML, "plain", filters=("front_matter",)).decode()
            entries = json.loads(without_marks(written))
        except ConversionError:
            return _as_typed(found[1], text[found.end() :])
        lost = list(lost_by_yaml(found[1], entries))
    elif (found := _TOML.match(text)) is not None:
        try:
            entries = tomllib.loads(found[1])
        except tomllib.TOMLDecodeError:
            return _as_typed(found[1], text[found.end() :])
    elif (found := _TITLE_BLOCK.match(text)) is not None:
        lines = re.split(r"^%", found[0], flags=re.MULTILINE)[1:]
        said = (" ".join(line.split()) for line in lines)
        entries = {name: line for name, line in zip(("title", "author", "date"), said, strict=False) if line}
    else:
        return text, {}, []
    return text[found.end() :], with_usual_names(entries), [*not_taken_over(entries), *lost]


def _as_typed(entries: str, text: str) -> tuple[str, dict[str, Any], list[str]]:
    """Keep entries that cannot be read in the text, as they were typed."""
    fence = "~" * (3 + max((len(run) for run in re.findall("~+", entries)), default=0))
    loss = "The entries at the top of the file are not in a form that can be read; they stand in the text as typed."
    return f"{fence}\n{entries}{fence}\n\n{text}", {}, [loss]


def _entry(front: Mapping[str, Any], name: str) -> str:
    value = front.get(name)
    return " ".join(value.split()) if isinstance(value, str) else ""


def _showable(content: bytes) -> bytes:
    """Return a picture as pages can show it, or nothing."""
    if picture_kind(content) in SHOWN:
        return b"" if is_damaged(content) else content
    return shown_copy(content)
