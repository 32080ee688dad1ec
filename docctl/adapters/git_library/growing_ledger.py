"""The ledger while it grows: one signed commit for each event."""

from collections.abc import Callable
from dataclasses import replace

from docctl.adapters.git_library.objects import CommitText, GitObject, blob, commit, entry, tree
from docctl.adapters.git_library.repository import GitLibrary
from docctl.domain.errors import LibraryMismatchError


class GrowingLedger:
    """The folders of the ledger as they grow: each name follows the last, so a folder grows only at its end."""

    def __init__(self, library: GitLibrary, tip: str, allowed_signers: str) -> None:
        signers = blob(allowed_signers.encode())
        self.objects = [signers]
        self._signers = ("100644", signers.id)
        self._events = self._page = b""
        self._page_name = ""
        if tip:
            events = library.entries(library.tree_of(tip)).get("events", ("", ""))[1]
            self._events = _whole(library, events)
            *_, (self._page_name, (_, page)) = library.entries(events).items()
            self._page = _whole(library, page)

    def add(self, path: str, data: bytes, text: CommitText, sign: Callable[[bytes], str]) -> str:
        """Add an event's file and return the signed commit that holds it."""
        _, page_name, file_name = path.split("/")
        file = blob(data)
        if page_name == self._page_name:
            self._events = self._events[: -len(entry("40000", page_name, file.id))]
        else:
            self._page_name, self._page = page_name, b""
        self._page += entry("100644", file_name, file.id)
        page = GitObject("tree", self._page)
        self._events += entry("40000", page_name, page.id)
        events = GitObject("tree", self._events)
        root = tree({"allowed_signers": self._signers, "events": ("40000", events.id)})
        made = commit(replace(text, tree=root.id), sign)
        self.objects.extend((file, page, events, root, made))
        return made.id


def _whole(library: GitLibrary, folder: str) -> bytes:
    """Return a folder that the next event is signed with; raise LibraryMismatchError where its bytes are others."""
    data = library.read(folder)
    if GitObject("tree", data).id != folder:
        raise LibraryMismatchError(
            "A folder of the ledger in Git holds other bytes than its name says; run docctl verify."
        )
    return data
