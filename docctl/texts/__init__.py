"""What a text is made of: blocks, differences, pictures, directions and languages, on the standard library alone."""
