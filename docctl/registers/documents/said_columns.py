"""What revisions say in the fields of a document, as columns to list, narrow and sort by."""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, Label, case, func

from docctl.domain.documents.described_fields import Field
from docctl.domain.documents.revision import Revision

DEPARTMENT = "department"
Earlier = Mapping[str, str]
"""The present names of departments by their earlier ones."""


def said_column(said: Field, earlier: Earlier) -> Label[str]:
    """Return what revisions say in a field: a plain one stands with all they say, any other has its own column.

    A department stands under its present name, whatever it was called when the revision was written.
    """
    if said.is_plain:
        return func.coalesce(Revision.metadata_row[said.name].as_string(), "").label(said.name)
    own: ColumnElement[str] = getattr(Revision, said.name)
    if said.name == DEPARTMENT and earlier:
        own = case(earlier, value=own, else_=own)
    return own.label(said.name)


def wanted_in(said: Field, filters: Mapping[str, str], earlier: Earlier) -> str:
    """Return what a filter asks for in a field, a department by its present name; nothing where it asks for nothing."""
    asked = filters.get(said.name, "")
    return earlier.get(asked, asked) if said.name == DEPARTMENT else asked
