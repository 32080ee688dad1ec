"""People: their tasks, and those who leave."""
