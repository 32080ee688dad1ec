"""Markdown of any origin, read and made into the Markdown that is stored."""
