"""The audit trail: its events, its witnesses, its keys and its evidence."""
