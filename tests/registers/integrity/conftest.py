"""The library in which everything happened, for what compares all of it."""

from tests.recovery.conftest import life_lived, lived

__all__ = ["life_lived", "lived"]
