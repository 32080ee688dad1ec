"""Spreadsheets: tables to take away as CSV and XLSX, and registers that come in as either."""

from docctl.adapters.spreadsheet.reading import rows_of
from docctl.adapters.spreadsheet.taking_away import to_csv, to_xlsx

__all__ = ["rows_of", "to_csv", "to_xlsx"]
