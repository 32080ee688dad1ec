"""Issued files: made, read back, marked, held up and issued again."""
