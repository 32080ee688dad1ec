"""Running docctl as a service of a machine."""

import shutil
import sys
from pathlib import Path

import click

from docctl.domain.errors import InvalidInputError
from docctl.server.service import service_files
from docctl.settings import Settings

NEXT = """\
What to do with them, as root:
  useradd --system docctl; install -d -o docctl -m 700 {data} {backups}
  install -d {etc}; install -m 600 docctl.env {etc}; install -m 644 settings.py {etc}
  sudo -u docctl {program} --data {data} init --organisation "Our organisation"
  install -m 644 docctl*.service docctl*.timer /etc/systemd/system; systemctl daemon-reload
  systemctl enable --now docctl.service docctl-backup.timer docctl-verify.timer docctl-drill.timer
Then nginx.conf or Caddyfile for TLS. systemctl reload docctl takes up changed settings without losing a request."""


@click.group()
def service() -> None:
    """Write what a machine needs to run docctl as a service."""


@service.command("write")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--user", default="docctl", help="Account that docctl runs under.")
@click.option(
    "--etc", type=click.Path(path_type=Path), default=Path("/etc/docctl"), help="Where its settings will lie."
)
@click.option("--backups", type=click.Path(path_type=Path), default=Path("/var/backups/docctl"), help="For backups.")
@click.pass_obj
def write(settings: Settings, folder: Path, user: str, etc: Path, backups: Path) -> None:
    """Write units and timers of systemd, an env file, examples for nginx and Caddy, and a Containerfile.

    A file that is there already and says something else is left, and named.
    """
    program = Path(shutil.which(sys.argv[0]) or Path(sys.executable).parent / "docctl").absolute()
    files = service_files(settings, program, user, etc, backups)
    folder.mkdir(parents=True, exist_ok=True)
    others = [name for name, text in files.items() if (folder / name).exists() and (folder / name).read_text() != text]
    if others:
        raise InvalidInputError(
            "%(folder)s has %(names)s with other words already, and nothing was written; choose another folder.",
            folder=folder,
            names=", ".join(others),
        )
    for name, text in files.items():
        (folder / name).write_text(text)
        click.echo(folder / name)
    click.echo(NEXT.format(data=settings.data_folder, backups=backups, etc=etc, program=program))
