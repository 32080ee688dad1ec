"""What a Word file leaves to be filled in or shows by mistake: fields without a sound result, and placeholders."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from docctl.word_format.bindings import shown_otherwise
from docctl.word_format.fields import BUTTONS, DRAWN, LIVE, SILENT, WordField, bookmarks_of, fields_of, points_at
from docctl.word_format.markup import WORD, Element, visible_text
from docctl.word_format.run_styles import is_on
from docctl.word_format.stale_contents import stale_entries
from docctl.word_format.styles import heading_level

_REFERENCES = frozenset(("REF", "NOTEREF", "PAGEREF"))
_MUST_SHOW = _REFERENCES | {
    *("STYLEREF", "SEQ", "=", "SECTION", "FILENAME", "DATE", "TIME", "SAVEDATE", "CREATEDATE", "PRINTDATE"),
    *("REVNUM", "NUMWORDS", "NUMCHARS", "FILESIZE", "CITATION"),
    *("BARCODE", "DISPLAYBARCODE", "MERGEBARCODE"),
}
_ASKED_FOR = frozenset(("FORMTEXT", "FILLIN"))
_MERGED = frozenset(("MERGEFIELD", "ADDRESSBLOCK", "GREETINGLINE", "MERGEREC", "MERGESEQ"))
_TO_BE_MERGED = re.compile(r"\s*«.*»\s*", re.DOTALL)
_CARRIES_DATA = frozenset(("ADDIN", "PRINT", "CONTROL", "HTMLCONTROL", "EMBED", "SHAPE", "DATA"))
_MAY_SHOW_NOTHING = (LIVE - {"PAGEREF"}) | DRAWN | SILENT | BUTTONS | _CARRIES_DATA
_TYPED_IN = ("text", "date", "comboBox", "dropDownList")
"""Kinds of controls that somebody types words into, or chooses some for."""
_ERROR_WORDS = (
    *("error", "fehler", "erreur", "errore", "fout", "erro", "fel", "feil", "fejl", "virhe", "błąd", "chyba", "hiba"),
    *("eroare", "pogreška", "greška", "napaka", "klaida", "kļūda", "tõrge", "viga", "hata", "lỗi", "villa", "ralat"),
    *("ошибка", "помилка", "грешка", "памылка", "σφάλμα", "エラー", "错误", "錯誤", "오류", "خطأ", "שגיאה", "ข้อผิดพลาด"),
)
_ERROR = re.compile(rf"\W*(?:{'|'.join(_ERROR_WORDS)})\s?[!！.:]", re.IGNORECASE)
_TYPED_ERROR = re.compile(
    r"Error[!:] Reference source not found|Error! Bookmark not defined|Error! No text of specified style"
    r"|Fehler! Verweisquelle konnte nicht gefunden|Fehler! Textmarke nicht definiert"
    r"|Fehler: (?:Verweis|Referenz)\w* nicht gefunden|Fehler! Kein Text mit angegebener Formatvorlage"
    r"|Erreur\s?! (?:Source du renvoi introuvable|Signet non défini)|Erreur\s?: source de la référence non trouvée"
    r"|¡Error! (?:No se encuentra el origen|Marcador no definido)|Errore\. L.origine riferimento non è stata trovata"
    r"|Errore\. Il segnalibro non è definito|Fout! (?:Verwijzingsbron niet gevonden|Bladwijzer niet gedefinieerd)"
    r"|Erro! (?:Fonte|A origem|Indicador|Marcador)|Fel! (?:Hittar inte|Det går inte att hitta|Bokmärket)"
    r"|Błąd! Nie (?:można odnaleźć źródła|zdefiniowano zakładki)|Chyba! (?:Nenalezen zdroj|Záložka není definována)"
    r"|Ошибка! (?:Источник ссылки не найден|Закладка не определена)"
)
_SHOWN = 80
_WORDS_OF_IF = 5
"""Two values with the sign between them, what is shown where it holds, and what where it does not."""


class OpenKind(StrEnum):
    """What is the matter with a place."""

    NO_RESULT = "field without a result"
    ERROR = "error shown"
    LEADS_NOWHERE = "reference to nothing in the file"
    TO_FILL_IN = "place to fill in"
    OTHER_DATA = "control in which Word shows other words"
    NO_HEADING = "entry of the contents that is no heading of the text, to be updated in Word"
    NO_CAPTION = "entry of a list that is no caption of the text, to be updated in Word"


@dataclass(frozen=True)
class OpenPlace:
    """A place that is left open or shows an error; ``place`` is the heading above it, or where else it stands."""

    kind: OpenKind
    shown: str
    place: str

    def __str__(self) -> str:
        where = f" under “{self.place}”" if self.place else ""
        return f"{self.kind}: “{self.shown}”{where}" if self.shown else f"{self.kind}{where}"


def open_places_in(
    texts: Sequence[Element],
    every_page: Sequence[Element],
    levels: Mapping[str, int],
    stores: Mapping[str, Element],
    styles: Element | None = None,
) -> tuple[OpenPlace, ...]:
    """Return the open places of a Word file in reading order: its text and notes, then headers and footers."""
    read = [(root, fields_of(root)) for root in (*texts, *every_page)]
    known = {name for root, _ in read for name in bookmarks_of(root)}
    known |= {points_at(each) for _, fields in read for each in fields.fields if each.kind in ("SET", "ASK")}
    found: list[OpenPlace] = []
    for root, fields in read:
        heads = {} if any(root is each for each in every_page) else _headings_above(root, dict(levels))
        faults = [(each.begin, fault) for each in fields.fields if (fault := _fault_of(each, known)) is not None]
        at = {_paragraph_of(begin) for begin, _ in faults}
        unseen = {piece for each in fields.fields if _is_hidden(each) for piece in (*each.told, *each.shown)}
        faults += [(block, fault) for block, fault in _typed_errors(root, unseen) if block not in at]
        faults += list(_to_fill_in(root))
        faults += [
            (control, (OpenKind.OTHER_DATA, f"{shown or '–'}, there {data or 'nothing'}"))
            for control, shown, data in shown_otherwise(root, stores)
        ]
        if heads:
            faults += [
                (entry, (OpenKind.NO_CAPTION if is_of_captions else OpenKind.NO_HEADING, said))
                for entry, said, is_of_captions in stale_entries(fields, texts, dict(levels), styles)
            ]
        order = {element: place for place, element in enumerate(root.iter())}
        for element, (kind, shown) in sorted(faults, key=lambda pair: order.get(pair[0], 0)):
            found.append(OpenPlace(kind, _in_short(shown), heads.get(_paragraph_of(element), "")))
    return tuple(dict.fromkeys(found))


def meant_to_be_closed(places: Sequence[OpenPlace], *, is_form: bool) -> tuple[OpenPlace, ...]:
    """Return the places that are to be closed before anybody signs: in a form those to be filled in stay open."""
    return tuple(each for each in places if not (is_form and each.kind == OpenKind.TO_FILL_IN))


def in_sentences(places: Sequence[OpenPlace], named: int = 3) -> Iterator[str]:
    """Yield one sentence for each kind of open place, with how many there are and the first of them."""
    for kind in OpenKind:
        those = [str(each).removeprefix(f"{kind}: ") for each in places if each.kind == kind]
        if those:
            more = f" and {len(those) - named} more" if len(those) > named else ""
            yield f"Left open in the file, {kind} ({len(those)}): {'; '.join(those[:named])}{more}."


def _fault_of(each: WordField, known: set[str]) -> tuple[OpenKind, str] | None:
    if _is_hidden(each):
        return None
    if each.kind in _ASKED_FOR and not each.shows_something:
        return OpenKind.TO_FILL_IN, _said_around(each.begin)
    if each.kind in _MERGED and _TO_BE_MERGED.fullmatch(each.result):
        return OpenKind.TO_FILL_IN, each.result.strip()
    own = "".join(piece.text or "" for piece in each.shown if piece.tag == f"{WORD}t")
    if _ERROR.match(own) or (each.kind == "=" and own.lstrip().startswith("!")):
        return OpenKind.ERROR, own
    if not each.shows_something and not each.is_hidden and _has_to_show(each):
        return OpenKind.NO_RESULT, each.instruction
    if each.kind in _REFERENCES and points_at(each) not in known and not _is_in_contents(each):
        return OpenKind.LEADS_NOWHERE, each.result
    return None


def _has_to_show(each: WordField) -> bool:
    if each.kind == "QUOTE":
        return any(each.arguments) or bool(each.inner)
    if each.kind == "IF" and not each.inner and len(each.arguments) >= _WORDS_OF_IF:
        return all(each.arguments[3:_WORDS_OF_IF])
    return each.kind not in _MAY_SHOW_NOTHING and (each.separate is None or each.kind in _MUST_SHOW)


def _is_hidden(each: WordField) -> bool:
    """Say whether a field stands where nobody sees it: in the instruction of another, or in one that shows nothing."""
    while each.outer is not None:
        if each.is_in_instruction or each.outer.kind in SILENT:
            return True
        each = each.outer
    return False


def _is_in_contents(each: WordField) -> bool:
    while each.outer is not None:
        each = each.outer
        if each.kind == "TOC":
            return True
    return False


def _typed_errors(root: Element, unseen: set[Element]) -> Iterator[tuple[Element, tuple[OpenKind, str]]]:
    for paragraph in root.iter(f"{WORD}p"):
        seen = (piece.text or "" for piece in paragraph.iter(f"{WORD}t") if piece not in unseen)
        found = _TYPED_ERROR.search("".join(seen))
        if found:
            yield paragraph, (OpenKind.ERROR, found[0])


def _to_fill_in(root: Element) -> Iterator[tuple[Element, tuple[OpenKind, str]]]:
    for control in root.iter(f"{WORD}sdt"):
        properties = control.find(f"{WORD}sdtPr")
        tag = properties.find(f"{WORD}tag") if properties is not None else None
        if properties is None or (tag is not None and tag.get(f"{WORD}val", "").startswith("docctl:")):
            continue
        text = visible_text(control)
        if is_on(properties.find(f"{WORD}showingPlcHdr")):
            yield control, (OpenKind.TO_FILL_IN, text)
        elif not text.strip() and any(properties.find(f"{WORD}{kind}") is not None for kind in _TYPED_IN):
            yield control, (OpenKind.TO_FILL_IN, _said_around(control))


def _said_around(place: Element) -> str:
    """Return the words of the paragraph that holds a place without any."""
    paragraph = next(place.iterancestors(f"{WORD}p"), None)
    return visible_text(paragraph) if paragraph is not None else ""


def _paragraph_of(element: Element) -> Element | None:
    if element.tag == f"{WORD}p":
        return element
    around = next(element.iterancestors(f"{WORD}p"), None)
    return around if around is not None else next(element.iter(f"{WORD}p"), None)


def _headings_above(root: Element, levels: dict[str, int]) -> dict[Element | None, str]:
    above, found = "", dict[Element | None, str]()
    for paragraph in root.iter(f"{WORD}p"):
        if heading_level(paragraph, levels):
            above = _in_short(visible_text(paragraph))
        found[paragraph] = above
    return found


def _in_short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"
