"""The ledger while it grows: one signed commit for each event."""

from collections.abc import Callable
from dataclasses import replace

from docctl.adapters.git_library.objects import CommitText, GitObject, blob, commit, entry, tree
from docctl.adapters.git_library.repository import GitLibrary


class GrowingLedger:
    """The folders of the ledger as they grow: each name follows the last, so a folder grows only at its end."""

    def __init__(self, library: GitLibrary, tip: str, allowed_signers: str) -> None:
        signers = blob(allowed_signers.encode())
        self.objects = [signers]
        self._signers = ("100644", signers.id)
        self._events = self._page = b""
        self._page_name = ""
        if tip:
            self._events = library.read(library.entries(library.tree_of(tip))["events"][1])
            *_, (self._page_name, (_, page)) = library.entries(GitObject("tree", self._events).id).items()
            self._page = library.read(page)

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
