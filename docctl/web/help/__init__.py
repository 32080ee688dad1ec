"""Help: the manual inside the program, and the chapter that belongs to a page."""
