"""Tests, laid out as docctl itself is."""
