"""Reading a repository as a past: each file with its history over renames, each commit that changed it a revision."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import PurePosixPath
from typing import Any

from docctl.actions.documents.recognising import MEGABYTE
from docctl.actions.intake.past_source import PastSource, beside, is_left_out, is_text, shown_path
from docctl.document_control import DocumentControl
from docctl.domain.errors import RefusedUploadError
from docctl.domain.intake.claimed_past import ClaimedAuthor, ClaimedDocument, ClaimedRevision
from docctl.domain.intake.past_file_name import taken_apart
from docctl.texts.picture import LARGEST_PICTURE

SHORT_ID = 10
LONGEST_SUMMARY = 300
_LINK, _SUBMODULE = "120000", "160000"
_KINDS = {_LINK: "It is a link, and links are not followed.", _SUBMODULE: "It is a submodule, a repository of its own."}
_LARGE_FILE = b"version https://git-lfs.github.com/spec/"


@dataclass
class _Line:
    """The line of one file through the history: where it is, what it was at each point, and whether it was deleted."""

    path: str
    versions: list[tuple[Any, str, str]] = field(default_factory=list)
    deleted: tuple[date, str] | None = None


class RepositoryReading:
    """Follows the files of a history that is not ours, and tells their past."""

    def __init__(self, control: DocumentControl, history: Any, name: str, without: Sequence[str] = ()) -> None:
        self._control = control
        self._history = history
        self._name = name
        self._without = without
        self._blobs: dict[tuple[str, str], str] = {}
        self._commits: dict[str, str] = {}

    def past(self, folder: str, tip: str, *, only_tags: bool = False) -> PastSource:
        """Return the past of the documents that lie, or lay last, in a folder of the repository."""
        lines, odd = self._followed(tip, only_tags=only_tags)
        chosen = [line for line in lines if self._is_wanted(line.path, folder) and is_text(line.path)]
        sizes = self._history.sizes({blob for line in chosen for _, _, blob in line.versions})
        documents = tuple(self._document(line, sizes) for line in sorted(chosen, key=lambda line: line.path))
        left_out = tuple(
            (shown_path(path), _KINDS[mode]) for path, mode in sorted(odd.items()) if self._is_wanted(path, folder)
        )
        return PastSource(f"the repository {self._name}", documents, left_out, self._bytes_of, self._picture_of)

    def _is_wanted(self, path: str, folder: str) -> bool:
        is_inside = not folder or path.startswith(f"{folder}/")
        is_hidden = any(part.startswith(".") for part in PurePosixPath(path).parts)
        return is_inside and not is_hidden and not is_left_out(path, self._without)

    def _followed(self, tip: str, *, only_tags: bool) -> tuple[list[_Line], dict[str, str]]:
        """Follow every file from point to point; return their lines, and the links and submodules there are now."""
        now: dict[str, _Line] = {}
        gone: dict[str, _Line] = {}
        odd: dict[str, str] = {}
        lines: list[_Line] = []
        for point in self._history.points(tip, only_tags=only_tags):
            arrived: list[tuple[str, _Line]] = []
            for change in point.changes:
                line = now.pop(change.before or change.path, None)
                odd.pop(change.before or change.path, None)
                if change.kind == "D":
                    self._delete(point, line, gone, change.path)
                    continue
                if change.mode in _KINDS:
                    odd[change.path] = change.mode
                    self._delete(point, line, gone, change.path)
                    continue
                if line is None or change.kind == "C":
                    line = gone.pop(change.path, None) or _Line(change.path)
                    lines += [] if line.versions else [line]
                self._take(line, point, change)
                arrived.append((change.path, line))
            now.update(arrived)
        return lines, odd

    def _delete(self, point: Any, line: _Line | None, gone: dict[str, _Line], path: str) -> None:
        if line is not None:
            commit = self._history.commit(point.commit)
            line.deleted = (commit.committed_at.date(), commit.summary)
            gone[path] = line

    @staticmethod
    def _take(line: _Line, point: Any, change: Any) -> None:
        line.path, line.deleted = change.path, None
        if not line.versions or line.versions[-1][2] != change.blob:
            line.versions.append((point, change.path, change.blob))

    def _document(self, line: _Line, sizes: dict[str, int]) -> ClaimedDocument:
        revisions = tuple(self._revision(*version, sizes) for version in line.versions)
        return ClaimedDocument(
            number=taken_apart(shown_path(line.path)).number,
            revisions=revisions,
            withdrawn=line.deleted[0] if line.deleted else None,
            withdrawn_because=line.deleted[1][:LONGEST_SUMMARY] if line.deleted else "",
            is_in_order=True,
        )

    def _revision(self, point: Any, path: str, blob: str, sizes: dict[str, int]) -> ClaimedRevision:
        commit = self._history.commit(point.commit)
        writers = self._history.writers(point, path)
        people: dict[str, ClaimedAuthor] = defaultdict()
        for each in writers:
            name = each.written.name or each.written.email or "unknown"
            people.setdefault(each.written.email or name, ClaimedAuthor(name, each.written.email))
        label, place = point.name or point.commit[:SHORT_ID], f"commit {point.commit[:SHORT_ID]}"
        shown = shown_path(path)
        self._blobs[shown, place], self._commits[place] = blob, point.commit
        faults = []
        if blob not in sizes:
            faults.append("its file did not come along with the repository; use a whole clone.")
        elif sizes[blob] > self._control.upload_limit_mb * MEGABYTE:
            limit = self._control.upload_limit_mb
            faults.append(f"its file is larger than {limit} MB; split it, or make its pictures smaller.")
        return ClaimedRevision(
            file=shown,
            label=label,
            place=place,
            effective=commit.committed_at.date(),
            written_at=writers[-1].written.at,
            written_by=tuple(people.values()),
            summary=commit.summary[:LONGEST_SUMMARY],
            faults=tuple(faults),
        )

    def _bytes_of(self, revision: ClaimedRevision) -> bytes:
        data = self._control.take_in(self._history.read(self._blobs[revision.file, revision.place]))
        if data.startswith(_LARGE_FILE):
            raise RefusedUploadError(
                "The repository keeps this file elsewhere (Git LFS); fetch it with “git lfs fetch --all” and adopt "
                "the files as a folder."
            )
        return data

    def _picture_of(self, revision: ClaimedRevision, name: str) -> bytes:
        path = beside(revision.file, name)
        data: bytes = self._history.file_at(self._commits[revision.place], path) if path else b""
        return self._control.take_in(data) if len(data) <= LARGEST_PICTURE else b""
