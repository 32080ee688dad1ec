"""Documents and their revisions: numbers, types, metadata, states, drafts and files."""
