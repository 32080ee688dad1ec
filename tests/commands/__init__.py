"""Tests of commands, chapter by chapter."""
