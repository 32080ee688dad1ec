"""Tests of what people may do, on real SQLite and real Git."""
