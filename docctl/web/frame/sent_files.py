"""The files that a form sends: the one place of the pages where bytes come in, each past the virus scanner."""

from dataclasses import dataclass

from flask import request
from werkzeug.datastructures import FileStorage

from docctl.web import control


@dataclass(frozen=True)
class SentFile:
    """A file that was sent, by the name it has at the person's machine."""

    name: str
    _sent: FileStorage

    def content(self) -> bytes:
        """Return what the file holds; raises RefusedUploadError where the virus scanner does not find it clean."""
        return control().take_in(self._sent.read())


def sent_files(field: str) -> list[SentFile]:
    """Return the files of a field of the form, none where nothing was chosen."""
    return [SentFile(file.filename, file) for file in request.files.getlist(field) if file.filename]
