"""What people may look up: read only, named as an auditor asks for it."""
