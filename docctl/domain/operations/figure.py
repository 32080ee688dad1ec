"""A figure that is watched while a library is served."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """A figure by its name, what it means, and its values; each by the value of the label, or by nothing."""

    name: str
    about: str
    values: Mapping[str, float]
    label: str = ""
