"""Documents: written, read, listed, compared and withdrawn."""
