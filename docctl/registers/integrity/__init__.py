"""Integrity: whether everything in the library is what was recorded."""
