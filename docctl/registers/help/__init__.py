"""Help: the manual, as people look it up inside the program."""
