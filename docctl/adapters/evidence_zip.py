"""Zip files of evidence: the same files at the same time give the same bytes."""

import io
import zipfile
from collections.abc import Mapping
from datetime import datetime


def pack(files: Mapping[str, bytes], at: datetime) -> bytes:
    """Return a zip file of the files, in the order of their names."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, at.timetuple()[:6])
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name], zipfile.ZIP_DEFLATED)
    return made.getvalue()
