"""Repositories that are not ours, made by Git itself, with the authors and days that a test says."""

import os
import subprocess
from pathlib import Path


class ForeignRepository:
    """A repository in a folder, to be written in as somebody else would."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments: str, day: str = "2019-01-01", author: str = "Zoë Author <zoe@weights.example>") -> str:
        """Run Git in the repository, as an author on a day."""
        name, _, email = author.rstrip(">").partition(" <")
        environment = os.environ | {
            "GIT_AUTHOR_NAME": name,
            "GIT_AUTHOR_EMAIL": email,
            "GIT_AUTHOR_DATE": f"{day}T10:00:00+02:00",
            "GIT_COMMITTER_NAME": "Merger",
            "GIT_COMMITTER_EMAIL": "merger@weights.example",
            "GIT_COMMITTER_DATE": f"{day}T12:00:00+02:00",
            "GIT_CONFIG_GLOBAL": "/dev/null",
        }
        done = subprocess.run(
            ["git", *arguments], cwd=self.folder, env=environment, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def write(self, path: str, data: bytes | str) -> None:
        """Write a file, and the folders above it."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data.encode() if isinstance(data, str) else data)

    def commit(self, summary: str, day: str, author: str = "Zoë Author <zoe@weights.example>") -> str:
        """Commit everything there is; return the commit's id."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", summary, day=day, author=author)
        return self.git("rev-parse", "HEAD")
