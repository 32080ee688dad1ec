"""Standards, their clauses and controls, what they demand as documented information, and how they correspond."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from docctl.domain.errors import NotFoundError
from docctl.domain.standards.correspondence import ClauseKey, Correspondence, CorrespondenceTable, correspondences_of


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause, control, theme or principle of one edition of a standard; never its requirement text."""

    standard_id: str
    id: str
    title: str | None
    parent: str | None
    kind: str = "clause"
    theme: str = ""
    harmonized: str | None = None
    inherits: str | None = None
    amended_by: str | None = None
    auditable: bool = True
    confidence: str = "high"

    @property
    def is_control(self) -> bool:
        """Whether this is a control of Annex A, on which the statement of applicability decides."""
        return self.kind == "control"


@dataclass(frozen=True, slots=True)
class DocumentedInformation:
    """Documented information a clause demands: `maintain` a document that steers, `retain` a record."""

    standard_id: str
    clause_id: str
    kind: str
    what: str
    condition: str = ""
    confidence: str = "high"


@dataclass(frozen=True, slots=True)
class Amendment:
    """An amendment to an edition and the clauses it touches."""

    id: str
    title: str
    published: str
    clauses: tuple[str, ...]


@dataclass(frozen=True)
class Standard:
    """One edition of a standard: its identity, its clauses in document order and what it demands in writing."""

    id: str
    code: str
    title: str
    edition: int
    published: str
    certifiable: bool
    clauses: tuple[Clause, ...]
    supersedes: str | None = None
    based_on: str | None = None
    documented_information: tuple[DocumentedInformation, ...] = ()
    amendments: tuple[Amendment, ...] = ()
    confidence: str = "high"
    confidence_note: str = ""

    @property
    def family(self) -> str:
        """The standard without its year, `ISO 9001` for ISO 9001:2015; all editions share it."""
        return self.code.partition(":")[0]

    @property
    def year(self) -> str:
        """The year in the code, `2015` for ISO 9001:2015."""
        return self.code.partition(":")[2]

    @property
    def has_controls(self) -> bool:
        """Whether the standard comes with Annex A controls and so with a statement of applicability."""
        return any(clause.is_control for clause in self.clauses)


@dataclass(frozen=True, slots=True)
class TreeRow:
    """A clause at its place in the tree: depth 0 is a chapter or an annex."""

    clause: Clause
    depth: int
    heading: str


@dataclass(frozen=True)
class Catalogue:
    """All standards of the catalogue, looked up by id; built once, then only read."""

    standards: tuple[Standard, ...]
    table: CorrespondenceTable = field(default_factory=CorrespondenceTable)
    _standards: Mapping[str, Standard] = field(init=False, repr=False, compare=False)
    _clauses: Mapping[ClauseKey, Clause] = field(init=False, repr=False, compare=False)
    _children: Mapping[tuple[str, str | None], tuple[Clause, ...]] = field(init=False, repr=False, compare=False)
    _positions: Mapping[ClauseKey, int] = field(init=False, repr=False, compare=False)
    _editions: Mapping[str, tuple[Standard, ...]] = field(init=False, repr=False, compare=False)
    _demands: Mapping[ClauseKey, tuple[DocumentedInformation, ...]] = field(init=False, repr=False, compare=False)
    _correspondences: Mapping[ClauseKey, tuple[Correspondence, ...]] = field(init=False, repr=False, compare=False)
    _no_peer: Mapping[ClauseKey, frozenset[str]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        clauses = [clause for standard in self.standards for clause in standard.clauses]
        children: dict[tuple[str, str | None], list[Clause]] = defaultdict(list)
        for clause in clauses:
            children[clause.standard_id, clause.parent].append(clause)
        editions: dict[str, list[Standard]] = defaultdict(list)
        for standard in sorted(self.standards, key=lambda each: each.published, reverse=True):
            editions[standard.family].append(standard)
        order = {(clause.standard_id, clause.id): place for place, clause in enumerate(clauses)}
        lookups: dict[str, object] = {
            "_standards": {standard.id: standard for standard in self.standards},
            "_clauses": {(clause.standard_id, clause.id): clause for clause in clauses},
            "_children": {parent: tuple(rows) for parent, rows in children.items()},
            "_positions": order,
            "_editions": {family: tuple(rows) for family, rows in editions.items()},
            "_demands": _demands_by_clause(self.standards),
            "_correspondences": correspondences_of(
                self.table,
                clause_ids={standard.id: [clause.id for clause in standard.clauses] for standard in self.standards},
                inherited=_inherited(self.standards),
                order=order,
            ),
            "_no_peer": {(row.standard_id, row.clause_id): frozenset(row.against) for row in self.table.no_peer},
        }
        for name, lookup in lookups.items():
            object.__setattr__(self, name, lookup)

    def standard(self, standard_id: str) -> Standard:
        """The standard with this id; raises NotFoundError when the catalogue has none."""
        try:
            return self._standards[standard_id]
        except KeyError:
            raise NotFoundError(
                "There is no standard “%(standard_id)s” in the catalogue.", standard_id=standard_id
            ) from None

    def clause(self, standard_id: str, clause_id: str) -> Clause:
        """The clause of a standard; raises NotFoundError when the standard has no clause of that number."""
        try:
            return self._clauses[standard_id, clause_id]
        except KeyError:
            code = self.standard(standard_id).code
            raise NotFoundError(
                "%(code)s has no clause “%(clause_id)s” in the catalogue.", code=code, clause_id=clause_id
            ) from None

    def has_clause(self, standard_id: str, clause_id: str) -> bool:
        """Whether the catalogue knows the clause."""
        return (standard_id, clause_id) in self._clauses

    def families(self) -> tuple[str, ...]:
        """The standards without their years, `ISO 9001`, in the order of their newest editions."""
        return tuple(self._editions)

    def editions(self, family: str) -> tuple[Standard, ...]:
        """The editions of a standard such as `ISO 9001`, newest first; empty when the catalogue has none."""
        return self._editions.get(family, ())

    def children(self, standard_id: str, clause_id: str | None = None) -> tuple[Clause, ...]:
        """The clauses directly below a clause, or the chapters and annexes of the standard."""
        return self._children.get((standard_id, clause_id), ())

    def position(self, standard_id: str, clause_id: str) -> int:
        """The place of a clause in document order, to sort clauses by; raises NotFoundError when unknown."""
        self.clause(standard_id, clause_id)
        return self._positions[standard_id, clause_id]

    def tree(self, standard_id: str) -> tuple[TreeRow, ...]:
        """All clauses of a standard in document order, each with its depth and the heading to show."""
        depths: dict[str | None, int] = {None: -1}
        rows = []
        for clause in self.standard(standard_id).clauses:
            depths[clause.id] = depths[clause.parent] + 1
            rows.append(TreeRow(clause, depths[clause.id], self.heading(standard_id, clause.id)))
        return tuple(rows)

    def heading(self, standard_id: str, clause_id: str) -> str:
        """The title of a clause; a numbered paragraph without heading shows the title above it."""
        clause = self.clause(standard_id, clause_id)
        while True:
            title = self._own_title(clause)
            if title or clause.parent is None:
                return title
            clause = self.clause(standard_id, clause.parent)

    def path(self, standard_id: str, clause_id: str) -> tuple[str, ...]:
        """The titles from the chapter down to the clause; what has no heading of its own adds none."""
        titles: list[str] = []
        clause: Clause | None = self.clause(standard_id, clause_id)
        while clause is not None:
            title = self._own_title(clause)
            if title:
                titles.append(title)
            clause = self.clause(standard_id, clause.parent) if clause.parent else None
        return tuple(reversed(titles))

    def controls(self, standard_id: str) -> tuple[Clause, ...]:
        """The Annex A controls of a standard in order: the rows of its statement of applicability."""
        return tuple(clause for clause in self.standard(standard_id).clauses if clause.is_control)

    def documented_information(self, standard_id: str, clause_id: str) -> tuple[DocumentedInformation, ...]:
        """What a clause demands in writing, with what it takes over from the standard it is based on."""
        self.clause(standard_id, clause_id)
        return self._demands.get((standard_id, clause_id), ())

    def correspondences(self, standard_id: str, clause_id: str) -> tuple[Correspondence, ...]:
        """The clauses of other standards and editions that correspond to a clause, in catalogue order."""
        self.clause(standard_id, clause_id)
        return self._correspondences.get((standard_id, clause_id), ())

    def no_peer(self, standard_id: str, clause_id: str) -> frozenset[str]:
        """The standards in which a clause is known to have no counterpart, so none is missed there."""
        return self._no_peer.get((standard_id, clause_id), frozenset())

    def _own_title(self, clause: Clause) -> str:
        """The clause's title, or the title of the clause it inherits in the standard it is based on."""
        base = self.standard(clause.standard_id).based_on
        if clause.title is None and clause.inherits and base:
            return self._own_title(self.clause(base, clause.inherits))
        return clause.title or ""


def _demands_by_clause(standards: Iterable[Standard]) -> dict[ClauseKey, tuple[DocumentedInformation, ...]]:
    """Own rows first, then the rows of the inherited clause, which apply as well (IATF 16949 over ISO 9001)."""
    own: dict[ClauseKey, list[DocumentedInformation]] = defaultdict(list)
    for standard in standards:
        for row in standard.documented_information:
            own[standard.id, row.clause_id].append(row)
    demands = {key: tuple(rows) for key, rows in own.items()}
    for heir, ancestor in _inherited(standards).items():
        if ancestor in own:
            demands[heir] = (*own.get(heir, ()), *own[ancestor])
    return demands


def _inherited(standards: Iterable[Standard]) -> dict[ClauseKey, ClauseKey]:
    """Which clause shows the text of which clause in the standard it is based on."""
    return {
        (standard.id, clause.id): (standard.based_on, clause.inherits)
        for standard in standards
        for clause in standard.clauses
        if standard.based_on and clause.inherits
    }
