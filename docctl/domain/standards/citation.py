"""Citations of standards in running text: "ISO 9001:2015, 7.5.3", "clause 7.5 of ISO/IEC 27001", "Annex A.5.1"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from docctl.domain.standards.citation_editions import MeantStandards
from docctl.domain.standards.citation_tokens import Token, counts_things, tokens_of
from docctl.domain.standards.standard import Catalogue

LONGEST_GAP = 40
LONGEST_LIST = 40
_FAR_APART = "\0"

# What may stand between the words of one citation; always matched against at most LONGEST_GAP characters.
_MARKS = r"[\s*_`]{0,3}"
_AFTER_WORD = re.compile(rf"{_MARKS}[:,.(]?{_MARKS}(?:(?:no|nos|number|numbers|from)\.?\s{{1,2}})?[(]?")
_LIST = re.compile(rf"{_MARKS}(?:[;/&+]|,?{_MARKS}(?:and/or|and|or|as well as|&)|,){_MARKS}(?:(?:also|in)\s)?")
_RANGE = re.compile(r"\s{0,2}(?:to|up to|through|thru|until|[–—-])\s{0,2}")
_OF = re.compile(
    rf"{_MARKS}(?P<of>,?\s?(?:of|in|from|under|within)\s{{1,2}}|[(\[]|)[,\s]{{0,2}}"
    rf"(?:(?:both|the|international|standard|standards)\s{{1,2}}){{0,3}}{_MARKS}[\"“‘'(\[]?"
)
_STANDARD_BEFORE_WORD = re.compile(
    rf"(?:['’]s)?{_MARKS}[,:;)\]\"”’|–—-]{{0,3}}{_MARKS}(?:standard)?[,:;)\]\"”’|–—-]{{0,2}}{_MARKS}[(\[]?"
    rf"(?:(?:in|under|at|see|per|its|the)\s){{0,2}}{_MARKS}"
)
_STANDARD_BEFORE_NUMBER = re.compile(r"[*_`]{0,3}[ \t\u00a0]{0,2}(?:,\s|[,:;(|–—-])?[ \t\u00a0(*_`]{0,3}")
_NEXT_ITEM = re.compile(r"\n[ \t]{0,9}[-*+|#>]")
_OTHER_NUMBER = re.compile(
    r"(?i:\b(?:version|ver|v|revision|rev|edition|release|table|figure|fig|step|page|p|appendix|form|room|grade))\.?\s?$"
)
_OF_SOMETHING_ELSE = re.compile(
    r"\s{1,2}(?:of\s{1,2}(?!(?:the|this|that)\s{1,2}(?:international\s)?(?:standard|norm)\b)|"
    r"(?:in|to|under|from)\s{1,2}(?:the|this|that|our|your|its|a|an)\s{1,2}"
    r"(?:act|agreement|appendix|contract|document|instruction|law|lease|manual|plan|policy|procedure|regulation|report)\b)"
)


@dataclass(frozen=True, slots=True)
class Citation:
    """A clause cited in a text; `clause_id` is empty where the standard is cited as a whole.

    Start and end enclose the whole phrase, so citations of one list or range share them.
    """

    standard_id: str
    clause_id: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class _Item:
    """A clause number as written, or a range of them; `mode` says whether it counts controls of Annex A."""

    number: str
    mode: str
    last: str = ""


@dataclass(frozen=True, slots=True)
class _Reference:
    """A run of clause numbers: the tokens it takes up and the standard named directly before it."""

    first: int
    after: int
    start: int
    end: int
    word: Token | None
    items: tuple[_Item, ...]
    before: int | None

    @property
    def is_annex(self) -> bool:
        """Whether it begins in Annex A."""
        return self.items[0].mode == "annex"


def recognise_citations(text: str, catalogue: Catalogue, editions: Mapping[str, str] | None = None) -> list[Citation]:
    """The clauses a text cites, in the order of the text; clauses the catalogue does not know are left out.

    Without a year, a standard is read as the edition named elsewhere in the text, then as the organisation's own
    (`editions`: "ISO 9001" -> "iso-9001-2015"), then as the newest. Annex A alone means the standard with controls.
    """
    return _Reading(text, catalogue, editions or {}).citations()


def format_citation(catalogue: Catalogue, standard_id: str, clause_id: str = "") -> str:
    """A citation as it is written, `ISO 9001:2015, 7.5.3`; raises NotFoundError for what is not in the catalogue."""
    code = catalogue.standard(standard_id).code
    if not clause_id:
        return code
    clause = catalogue.clause(standard_id, clause_id)
    if "." in clause.id:
        return f"{code}, {clause.id}"
    return f"{code}, {'Annex' if clause.id[0].isalpha() else 'clause'} {clause.id}"


class _Reading:
    """One reading of one text: first its words, then the runs of numbers, then whose numbers they are."""

    def __init__(self, text: str, catalogue: Catalogue, editions: Mapping[str, str]) -> None:
        self.text = text
        self.catalogue = catalogue
        self.tokens = list(tokens_of(text))
        self.meant = MeantStandards(catalogue, editions, self.tokens)
        self.used: set[int] = set()

    def citations(self) -> list[Citation]:
        """All citations, those of whole standards included, in the order of the text."""
        found = [
            citation for reference, named in self._placed_references() for citation in self._cited(reference, named)
        ]
        for place, token in enumerate(self.tokens):
            if token.kind == "standard" and place not in self.used:
                found += [Citation(each, "", token.start, token.end, token.text) for each in self.meant.by(token)]
        return sorted(found, key=lambda citation: citation.start)

    def _placed_references(self) -> Iterator[tuple[_Reference, int | None]]:
        """Every run of numbers, with the standard last named in the same paragraph."""
        place, named = 0, None
        while place < len(self.tokens):
            token = self.tokens[place]
            if token.kind == "paragraph":
                named = None
            elif token.kind == "standard":
                named = place
            reference = self._reference(place) if token.is_word or token.kind == "number" else None
            if reference is None:
                place += 1
                continue
            yield reference, named
            place = reference.after

    def _gap(self, left: Token, right: Token) -> str:
        """What stands between two words; a sign that never matches when they are far apart or in other list items."""
        gap = self.text[left.end : min(right.start, left.end + LONGEST_GAP + 1)]
        return _FAR_APART if len(gap) > LONGEST_GAP or _NEXT_ITEM.search(gap) else gap

    def _words(self, place: int) -> list[Token]:
        """The announcing words from here on: "clauses", "Annex A controls"."""
        words = [token for token in self.tokens[place : place + 1] if token.is_word]
        if words and words[0].kind == "annex":
            for token in self.tokens[place + 1 : place + 2]:
                if token.kind == "control" and _AFTER_WORD.fullmatch(self._gap(words[0], token)):
                    words.append(token)
        return words

    def _reference(self, place: int) -> _Reference | None:
        """The run of numbers that begins here, such as "clauses 9.2, 9.3.1 to 9.3.3 and 10.2"."""
        words = self._words(place)
        at = place + len(words)
        number = self.tokens[at] if at < len(self.tokens) else None
        if (
            number is None
            or number.kind != "number"
            or (words and not _AFTER_WORD.fullmatch(self._gap(words[-1], number)))
        ):
            return self._annex_as_a_whole(place, words)
        before = self._standard_before(place, words)
        is_clause = number.is_dotted or (number.prefix == "A." and before is not None)
        if not words and (not is_clause or self._is_in_other_annex(place)):
            return None
        items = [_Item(number.text, _mode(words, number, ""))]
        after, end = self._continue_list(at + 1, items, words, before is not None)
        return _Reference(
            place, after, self.tokens[place].start, end, words[0] if words else None, tuple(items), before
        )

    def _is_in_other_annex(self, place: int) -> bool:
        """Whether the number counts in an annex other than Annex A: "Annex B 5.1"."""
        previous = self.tokens[place - 1] if place else None
        return (
            previous is not None
            and previous.kind == "other_annex"
            and _AFTER_WORD.fullmatch(self._gap(previous, self.tokens[place])) is not None
        )

    def _annex_as_a_whole(self, place: int, words: Sequence[Token]) -> _Reference | None:
        if not any(word.kind == "annex" for word in words):
            return None
        item, after = _Item("", "annex"), place + len(words)
        before = self._standard_before(place, words)
        return _Reference(place, after, words[0].start, words[-1].end, words[0], (item,), before)

    def _continue_list(
        self, place: int, items: list[_Item], words: Sequence[Token], standard_named: bool
    ) -> tuple[int, int]:
        """Add what follows the first number; answers the place after the list and the end of its text."""
        previous, plural = self.tokens[place - 1], any(word.is_plural for word in words)
        while place < len(self.tokens) and len(items) < LONGEST_LIST:
            more = self._words(place)
            at = place + len(more)
            number = self.tokens[at] if at < len(self.tokens) else None
            if number is None or number.kind != "number" or (more and standard_named):
                break
            if more and not _AFTER_WORD.fullmatch(self._gap(more[-1], number)):
                break
            gap = self._gap(previous, self.tokens[place])
            in_range = _RANGE.fullmatch(gap) is not None and not items[-1].last
            if not in_range and not _LIST.fullmatch(gap):
                break
            announced = bool(more) or (bool(words) and (plural or not previous.is_dotted))
            if not number.is_dotted and (not announced or counts_things(self.text, number)):
                break
            mode = _mode(more, number, items[-1].mode)
            if in_range:
                items[-1] = _Item(items[-1].number, items[-1].mode, number.text)
            else:
                items.append(_Item(number.text, mode))
            previous, place = number, at + 1
        return place, previous.end

    def _standard_before(self, place: int, words: Sequence[Token]) -> int | None:
        """The standard named directly before a run of numbers."""
        if place == 0 or self.tokens[place - 1].kind != "standard":
            return None
        gap = self._gap(self.tokens[place - 1], self.tokens[place])
        pattern = _STANDARD_BEFORE_WORD if words else _STANDARD_BEFORE_NUMBER
        return place - 1 if pattern.fullmatch(gap) else None

    def _standards_after(self, reference: _Reference) -> list[int]:
        """The standards named directly after it: "7.5 of ISO 9001 and ISO 14001"."""
        place = reference.after
        if place >= len(self.tokens) or self.tokens[place].kind != "standard":
            return []
        match = _OF.fullmatch(self._gap(self.tokens[place - 1], self.tokens[place]))
        if match is None or (not reference.word and (not match["of"] or self._is_other_number(reference))):
            return []
        if match["of"].strip() in ("", "(", "[") and (reference.before is not None or self._has_numbers(place)):
            return []
        named = [place]
        while len(named) < LONGEST_LIST and place + 1 < len(self.tokens) and self.tokens[place + 1].kind == "standard":
            gap = self._gap(self.tokens[place], self.tokens[place + 1])
            if not _LIST.fullmatch(gap) or self._has_numbers(place + 1):
                break
            place += 1
            named.append(place)
        return named

    def _has_numbers(self, place: int) -> bool:
        """Whether a standard is directly followed by clause numbers of its own."""
        if place + 1 >= len(self.tokens):
            return False
        following = self.tokens[place + 1]
        if not following.is_word and not (following.kind == "number" and following.is_dotted):
            return False
        return self._standard_before(place + 1, self._words(place + 1)) is not None

    def _is_other_number(self, reference: _Reference) -> bool:
        """Whether a word before says that the number counts something else: "version 7.5", "Table A.5.1"."""
        return _OTHER_NUMBER.search(self.text[max(0, reference.start - 16) : reference.start]) is not None

    def _cited(self, reference: _Reference, named: int | None) -> Iterator[Citation]:
        """The citations of a run of numbers, once it is known whose numbers they are."""
        after = self._standards_after(reference)
        places = after or ([reference.before] if reference.before is not None else [])
        start, end = reference.start, reference.end
        if places:
            start = min(start, self.tokens[places[0]].start)
            end = max(end, self.tokens[places[-1]].end)
            standards = [each for place in places for each in self.meant.by(self.tokens[place])]
        else:
            standards, places = self._standards_of_context(reference, named)
        self.used.update(places)
        phrase = self.text[start:end]
        if phrase.count("(") > phrase.count(")") and self.text[end : end + 1] == ")":
            end += 1
        for standard_id in standards:
            for item in reference.items:
                for clause_id in self._clauses(standard_id, item):
                    yield Citation(standard_id, clause_id, start, end, self.text[start:end])

    def _standards_of_context(self, reference: _Reference, named: int | None) -> tuple[list[str], list[int]]:
        """The standard meant where none is named beside the numbers, and where in the paragraph it is named."""
        nothing: tuple[list[str], list[int]] = ([], [])
        if _OF_SOMETHING_ELSE.match(self.text, reference.end) or self._is_other_number(reference):
            return nothing
        word = reference.word.kind if reference.word else ""
        in_paragraph = self.meant.by(self.tokens[named]) if named is not None else []
        if word == "control" and not reference.is_annex:
            in_paragraph = [each for each in in_paragraph if self.meant.has_controls(each)]
        if reference.is_annex and not self._is_plainly_annexed(reference):
            return nothing
        stands_alone = reference.is_annex or word in ("clause", "control")
        if stands_alone and any(self._clauses(each, item) for each in in_paragraph for item in reference.items):
            return in_paragraph, [] if named is None else [named]
        if reference.is_annex:
            outdated = named is not None and not in_paragraph and self.meant.is_of_annex(self.tokens[named])
            return ([], []) if outdated else (self.meant.annex(), [])
        if named is None and reference.word and reference.word.text.casefold().startswith(("cl", "sub")):
            return self.meant.only_one, []
        return nothing

    def _is_plainly_annexed(self, reference: _Reference) -> bool:
        """Whether numbers of Annex A stand for themselves: "A.8.24", "Annex A.8"; not "A8.24", not "Annex A"."""
        if not reference.items[0].number:
            return False
        return reference.word is not None or self.tokens[reference.first].prefix == "A."

    def _clauses(self, standard_id: str, item: _Item) -> list[str]:
        """The clauses of a standard that an item names; a range names all clauses between its ends."""
        first = self._clause(standard_id, item.number, item.mode)
        last = self._clause(standard_id, item.last, item.mode) if item.last else ""
        ends = [clause_id for clause_id in (first, last) if clause_id]
        if not (first and last):
            return ends
        parents = {self.catalogue.clause(standard_id, clause_id).parent for clause_id in ends}
        if len(parents) > 1:
            return ends
        siblings = [clause.id for clause in self.catalogue.children(standard_id, parents.pop())]
        return siblings[siblings.index(first) : siblings.index(last) + 1] or ends

    def _clause(self, standard_id: str, number: str, mode: str) -> str:
        """The id of the clause written as this number; empty when the standard has none."""
        controls = mode == "annex" or (mode == "control" and self.meant.has_controls(standard_id))
        clause_id = (f"A.{number}" if number else "A") if controls else number
        for candidate in (clause_id, clause_id.rpartition(".")[0] if clause_id[-1:].islower() else ""):
            if candidate and self.catalogue.has_clause(standard_id, candidate):
                return candidate
        return ""


def _mode(words: Sequence[Token], number: Token, earlier: str) -> str:
    """How to read a number: its own prefix, then the words that announce it, then the numbers before it."""
    kinds = {word.kind for word in words}
    if number.prefix or "annex" in kinds:
        return "annex"
    if "control" in kinds:
        return "control"
    return "" if kinds else earlier
