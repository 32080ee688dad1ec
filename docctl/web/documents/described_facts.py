"""What a document says about itself, as pages show it: the label of each field in the page's language, and its text."""

from collections.abc import Mapping

from flask import Flask
from flask_babel import gettext as _

from docctl.domain.documents.described_fields import Field, Place, fields_at
from docctl.domain.documents.document_metadata import DocumentMetadata


def described(
    metadata: DocumentMetadata,
    place: str,
    instead: Mapping[str, str] | None = None,
    first: tuple[str, ...] = (),
    last: tuple[str, ...] = (),
) -> list[tuple[str, str]]:
    """Return label and text of the fields that are said in a place, some of them in the words of that place."""
    texts = instead or {}
    at = Place[place]
    found = [(field, texts.get(field.name, field.said_in(metadata))) for field in fields_at(at, first, last)]
    return [(_(field.label), text) for field, text in found if text or at != Place.PAGE or field.is_expected]


def fields_said(place: str) -> list[Field]:
    """Return the fields that are said in a place."""
    return fields_at(Place[place])


def columns_of(place: str) -> list[tuple[str, str]]:
    """Return label and name of the fields that are columns of a table."""
    return [(_(field.label), field.name) for field in fields_said(place)]


def init_app(app: Flask) -> None:
    """Let the templates go by the table of fields."""
    app.jinja_env.globals.update(columns_of=columns_of, described=described, fields_said=fields_said)
