"""Search: what people may find."""
