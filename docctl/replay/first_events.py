"""Completes events of the first versions, which said less than rebuilding needs.

What they leave out is in the commits they name, or was the same in every library. Three things were told nowhere, and
come back empty: mail addresses of accounts, what a conversion left out, and the summary that an imported file gave.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sqlalchemy import func, select

from docctl import tools
from docctl.domain.documents.document_metadata import DocumentMetadata
from docctl.domain.documents.saved_draft import BROWSER, WORD, file_sha256_in
from docctl.domain.documents.stored_file import METADATA, WORD_SOURCE, StoredFile, fingerprint, sha256
from docctl.domain.people.user import User
from docctl.domain.trail.audit_trail import Act
from docctl.registers.documents.saved_metadata import metadata_in
from docctl.replay.replaying import Rebuild, Replayed, Said

DEPARTMENTS = (
    "Management",
    "Quality",
    "Information Security",
    "Environment",
    "Health and Safety",
    "Human Resources",
    "Procurement",
)
_FOLDER = "40000"


def in_full(rebuild: Rebuild) -> Rebuild:
    """Return what rebuilds rows of an event, given the event completed where it is one of the first versions."""

    def rebuilds(state: Replayed, said: Said) -> None:
        complete = _COMPLETES.get(said["action"])
        rebuild(state, said if complete is None else {**said, **complete(state, said)})

    return rebuilds


def _found(state: Replayed, said: Said) -> dict[str, Any]:
    return {} if "language" in said else {"language": "en", "departments": list(DEPARTMENTS)}


def _add_user(state: Replayed, said: Said) -> dict[str, Any]:
    if "id" in said:
        return {}
    return {"id": (state.session.scalar(select(func.max(User.id))) or 0) + 1, "email": ""}


def _change_user(state: Replayed, said: Said) -> dict[str, Any]:
    if "email" in said["new"]:
        return {}
    user = state.user(said)
    return {"new": {"name": user.name, "email": user.email, "person": user.person, **said["new"]}}


def _save(state: Replayed, said: Said) -> dict[str, Any]:
    if "file_sha256" in said:
        return {}
    told = {"file_sha256": file_sha256_in(said["saved_draft"], said["reason"])}
    return told if "stored" in said else {**told, **_saved(state, said)}


def _saved(state: Replayed, said: Said) -> dict[str, Any]:
    library, commit = state.control.library, said["commit"]
    if tools.git_library.missing(library, [commit]):
        gone = DocumentMetadata(title=said["document"]).as_row()
        return {"stored": [], "metadata": gone, "tip": commit, "source": BROWSER, "losses": []}
    files = sorted(_files(state, library.tree_of(commit)))
    if fingerprint(files) != said["fingerprint"]:
        raise ValueError(f"its commit {commit} holds other files")
    described = next(file for file in files if file.path == METADATA)
    return {
        "stored": [file.as_row() for file in files],
        "metadata": metadata_in(library.read_file(described)).as_row(),
        "tip": commit,
        "source": WORD if any(file.path == WORD_SOURCE for file in files) else BROWSER,
        "losses": [],
    }


def _set_aside(state: Replayed, said: Said) -> dict[str, Any]:
    """A draft that was set aside was followed by a commit with the present text, which the event did not name."""
    completed = _save(state, said)
    if "tip" in completed:
        line = list(state.control.library.line(state.branch(said["document"]) or said["commit"]))
        place = line.index(said["commit"])
        completed["tip"] = line[max(0, place - 1)]
    return completed


def _comment(state: Replayed, said: Said) -> dict[str, Any]:
    return {} if "round" in said else {"round": state.revision(said).round}


def _close_comment(state: Replayed, said: Said) -> dict[str, Any]:
    if "commented_at" in said:
        return {}
    remarks = [each for each in state.revision(said).comments if each.text == said["comment"] and not each.closed_at]
    return {"commented_at": remarks[0].made_at.isoformat()}


def _come_into_force(state: Replayed, said: Said) -> dict[str, Any]:
    """The day that was asked for was dropped where a controller published at once; it has not come yet then."""
    if "wanted_effective_date" in said:
        return {}
    wanted = state.revision(said).wanted_effective_date
    is_early = wanted is not None and str(wanted) > said["effective_date"]
    return {"wanted_effective_date": "" if wanted is None or is_early else str(wanted)}


def _issue(state: Replayed, said: Said) -> dict[str, Any]:
    if "stored" in said:
        return {}
    library = state.control.library
    if tools.git_library.missing(library, [said["commit"]]):
        return {"stored": []}
    files = sorted(file for file in _files(state, library.tree_of(said["commit"])) if file.path in said["files"])
    if {file.path: file.sha256 for file in files} != said["files"]:
        raise ValueError(f"its commit {said['commit']} holds other files")
    return {"stored": [file.as_row() for file in files]}


def _files(state: Replayed, tree: str, folder: str = "") -> Iterator[StoredFile]:
    """Yield every file below a folder of Git."""
    library = state.control.library
    for name, (mode, found) in library.entries(tree).items():
        if mode == _FOLDER:
            yield from _files(state, found, f"{folder}{name}/")
        else:
            data = library.read(found)
            yield StoredFile(folder + name, found, sha256(data), len(data))


_COMPLETES: Mapping[str, Callable[[Replayed, Said], dict[str, Any]]] = {
    Act.LIBRARY_FOUNDED: _found,
    Act.USER_ADDED: _add_user,
    Act.USER_CHANGED: _change_user,
    Act.DRAFT_SAVED: _save,
    Act.DRAFT_SET_ASIDE: _set_aside,
    Act.REVISION_COMMENTED: _comment,
    Act.COMMENT_CLOSED: _close_comment,
    Act.REVISION_IN_FORCE: _come_into_force,
    Act.REVISION_ISSUED: _issue,
}
