"""A part of how tables are laid out."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Part:
    """A clause of a table, an index, or what stands beside the tables: by what it is, and what is said of it."""

    table: str
    kind: str
    name: str = ""
    said: str = ""
    keeps_a_rule: bool = field(default=True, compare=False)
    """Whether it refuses or changes rows, rather than keeping them or finding them faster."""
    statement: str = field(default="", compare=False)
    """What makes it anew, or takes it away where it is foreign, where one statement can."""
