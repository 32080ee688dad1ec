"""Intake: files, earlier revisions and Word files that come in."""
