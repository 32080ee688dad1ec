"""What each event of the audit trail makes of the rows: a file for each chapter; rebuild inserts it."""
