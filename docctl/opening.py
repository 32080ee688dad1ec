"""Opening a library: the one place where it is put together, whole, as the settings say."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from docctl import tools
from docctl.document_control import DocumentControl
from docctl.domain.errors import SettingError
from docctl.domain.notices.letter import MailServer
from docctl.domain.trail.host_clock import ClockLimits
from docctl.registers.operations.at_use import AtUse
from docctl.replay.derived_duties import derive_after
from docctl.settings import Settings


def open_library(settings: Settings) -> DocumentControl:
    """Open the library that the settings name."""
    control = DocumentControl.open(settings.data_folder, settings.database_url)
    control.mail_server = mail_server(settings)
    control.scanner = tools.virus_scanner.VirusScanner.from_setting(settings.SCAN_COMMAND, settings.SCAN_SECONDS)
    control.address = settings.address
    control.upload_limit_mb = settings.UPLOAD_LIMIT_MB
    control.keeps_word_pages = settings.WORD_PAGES == "libreoffice"
    control.clock_limits = ClockLimits(
        ahead=timedelta(days=settings.CLOCK_LEAP_DAYS) if settings.CLOCK_LEAP_DAYS else None
    )
    control.compare_at_use = AtUse(control)
    control.disk.floor_mb, control.disk.floor_percent = settings.DISK_FLOOR_MB, settings.DISK_FLOOR_PERCENT
    return control


@contextmanager
def open_as_of_now(settings: Settings) -> Iterator[DocumentControl]:
    """Open the library that the settings name as it is at this instant, for somebody who writes nothing."""
    with DocumentControl.as_of_now(settings.data_folder, settings.database_url, _bring_forward) as control:
        yield control


def _bring_forward(schema: str, control: DocumentControl) -> None:
    with control.remembering() as session:
        derive_after(schema, control, session)


def mail_server(settings: Settings) -> MailServer | None:
    """Return the mail server that the settings name; raise SettingError where they cannot be used."""
    if not settings.MAIL_SERVER:
        return None
    host, _, port = settings.MAIL_SERVER.rpartition(":")
    if not host or not (port.isascii() and port.isdigit()):
        raise SettingError("DOCCTL_MAIL_SERVER is written like mail.riverton.example:587.")
    if not settings.MAIL_FROM:
        raise SettingError("Where mail is sent, DOCCTL_MAIL_FROM says by whom, like docs@riverton.example.")
    tools.mailer.address_of(settings.MAIL_FROM)
    return MailServer(
        host=host.strip("[]"),
        port=int(port),
        sender=settings.MAIL_FROM,
        login=settings.MAIL_LOGIN,
        password=settings.MAIL_PASSWORD,
        starttls=settings.MAIL_STARTTLS,
        site=settings.address,
    )
