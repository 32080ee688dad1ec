"""What a Word file is made of: its markup, styles, fields, controls and signs, on the standard library alone."""
