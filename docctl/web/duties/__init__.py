"""Work in progress: what waits for whom."""
