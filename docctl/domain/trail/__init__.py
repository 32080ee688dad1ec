"""The audit trail: events, checkpoints, keys, and the clock they are dated by."""
