"""What people may do: one function is one verb, one transaction and at least one event of the audit trail."""
