"""Issued files: what stands on their pages, and whether their words are those of the page."""
