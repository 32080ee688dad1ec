"""Testing mail: one letter at once, so that an operator sees whether the server takes what the library sends."""

import secrets

from docctl import tools
from docctl.document_control import DocumentControl
from docctl.domain.errors import InvalidInputError
from docctl.domain.notices.letter import Letter


def send_test(control: DocumentControl, address: str) -> str:
    """Hand a letter to the mail server; return the server, raise what it refuses."""
    server = control.mail_server
    if server is None:
        raise InvalidInputError("No mail is set up, so nothing was sent; set DOCCTL_MAIL_SERVER and DOCCTL_MAIL_FROM.")
    with control.reading() as session:
        organisation = control.organisation(session).name
    letter = Letter(
        message_id=f"{secrets.token_hex(16)}@docctl.invalid",
        address=address.strip(),
        name="",
        subject=f"Test mail of the document library of {organisation}",
        text=f"Mail of the document library of {organisation} arrives here.\n\n{server.site}\n",
    )
    with tools.mailer.open_postbox(server) as postbox:
        postbox.send(letter)
    return f"{server.host}:{server.port}"
