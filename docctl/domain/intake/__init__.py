"""Intake: what files, registers and repositories of elsewhere say of documents and their past."""
