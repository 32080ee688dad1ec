"""The Word templates of the starter library."""
