"""Commands about people: their accounts, and the units to which they belong."""
