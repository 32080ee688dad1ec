"""The adapters that every room may use, each loaded when it is first used: most commands need few, all take seconds."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docctl.adapters import (
        conversion,
        data_folder,
        database,
        evidence_zip,
        git_library,
        host,
        language_recognition,
        libreoffice,
        mailer,
        metrics,
        one_time_codes,
        password_hasher,
        pdf_writer,
        qr_code,
        reading_back,
        reading_view,
        signing_key,
        spreadsheet,
        standards_catalogue,
        table_layout,
        virus_scanner,
        witness_line,
        word_document,
        word_package,
    )
else:
    from importlib import import_module

    def __getattr__(name):
        """Load the adapter that the type checker knows by this name."""
        if name not in __all__:
            raise AttributeError(f"docctl has no tool {name!r}")
        # Kept, because a check of the library asks for the same tool a million times.
        globals()[name] = found = import_module(f"docctl.adapters.{name}")
        return found


__all__ = [
    "conversion",
    "data_folder",
    "database",
    "evidence_zip",
    "git_library",
    "host",
    "language_recognition",
    "libreoffice",
    "mailer",
    "metrics",
    "one_time_codes",
    "password_hasher",
    "pdf_writer",
    "qr_code",
    "reading_back",
    "reading_view",
    "signing_key",
    "spreadsheet",
    "standards_catalogue",
    "table_layout",
    "virus_scanner",
    "witness_line",
    "word_document",
    "word_package",
]
