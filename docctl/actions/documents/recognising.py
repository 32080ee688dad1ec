"""Recognising: what a Word or Markdown file holds - text, number, title, losses - before it becomes a document."""

import logging
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path, PurePath
from typing import Any, Generic, TypeVar

from docctl import tools
from docctl.actions.documents.reading_word import read_word
from docctl.actions.documents.savable import require_savable
from docctl.document_control import DocumentControl
from docctl.domain.documents.document_metadata import LONGEST_TITLE, CitedClause, Classification, DocumentMetadata
from docctl.domain.documents.document_number import number_at_start, without_number
from docctl.domain.documents.stored_file import sha256
from docctl.domain.documents.written_text import WrittenText
from docctl.domain.errors import (
    ConversionError,
    DocctlError,
    RefusedUploadError,
    TooManyUploadsError,
    UploadTooLargeError,
)
from docctl.domain.intake.front_matter import classification_of, further_lines_of, listed
from docctl.texts.invisible_characters import on_one_line
from docctl.texts.text_language import (
    FEW_LETTERS,
    SURE,
    main_of,
    sections_of,
    settled_language,
    words_to_judge,
)
from docctl.word_format.markup import words_in

log = logging.getLogger(__name__)
Thing = TypeVar("Thing")
Found = TypeVar("Found")
WORD_ENDINGS = (".docx", ".dotx", ".docm", ".dotm", ".doc", ".odt")
OLD_ENDINGS = (".doc", ".odt")
MARKDOWN_ENDINGS = (".md", ".markdown")
PICTURE_ENDINGS = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".emf", ".wmf", ".bmp", ".tif", ".tiff")
READ_ENDINGS = (*WORD_ENDINGS, *MARKDOWN_ENDINGS, *PICTURE_ENDINGS)
LONGEST_FILE_NAME = 120
MEGABYTE = 1024 * 1024
READ_AHEAD = 16
BYTES_TOGETHER = 32 * MEGABYTE
_ZIP = b"PK"


@dataclass(frozen=True)
class ReadFile:
    """A file as it was understood, for confirmation before it becomes a document."""

    name: str
    number: str
    title: str
    type_name: str
    metadata: DocumentMetadata
    text: WrittenText
    summary: str
    sha256: str


class ReadAhead(Generic[Thing, Found]):
    """Reads things in threads, some ahead of whoever takes what was found, in their order."""

    def __init__(self, pool: ThreadPoolExecutor, read: Callable[[Thing], Found], things: Iterable[Thing]) -> None:
        self._pool, self._read, self._waiting = pool, read, iter(things)
        self._ahead: deque[Future[Found]] = deque()
        self._go_ahead()

    def __bool__(self) -> bool:
        return bool(self._ahead)

    @property
    def is_ready(self) -> bool:
        """Whether the next thing is read already, so that nobody waits for it."""
        return bool(self._ahead) and self._ahead[0].done()

    def take(self) -> Found:
        """Return what was found in the next thing."""
        found = self._ahead.popleft().result()
        self._go_ahead()
        return found

    def _go_ahead(self) -> None:
        more = islice(self._waiting, READ_AHEAD - len(self._ahead))
        self._ahead.extend(self._pool.submit(self._read, thing) for thing in more)


def read_file(
    control: DocumentControl, name: str, data: bytes, pictures: Mapping[str, bytes] | None = None
) -> ReadFile:
    """Understand a file, with the pictures lying beside it.

    Raises RefusedUploadError for what cannot be understood, ConversionError for a text that could not be saved.
    """
    require_size(len(data), control.upload_limit_mb)
    read = _read(control, name, data, pictures or {})
    require_savable(read.text.markdown)
    return read


def _read(control: DocumentControl, name: str, data: bytes, pictures: Mapping[str, bytes]) -> ReadFile:
    ending = PurePath(name).suffix.lower()
    if ending in MARKDOWN_ENDINGS:
        return _read_markdown(control, name, data, pictures)
    if ending in OLD_ENDINGS and tools.libreoffice.is_usable():
        return _read_through_libreoffice(control, name, data)
    if ending in WORD_ENDINGS or data.startswith(_ZIP):
        return _read_word(control, name, data)
    raise RefusedUploadError("The file is neither a Word document (.docx) nor Markdown (.md); save it as .docx first.")


def understood(
    control: DocumentControl, name: str, data: bytes, pictures: Mapping[str, bytes] | None = None
) -> ReadFile | DocctlError:
    """Return a file as it was understood, or the refusal: whatever is wrong with one file, the others go on.

    Raises TooManyUploadsError where nothing is wrong with it and it has to be sent again.
    """
    try:
        return read_file(control, name, data, pictures)
    except TooManyUploadsError:
        raise
    except DocctlError as refusal:
        return refusal
    except Exception:
        log.exception("%s could not be read.", shown_name(name))
        return unforeseen()


def pictures_named(name: str, data: bytes, find: Callable[[str], bytes]) -> dict[str, bytes]:
    """Return the pictures that a Markdown file shows by a relative path, as far as they are found."""
    if PurePath(name).suffix.lower() not in MARKDOWN_ENDINGS:
        return {}
    named = tools.conversion.named_pictures(data.decode("utf-8", "replace"))
    return {picture: content for picture in named if (content := find(picture))}


def taken_in(
    control: DocumentControl, path: Path, at_most: int | None = None, *, through_link: bool = False
) -> bytes:  # fmt: skip
    """Return a file from outside, past the virus scanner; raise RefusedUploadError where it cannot be had.

    Links are followed for whoever names them, and never where a folder holds them.
    """
    try:
        if not path.is_file() or (path.is_symlink() and not through_link):
            raise RefusedUploadError("This is no file that can be read." if path.exists() else "There is no such file.")
        size = path.stat().st_size
        require_size(size, control.upload_limit_mb)
        if at_most is not None and size > at_most:
            raise UploadTooLargeError(
                "The file is larger than %(megabytes)s MB; make it smaller.", megabytes=at_most // MEGABYTE
            )
        return control.take_in(path.read_bytes())
    except (OSError, ValueError) as error:
        raise RefusedUploadError(
            "The file cannot be read (%(reason)s).", reason=getattr(error, "strerror", "") or error
        ) from error


def require_size(size: int, limit_mb: int) -> None:
    """Raise UploadTooLargeError for a file that is larger than files may be here."""
    if size > limit_mb * MEGABYTE:
        raise too_large(limit_mb)


def too_large(limit_mb: int) -> UploadTooLargeError:
    """Return the refusal of a file that is larger than files may be here."""
    return UploadTooLargeError(
        "The file is larger than %(limit_mb)s MB; split it, or make its pictures smaller.", limit_mb=limit_mb
    )


def check_word_file(data: bytes, limit_mb: int) -> None:
    """Raise RefusedUploadError for a Word file that is larger, or made otherwise, than any that is taken in."""
    require_size(len(data), limit_mb)
    tools.word_package.check_word_package(data)


def unforeseen() -> RefusedUploadError:
    """Return the refusal of a file with a damage that nobody thought of; the log has the particulars."""
    return RefusedUploadError(
        "The file is damaged in a way that was not foreseen; open it, save it anew and try again."
    )


def shown_name(name: str) -> str:
    """Return the name of a file so that it can be shown and recorded: one line, in the order in which it is written."""
    plain = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    base = PurePath(plain.replace("\\", "/")).name
    line = " ".join("".join(c if c.isprintable() else " " for c in base).split())
    if len(line) > LONGEST_FILE_NAME:
        line = f"{line[: LONGEST_FILE_NAME - 12]}…{line[-11:]}"
    return line or "unnamed"


def _read_word(control: DocumentControl, name: str, data: bytes) -> ReadFile:
    check_word_file(data, control.upload_limit_mb)
    word = read_word(control, data)
    if not word.text.markdown.strip():
        raise RefusedUploadError("The Word file holds no text, so there is nothing to import.")
    number, title, told = _named(name, word.number, word.title)
    text = word.text.under(number, title)
    text = replace(text, losses=(*told, *text.losses))
    claimed, of_styles = word.languages
    language = language_of(control, f"{title}\n{text.markdown}", claimed, of_styles)
    metadata = DocumentMetadata(title=title, language=language)
    return ReadFile(name, number, title, "", metadata, text, "", sha256(data))


def language_of(control: DocumentControl, text: str, claimed: str = "", of_styles: str = "") -> str:
    """Return the language of a text; a few words say less than its file claims, and than what is usual here."""
    with control.reading() as session:
        usual = control.organisation(session).language
    judged = [(words_to_judge(part), tools.language_recognition.languages_of(part)) for part in sections_of(text)]
    sure = [(ranking[0][0], len(words)) for words, ranking in judged if ranking and ranking[0][1] >= SURE]
    if sum(length for _, length in sure) >= FEW_LETTERS:
        return main_of(sure)
    return settled_language(
        tools.language_recognition.languages_of(text), words_to_judge(text), (claimed, usual, of_styles)
    )


def _read_through_libreoffice(control: DocumentControl, name: str, data: bytes) -> ReadFile:
    try:
        word = tools.libreoffice.word_of(data, PurePath(name).suffix.lower())
    except ConversionError as refusal:
        raise RefusedUploadError(str(refusal)) from refusal
    read = _read_word(control, name, word)
    losses = ("LibreOffice turned the file into a Word file of today's form; compare the two.", *read.text.losses)
    return replace(read, text=replace(read.text, losses=losses), sha256=sha256(data))


def _read_markdown(control: DocumentControl, name: str, data: bytes, pictures: Mapping[str, bytes]) -> ReadFile:
    converted, front = tools.conversion.import_markdown(data, pictures)
    if not converted.markdown.strip():
        raise RefusedUploadError("The file holds no text, so there is nothing to import.")
    number, title, told = _named(name, converted.number, converted.title)
    language = language_of(control, f"{title}\n{converted.markdown}")
    metadata, unknown = _front_matter(control, front, title, language)
    losses = (*(told if not _text(front, "title") else ()), *converted.losses, *unknown)
    text = WrittenText(
        converted.markdown, converted.assets, None, losses, converted.recall, title_line=converted.title_line
    )
    return ReadFile(
        name,
        number,
        metadata.title,
        _text(front, "type"),
        metadata,
        text.under(number, metadata.title),
        _text(front, "summary"),
        sha256(data),
    )


def _named(file_name: str, found_number: str, found_title: str) -> tuple[str, str, tuple[str, ...]]:
    """Return number and title: from the file's name where it starts with a number, else from the document.

    A title that the document does not say is named, because nobody wrote it there, and one that was cut.
    """
    stem = on_one_line(PurePath(file_name).stem)
    number = number_at_start(stem)
    rest = without_number(stem, number).strip(" -_–—.") if number else ""
    rest = "" if number_at_start(rest) == number else rest
    title = rest.replace("_", " ") if rest and " " in rest else ""
    title = title or found_title or rest.replace("-", " ").replace("_", " ") or stem.replace("-", " ").replace("_", " ")
    title = on_one_line(title)
    title = title[:1].upper() + title[1:] or "Untitled"
    told = () if words_in(title) == words_in(found_title) else (_told_of(title[:LONGEST_TITLE], found_title),)
    title, cut = _cut(title)
    return number or found_number, title, (*told, *cut)


def _cut(title: str) -> tuple[str, tuple[str, ...]]:
    """Return a title no longer than titles may be, ending with a word, and a sentence where it was cut."""
    if len(title) <= LONGEST_TITLE:
        return title, ()
    kept = title[: LONGEST_TITLE + 1].rpartition(" ")[0].rstrip() or title[:LONGEST_TITLE]
    said = f"The title has {len(title)} letters, and a title may have {LONGEST_TITLE}: it was cut after “{kept[-40:]}”."
    return kept, (said,)


def _told_of(title: str, found_title: str) -> str:
    inside = f"in it stands “{found_title[:LONGEST_TITLE]}”" if found_title else "no title was found in it"
    return f"The title “{title}” was taken from the name of the file; {inside}."


def _front_matter(
    control: DocumentControl, front: dict[str, Any], title: str, recognised_language: str
) -> tuple[DocumentMetadata, list[str]]:
    """Return what the entries at the top of a file say of the document, and what of them was not taken over."""
    clauses, unknown = [], []
    for row in _list(front, "clauses"):
        if not isinstance(row, dict):
            continue
        cited = CitedClause(*(_line(row.get(name)) for name in ("standard", "clause", "section")))
        if control.catalogue.has_clause(cited.standard, cited.clause):
            clauses.append(cited)
        else:
            named = f"{cited.clause} of {cited.standard}"[:100]
            unknown.append(f"The clause {named} is in no standard of the catalogue; it was left out.")
    department = _text(front, "department")
    classification, changed = classification_of(_text(front, "classification"))
    unknown += [changed] if changed else []
    title, cut = _cut(_text(front, "title") or title)
    unknown += cut if _text(front, "title") else ()
    keywords = (word[:LONGEST_TITLE] for word in listed(front.get("keywords")))
    metadata = DocumentMetadata(
        title=title,
        owner=_text(front, "owner"),
        department=department,
        language=_text(front, "language") or recognised_language,
        classification=classification,
        departments=(department,) if department and classification == Classification.RESTRICTED else (),
        keywords=tuple(keywords),
        clauses=tuple(clauses),
    )
    return metadata.saying(further_lines_of(front)), unknown


def _list(front: dict[str, Any], name: str) -> list[Any]:
    value = front.get(name)
    return value if isinstance(value, list) else []


def _line(value: object) -> str:
    return " ".join(value.split()) if isinstance(value, str) else "" if value is None else str(value)


def _text(front: dict[str, Any], name: str) -> str:
    value = front.get(name)
    return " ".join(value.split()) if isinstance(value, str) else ""
