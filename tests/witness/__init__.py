"""A witness, as its own program does it."""
