"""The files by which a machine runs a library for years: units and timers of systemd, proxies, a container."""

import re
from pathlib import Path
from string import Template
from urllib.parse import urlsplit

from docctl.domain.errors import InvalidInputError
from docctl.server.serving import largest_request
from docctl.settings import Settings

FILES = Path(__file__).parent / "service_files"
EXAMPLE_SITE = "docs.example.org"
HOMES = ("/home", "/root")
_PLAIN = re.compile(r"[A-Za-z0-9@%_+=:,./-]+")


def service_files(settings: Settings, program: Path, user: str, etc: Path, backups: Path) -> dict[str, str]:
    """Return each file by its name, made for these settings; raise InvalidInputError for a path no unit can name."""
    for path in (settings.data_folder, program, etc, backups):
        if not _PLAIN.fullmatch(str(path)):
            raise InvalidInputError(
                "%(path)s has a space or a sign that units of systemd read as something else; choose a plain path.",
                path=path,
            )
    lies_at_home = any(str(path).startswith(HOMES) for path in (settings.data_folder, program, backups))
    said = {
        "backups": str(backups),
        "data": str(settings.data_folder),
        "database_unit": "postgresql.service" if settings.DATABASE_URL.startswith("postgresql") else "",
        "etc": str(etc),
        "host": settings.HOST,
        "port": settings.PORT,
        "program": str(program),
        "protect_home": "no" if lies_at_home else "yes",
        "site": urlsplit(settings.BASE_URL).hostname or EXAMPLE_SITE,
        "upload_mb": largest_request(settings) >> 20,
        "user": user,
    }
    return {
        path.name.removesuffix(".template"): Template(path.read_text()).substitute(said)
        for path in sorted(FILES.iterdir())
    }
