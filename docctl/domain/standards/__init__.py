"""Standards: their clauses, citations and correspondences."""
