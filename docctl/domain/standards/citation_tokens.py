"""The words a citation is made of: names of standards, words such as "clause" or "Annex A", and clause numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST_NUMBER = 16

# Every repetition is bounded or possessive, so that reading takes time in proportion to the text, whatever it is.
_BODY = r"(?:(?i:ISO|IEC|IATF)|EN|BS|DIN|CEN|ASTM|IEEE|NIST|SAE|SP|TR|TS|PAS)"
_ADOPTED_BY = r"(?:ANSI|ASQ|AS|CSN|DS|GOST|JIS|NEN|NF|NP|NS|NZS|PN|SN|SS|UNE|UNI|ÖNORM)"
_GAP = r"[ \t\n\u00a0\u202f]"
_TOKEN = re.compile(
    rf"""
    (?P<paragraph>\n[ \t\r]*+\n)
    |(?P<standard>(?<![\w-])(?<![A-Za-z.]/)
        (?P<bodies>(?:(?:{_BODY}|{_ADOPTED_BY})(?:{_GAP}|[/-]){{1,2}}){{0,5}}{_BODY})(?:{_GAP}|-){{0,2}}
        (?P<numbers>[0-9]{{3,6}}(?:[ ]?/[ ]?[0-9]{{4,6}}){{0,4}})(?![0-9])
        (?P<part>-[0-9]{{1,2}}(?!\.?[0-9]))?
        (?:{_GAP}?[:\u2013-]{_GAP}?(?P<year>(?:19|20)[0-9]{{2}})(?![0-9])
          |{_GAP}?\((?P<bracketed_year>(?:19|20)[0-9]{{2}})\))?
        (?:{_GAP}?[/+]{_GAP}?A(?:(?i:md)\.?)?{_GAP}?[0-9](?::[0-9]{{4}})?)?)
    |(?P<other_annex>(?<!\w)(?i:annexe?|appendix){_GAP}{{1,3}}[B-Z](?!\w))
    |(?P<annex>(?<!\w)(?i:annexe?){_GAP}{{1,3}}A(?![A-Za-z_]))
    |(?P<clause>(?<!\w)(?i:(?:sub-?)?clause(?:s|\(s\))?(?!\w)|cl\.)|§§?)
    |(?P<control>(?<!\w)(?i:control(?:s|\(s\))?(?!\w)))
    |(?P<section>(?<!\w)(?i:(?:section|paragraph|requirement|chapter|element)(?:s|\(s\))?(?!\w)))
    |(?P<number>(?P<prefix>A\.?)?[0-9]++(?:\.[0-9]++)*+(?:\.[a-z](?!\w))?)
    """,
    re.VERBOSE,
)
_NOT_BEFORE = frozenset(".-/\\$€£#=+@~^<>")
_NOT_AFTER = frozenset("%‰°€$£")
_IDENTIFIER = re.compile(r"[a-z]+-")
_FILE_ENDING = re.compile(r"[A-Za-z0-9_]|\.[a-z]")
_WORD_AFTER = re.compile(r"[ \t\n]{1,2}(?!(?:and|as|from|in|of|or|through|to|under)\b)[a-z]")


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a citation and where it stands; the text of a number is without its leading `A.`."""

    kind: str
    start: int
    end: int
    text: str
    prefix: str = ""
    year: str = ""
    bodies: frozenset[str] = frozenset()
    numbers: tuple[str, ...] = ()

    @property
    def is_word(self) -> bool:
        """Whether it is a word that announces a clause number."""
        return self.kind in ("annex", "clause", "control", "section")

    @property
    def is_plural(self) -> bool:
        """Whether it announces several clause numbers."""
        return self.text.casefold().endswith(("s", "(s)", "§§"))

    @property
    def is_dotted(self) -> bool:
        """Whether the number has several levels, so that it cannot be a mere count of things."""
        return "." in self.text


def tokens_of(text: str) -> Iterator[Token]:
    """The words of citations in their order; whatever else the text holds is left out."""
    previous: Token | None = None
    for match in _TOKEN.finditer(text):
        if match["standard"] is not None:
            token = _standard_token(text, match)
        elif match["number"] is not None:
            token = _number_token(text, match, previous)
        else:
            token = Token(match.lastgroup or "", match.start(), match.end(), match.group())
        if token is not None:
            yield token
            previous = token


def counts_things(text: str, token: Token) -> bool:
    """Whether a word follows directly, as in "and 3 auditors", so that the number counts things."""
    return _WORD_AFTER.match(text, token.end) is not None


def _standard_token(text: str, match: re.Match[str]) -> Token | None:
    """A standard's name, known to the catalogue or not; an identifier or the name of a file is none."""
    if _IDENTIFIER.match(text, match.start()) or _FILE_ENDING.match(text, match.end()):
        return None
    return Token(
        kind="standard",
        start=match.start(),
        end=match.end(),
        text=match.group(),
        year=match["year"] or match["bracketed_year"] or "",
        bodies=frozenset(re.findall(r"[A-Z]+", match["bodies"].upper())),
        numbers=() if match["part"] else tuple(re.findall(r"[0-9]+", match["numbers"])),
    )


def _number_token(text: str, match: re.Match[str], previous: Token | None) -> Token | None:
    """A clause number that is no part of a longer number, word, amount or path; "SOP-07-03" has none."""
    start, end = match.span()
    before, after = text[max(0, start - 1) : start], text[end : end + 2]
    if end - start > LONGEST_NUMBER or (_is_inside(before) and not _is_joined(before, start, previous)):
        return None
    if after[:1].isalnum() or after[:1] == "_" or after.lstrip()[:1] in _NOT_AFTER:
        return None
    if after[:1] == "-" and after[1:].isalpha() and after[1:] != "A":
        return None
    prefix = match["prefix"] or ""
    return Token("number", start, end, match.group().removeprefix(prefix), prefix)


def _is_inside(before: str) -> bool:
    return bool(before) and (before.isalnum() or before == "_" or before in _NOT_BEFORE)


def _is_joined(before: str, start: int, previous: Token | None) -> bool:
    """Whether the character before belongs to the citation: "Annex A.5.1", "7.5.1-7.5.3", "7.5.1/7.5.2"."""
    if previous is None:
        return False
    if previous.kind == "annex":
        return before in "A.-" and previous.end >= start - 1
    return previous.kind in ("number", "standard") and before in "-/" and previous.end == start - 1
