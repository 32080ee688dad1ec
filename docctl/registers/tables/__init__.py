"""Every register as a table to take away: what pages offer as a file, and commands print."""
