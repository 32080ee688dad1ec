"""Who wrote something, and when: what a commit says of its author where that is not whoever acts now."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Authorship:
    """The name and mail address of an author, and the instant of writing."""

    name: str
    email: str
    at: datetime
