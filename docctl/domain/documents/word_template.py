"""A Word template as it is used: one that came with docctl, or the revision in force of one under control."""

from dataclasses import dataclass

from docctl.domain.documents.stored_file import sha256

TEMPLATE_TYPE = "template"
"""The document type whose documents are Word templates."""


@dataclass(frozen=True)
class WordTemplate:
    """The bytes that documents are issued in, and what people call them."""

    name: str
    data: bytes

    @property
    def sha256(self) -> str:
        """The fingerprint by which it is recorded."""
        return sha256(self.data)


def is_file_name(template: str) -> bool:
    """Say whether a document type names a template that came with docctl, and not one under control."""
    return template.lower().endswith(".docx")
