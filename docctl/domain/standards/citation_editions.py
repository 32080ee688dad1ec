"""Which edition of which standard a name in running text means: "ISO 9001", "BS EN ISO 9001:2015", "ISO27001"."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from docctl.domain.standards.citation_tokens import Token
from docctl.domain.standards.standard import Catalogue, Standard


class MeantStandards:
    """Which editions of which standards the names in one text mean."""

    def __init__(self, catalogue: Catalogue, editions: Mapping[str, str], tokens: Sequence[Token]) -> None:
        self._catalogue = catalogue
        self._editions = editions
        self._families: dict[str, list[tuple[str, frozenset[str]]]] = defaultdict(list)
        for family in catalogue.families():
            bodies, _, number = family.rpartition(" ")
            self._families[number].append((family, frozenset(bodies.split("/"))))
        self._with_controls = {standard.id for standard in catalogue.standards if standard.has_controls}
        self._annex_families = {catalogue.standard(each).family for each in self._with_controls}
        self._named: dict[str, set[str]] = defaultdict(set)
        names = [token for token in tokens if token.kind == "standard"]
        for token in names:
            if token.year and len(token.numbers) == 1:
                for family in self._families_of(token.numbers[0], token.bodies):
                    self._named[family].add(token.year)
        self.only_one = self._only_one(names)

    def by(self, token: Token) -> list[str]:
        """The standards a name means; none when the catalogue does not hold the standard or that edition."""
        meant = []
        for number in token.numbers:
            year = token.year if number == token.numbers[-1] else ""
            for family in self._families_of(number, token.bodies):
                standard = self._edition(family, year)
                if standard is not None:
                    meant.append(standard.id)
        return meant

    def _only_one(self, names: Sequence[Token]) -> list[str]:
        """The standard meant when the whole text names one and no other."""
        spellings = {(token.bodies, token.numbers, token.year): token for token in names}
        if len({numbers for _, numbers, _ in spellings}) != 1:
            return []
        meant = {tuple(self.by(token)) for token in spellings.values()}
        return list(meant.pop()) if len(meant) == 1 else []

    def annex(self) -> list[str]:
        """The standard whose Annex A is meant where no standard is named."""
        standards = [self._edition(family, "") for family in sorted(self._annex_families)]
        return [standard.id for standard in standards if standard is not None][:1]

    def has_controls(self, standard_id: str) -> bool:
        """Whether the standard has Annex A controls."""
        return standard_id in self._with_controls

    def is_of_annex(self, token: Token) -> bool:
        """Whether the name is that of a standard with Annex A controls, in whatever edition."""
        return any(
            family in self._annex_families
            for number in token.numbers
            for family in self._families_of(number, token.bodies)
        )

    def _families_of(self, number: str, bodies: frozenset[str]) -> list[str]:
        """The standards of this number issued by these bodies; ISO/TS 16949 is not IATF 16949."""
        if bodies & {"TS", "TR", "PAS"}:
            return []
        return [
            family
            for family, issuers in self._families.get(number, ())
            if issuers & bodies and ("IATF" in issuers) == ("IATF" in bodies)
        ]

    def _edition(self, family: str, year: str) -> Standard | None:
        known = self._catalogue.editions(family)
        if year:
            return next((standard for standard in known if standard.year == year), None)
        named = self._named.get(family, set())
        own = self._editions.get(family, "")
        for standard in known:
            if named == {standard.year} or (len(named) != 1 and standard.id == own):
                return standard
        return known[0] if known and len(named) != 1 else None
