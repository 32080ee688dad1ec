"""Tests of what things are and the rules they obey."""
