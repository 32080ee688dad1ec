"""Reminding: a document controller has those reminded by mail for whom work waits; once a day at most."""

from collections.abc import Collection

from docctl.actions.duties.telling import Telling, open_duties
from docctl.document_control import DocumentControl
from docctl.domain.errors import InvalidInputError
from docctl.domain.rights.permission import Right, require

MOST_AT_ONCE = 5_000


def remind(control: DocumentControl, person_id: int, duties: Collection[int], *, request_id: str = "") -> int:
    """Remind those who owe some duties, each by one mail; return how many people these are.

    Left out is who was reminded today already, or cannot be reached, or may not read what it is about.
    """
    if control.mail_server is None:
        raise InvalidInputError(
            "No mail is set up, so nobody was reminded; set DOCCTL_MAIL_SERVER and DOCCTL_MAIL_FROM."
        )
    if len(duties) > MOST_AT_ONCE:
        raise InvalidInputError(
            "That is more than %(most)s reminders at once, so nobody was reminded; filter by person, type or what is "
            "to be done.",
            most=MOST_AT_ONCE,
        )
    with control.deciding(person_id, request_id, ("remind", *sorted(duties))) as decision:
        require(decision.person, Right.CONTROL)
        telling = Telling(decision)
        for duty, revision in open_duties(decision.session, sorted(duties)).values():
            if duty.user_id is not None:
                telling.remind(duty, revision)
        count = telling.send()
        if not count:
            raise InvalidInputError(
                "Nobody was reminded: nothing waits there any more, or whoever is asked was reminded today already, "
                "has no mail address, or may not read it."
            )
        return count
