"""How the command line speaks: a table of contents, a refusal in one sentence, progress on a terminal."""

import errno
import json
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from types import FrameType
from typing import Any, NoReturn, Protocol

import click

from docctl.domain.errors import DatabaseUnreachableError, DocctlError
from docctl.domain.operations.exits import Exit, exit_of

SECONDS_BETWEEN_LINES = 10.0
HAS_RECORDED = "docctl.has_recorded"
as_json_option = click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")


def _choose_data(ctx: click.Context, _: click.Parameter, folder: str | None) -> None:
    if folder:
        ctx.obj = replace(ctx.obj, DATA=folder)


class TableOfContents(click.Group):
    """The commands, by chapter; each takes ``--data`` too; a refusal is one sentence and a non-zero exit."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.chapters: dict[str, list[str]] = {}

    def add_to(self, chapter: str, command: click.Command) -> None:
        """Add a command under a chapter of the table of contents."""
        self.add_command(command)
        self.chapters.setdefault(chapter, []).append(command.name or "")

    def add_command(self, cmd: click.Command, name: str | None = None) -> None:
        """Add a command, and let it take the data folder behind its name as well."""
        folder = click.Option(
            ["--data"], metavar="DIR", help="Data folder of the library.", expose_value=False, callback=_choose_data
        )
        if not isinstance(cmd, click.Group):
            cmd.params.append(folder)
        super().add_command(cmd, name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands under their chapters."""
        width = max(map(len, self.commands)) + 4
        for chapter, names in self.chapters.items():
            rows = [(name.ljust(width - 4), self.commands[name].get_short_help_str(68)) for name in names]
            with formatter.section(chapter):
                formatter.write_dl(rows)

    def make_context(self, *given: Any, **named: Any) -> click.Context:
        """Read the command line; wrong usage has an exit of its own, which no outcome of a command shares."""
        try:
            with _misused():
                return super().make_context(*given, **named)
        except KeyboardInterrupt:
            click.echo("docctl: It was interrupted.", err=True)
            raise SystemExit(Exit.INTERRUPTED) from None

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; turn a refusal into its sentence."""
        try:
            with _clearing_up(), _misused():
                return super().invoke(ctx)
        except DatabaseUnreachableError as refusal:
            told = f"{refusal} It says: {refusal.said.rstrip('.')}." if refusal.said else str(refusal)
            refuse(ctx, told, exit_of(refusal))
        except DocctlError as refusal:
            refuse(ctx, str(refusal), exit_of(refusal))
        except OSError as trouble:
            if trouble.errno == errno.EPIPE:
                raise
            about = f"{trouble.filename}: " if trouble.filename else ""
            refuse(ctx, f"{about}{trouble.strerror or trouble}; nothing more was done.", Exit.UNABLE)
        except SystemExit as ended:
            if ended.code == Exit.ENDED and _recorded_before(ctx):
                click.echo(f"docctl: It was told to end.{_recorded_before(ctx)}", err=True)
            raise
        except KeyboardInterrupt:
            refuse(ctx, f"It was interrupted.{_recorded_before(ctx)}", Exit.INTERRUPTED)
        except click.Abort as gone:  # where something was asked for
            if isinstance(gone, _UnansweredError) or isinstance(gone.__context__, EOFError):
                refuse(ctx, "It was not answered, so nothing was done; answer on a terminal, or line by line on "
                            "standard input.", Exit.REFUSED)  # fmt: skip
            if not isinstance(gone.__context__, KeyboardInterrupt):
                raise
            refuse(ctx, "It was interrupted.", Exit.INTERRUPTED)


def _recorded_before(ctx: click.Context) -> str:
    """Say that something was recorded before a command ended, where it was."""
    was_recorded = ctx.meta.get(HAS_RECORDED, bool)()
    return " What it had recorded before stays; look at the audit trail before you repeat it." if was_recorded else ""


class _UnansweredError(click.Abort):
    """Something was asked for, and the input ended before an answer."""


def ask_secret(what: str) -> str:
    """Ask for a password without showing it; where there is no terminal, it is the next line of standard input."""
    if sys.stdin.isatty():
        return str(click.prompt(what, hide_input=True, err=True))
    click.echo(f"{what}: ", err=True)
    line = sys.stdin.readline()
    if not line:
        raise _UnansweredError
    return line.rstrip("\r\n")


@contextmanager
def _clearing_up() -> Iterator[None]:
    """Let a command that is told to end (SIGTERM) clear up behind itself, as one does that is interrupted."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _end(number: int, _: FrameType | None) -> None:
    signal.signal(number, signal.SIG_IGN)
    raise SystemExit(Exit.ENDED)


@contextmanager
def _misused() -> Iterator[None]:
    try:
        yield
    except click.UsageError as wrong:
        wrong.exit_code = Exit.MISUSED  # type: ignore[misc]
        raise


def refuse(ctx: click.Context, sentence: str, exit_code: Exit) -> NoReturn:
    """End a command with the sentence that says why."""
    click.echo(f"docctl: {sentence}", err=True)
    ctx.exit(exit_code)


def as_json_text(found: object) -> str:
    """Write plain values as commands print them with ``--json``, days and instants in ISO 8601."""
    return json.dumps(found, indent=1, ensure_ascii=False, default=str) + "\n"


def print_json(found: object) -> None:
    """Print what a command found for those who read it by a program."""
    click.echo(as_json_text(found), nl=False)


def progress(what: str) -> Callable[[int, int], None]:
    """Return a function that shows how many of how many are done: on a terminal as they are, else line by line.

    Elsewhere, as in a log, a line comes only now and then, and none where all is soon done.
    """
    told = time.monotonic()

    def show(done: int, of: int) -> None:
        nonlocal told
        if sys.stderr.isatty():
            click.echo(f"\r{done} of {of} {what}", err=True, nl=done >= of)
        elif time.monotonic() - told >= SECONDS_BETWEEN_LINES:
            told = time.monotonic()
            click.echo(f"{done} of {of} {what}", err=True)

    return show


class _HeldUp(Protocol):
    @property
    def held_up(self) -> str:
        """What keeps the files of a document from being issued."""


def tell_what_is_held_up(verdicts: Sequence[_HeldUp]) -> None:
    """Say how many documents came into force of which no file is given out yet, and what to do about it."""
    count = sum(bool(each.held_up) for each in verdicts)
    if count:
        documents = "1 document" if count == 1 else f"{count} documents"
        click.echo(
            f"The files of {documents} are not given out: let each difference stand by “docctl let-stand NUMBER”, "
            "mend what is in the way and “docctl issue NUMBER --again”, or “docctl send-back NUMBER”.",
            err=True,
        )


def steps() -> Callable[[str, int, int], None]:
    """Return a function that shows on a terminal which step has come how far."""

    def show(step: str, done: int, of: int) -> None:
        if sys.stderr.isatty():
            click.echo(f"\r{step}: {done} of {of}  ", err=True, nl=done >= of)

    return show
