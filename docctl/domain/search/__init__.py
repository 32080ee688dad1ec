"""Search: the question, the entries, and the answer."""
