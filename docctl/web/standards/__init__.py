"""Standards: which documents cover which clauses."""
