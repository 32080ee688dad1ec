"""A folder of files tried out: each imported into a library of its own, issued, and counted."""
