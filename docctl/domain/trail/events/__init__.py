"""What each act of the audit trail records: a class for each act, a file for each chapter."""
