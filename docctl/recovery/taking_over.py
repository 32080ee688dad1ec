"""What a backup takes over from the one before it: the files that have not changed, and the bundles of Git."""

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from docctl import tools
from docctl.document_control import DocumentControl
from docctl.domain.errors import LibraryMismatchError
from docctl.recovery.manifest import BUNDLE, MANIFEST, NAMESPACE, SIGNATURE, Manifest, control_sum

MOST_BUNDLES = 30


@dataclass(frozen=True)
class Earlier:
    """A backup that was made before of the same library, and what it says of itself."""

    folder: Path
    said: Manifest

    @classmethod
    def read(cls, control: DocumentControl, folder: Path) -> "Earlier | None":
        """Return a backup; nothing where a key of this library did not sign its list, or it cannot be read."""
        try:
            written, signature = (folder / MANIFEST).read_bytes(), (folder / SIGNATURE).read_text()
            said = Manifest.read(json.loads(written))
        except (OSError, ValueError, KeyError, TypeError):
            return None
        with control.reading() as session:
            is_own = any(key.public_line == said.key for key in control.ledger_keys(session).keys)
        if not is_own or not tools.signing_key.is_signed_by(said.key, written, signature, NAMESPACE):
            return None
        return cls(folder, said)

    def take_over(self, name: str, part: Path) -> bool:
        """Let a file be in the next backup too, which shares it on disk; say whether it was there as it is listed."""
        listed, source = self.said.files.get(name), self.folder / name
        if listed is None or not source.is_file() or control_sum(source) != listed.sha256:
            return False
        draft = (part / name).with_name(f".{Path(name).name}.taken")
        try:
            os.link(source, draft)
        except OSError:
            shutil.copyfile(source, draft)
        draft.replace(part / name)
        return True


def write_git(
    control: DocumentControl,
    part: Path,
    refs: Mapping[str, str],
    earlier: Earlier | None,
    lost: tools.git_library.Lost,
) -> None:
    """Write all that references name into a backup: in one bundle, or in those of before and one of what is new.

    What was disposed of since must not live on in the bundles of before: then all is written anew.
    """
    if earlier is not None and _go_on(control, part, refs, earlier, lost):
        return
    for path in part.glob("library*.bundle"):
        path.unlink()
    tools.git_library.write_bundle(control.library, part / BUNDLE, refs, lost=lost)


def _go_on(
    control: DocumentControl,
    part: Path,
    refs: Mapping[str, str],
    earlier: Earlier,
    lost: tools.git_library.Lost,
) -> bool:
    """Take the bundles of before over, with one of what is new; say whether they hold what the references name."""
    names = earlier.said.bundles
    if len(names) >= MOST_BUNDLES or not all(earlier.take_over(name, part) for name in names):
        return False
    known: dict[str, str] = {}
    for name in names:
        known |= tools.git_library.refs_in_bundle(part / name)
    if any(not _follows(control, refs.get(ref, ""), commit) for ref, commit in known.items()):
        return False
    news = {ref: commit for ref, commit in refs.items() if known.get(ref) != commit}
    if not news:
        return True
    newest = part / f"library.{len(names) + 1:04}.bundle"
    tools.git_library.write_bundle(control.library, newest, news, set(known.values()), lost)
    return tools.git_library.refs_in_bundle(newest) == news


def _follows(control: DocumentControl, now: str, before: str) -> bool:
    """Say whether a reference is where it was, or has only gone on from there."""
    if now == before or not now:
        return now == before
    try:
        return any(commit == before for commit in control.library.line(now))
    except LibraryMismatchError:
        return False  # a commit between them is lost: all is written anew, or refused there
