"""What a form that was refused is answered with: its page again, with the refusal and what was typed."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flask import make_response, request
from flask.typing import ResponseReturnValue

from docctl.domain.errors import DocctlError, NotFoundError, SessionEndedError, StillChoosingError
from docctl.web.frame.errors import status_of

Asked = ParamSpec("Asked")
View = Callable[Asked, ResponseReturnValue]


def shown_again(
    page: Callable[..., ResponseReturnValue], *, only: tuple[type[DocctlError], ...] = (DocctlError,)
) -> Callable[[View[Asked]], View[Asked]]:
    """Let the page of a form tell its refusals: it is called like the view, and with the refusal.

    What is not there, and a session that has ended, leave nothing to be filled in again; they have pages of their own,
    as has whatever only does not name, and a refusal whose page leads elsewhere. A script is told the refusal itself.
    A form that was sent to find people for one of its pickers is shown again with them, and nothing is done.
    """

    def guard(view: View[Asked]) -> View[Asked]:
        @wraps(view)
        def guarded(*args: Asked.args, **kwargs: Asked.kwargs) -> ResponseReturnValue:
            if request.form.get("find"):
                return page(*args, **kwargs, refusal=StillChoosingError())
            try:
                return view(*args, **kwargs)
            except (NotFoundError, SessionEndedError):
                raise
            except only as refusal:
                if request.accept_mimetypes.best == "application/json":
                    raise
                answer = make_response(page(*args, **kwargs, refusal=refusal))
                if answer.status_code in range(300, 400):
                    raise
                if answer.status_code == 200:
                    answer.status_code = status_of(refusal)
                return answer

        return guarded

    return guard
