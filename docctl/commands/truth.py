"""Checking that nothing was altered or lost."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click

from docctl import tools
from docctl.actions.issued_files import exporting, rebuilding_issues
from docctl.actions.trail import checkpointing, rotating_keys
from docctl.actions.trail.exporting_evidence import evidence_pack
from docctl.commands.acting import opened
from docctl.document_control.trust import VERIFY, Trust
from docctl.domain.errors import InvalidInputError
from docctl.domain.issued_files.rendition import Rebuilt, Verdict
from docctl.domain.operations.accepted_losses import LOSSES_NOTE, losses_as_text, losses_in
from docctl.domain.operations.round_note import ROUND_NOTE, TURNS, RoundNote
from docctl.domain.operations.stops import EVERYTHING
from docctl.domain.rights.permission import Library
from docctl.domain.trail.outcome import Outcome
from docctl.followers.catching_up import catch_up
from docctl.machine.durable_files import write_durably
from docctl.opening import open_as_of_now, open_library
from docctl.recovery.replacing_lost_key import asks_for_code, replace_lost_key
from docctl.registers import lookup
from docctl.registers.integrity import verifying
from docctl.registers.integrity import witnesses as integrity_checkpoint
from docctl.registers.integrity.finding import BROKEN, Finding, Progress, broken, unchecked
from docctl.registers.integrity.report import IntegrityReport
from docctl.registers.integrity.witnesses import KnownHead
from docctl.settings import Settings
from docctl.terminal import as_json_option, ask_secret, print_json, steps

_OUTCOMES = "\n".join(f"{each:>4}  {each.meaning}" for each in Outcome)


@click.command(epilog=f"\b\nIt exits with\n{_OUTCOMES}")
@as_json_option
@click.option(
    "--checkpoint",
    "checkpoints",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A checkpoint kept elsewhere; may be given several times.",
)
@click.option(
    "--head", "heads", multiple=True, metavar="SEQ:CHAIN", help="The chain's head as an issued PDF prints it."
)
@click.option("--reissue", is_flag=True, help="Make every issued Word file and PDF again, and compare the bytes.")
@click.option(
    "--round",
    "is_round",
    is_flag=True,
    help="Check as the watch does every 15 minutes: without objects of Git that no file needs; no alarm is taken back.",
)
@click.option("--sample", type=click.IntRange(min=1), help="Make only so many documents again, drawn by lot.")
@click.pass_context
def verify(
    ctx: click.Context,
    as_json: bool,
    checkpoints: tuple[Path, ...],
    heads: tuple[str, ...],
    reissue: bool,
    is_round: bool,
    sample: int | None,
) -> None:
    """Check chain, signatures, files, references and tables.

    It changes nothing, and looks at the library as it is at one instant, while people work.
    """
    witnesses = _witnesses(checkpoints, heads)
    if sample and not reissue:
        raise click.UsageError("A sample is of what is made again; add --reissue, or leave --sample out.")
    show = None if as_json else steps()
    report = _check(ctx.obj, witnesses, show, is_round=is_round)
    if reissue:
        report = _with_rebuilt(report, *_made_again(ctx.obj, sample, show))
    if as_json:
        print_json(report.as_json())
    else:
        click.echo("".join(f"{line}\n" for line in report.lines), nl=False)
        click.echo("".join(f"{line}\n" for line in report.witnessed), nl=False)
        click.echo(report.summary)
    ctx.exit(report.exit_code)


def _witnesses(checkpoints: tuple[Path, ...], heads: tuple[str, ...]) -> list[KnownHead]:
    try:
        return [*map(integrity_checkpoint.read_checkpoint, checkpoints), *map(integrity_checkpoint.read_head, heads)]
    except InvalidInputError as wrong:
        raise click.UsageError(str(wrong)) from wrong


def _check(
    settings: Settings, witnesses: list[KnownHead], show: Progress | None, *, is_round: bool
) -> IntegrityReport:  # fmt: skip
    """Check the library as it is at one instant; where something was taken away by right meanwhile, once more."""
    note = RoundNote.of(settings.data_folder) if is_round else None
    turn = (note.turn + 1) % TURNS if note is not None else None
    report = _look(settings, witnesses, show, turn)
    if report.exit_code == Outcome.CHANGED and _took_away_since(settings, report.head_seq):
        report = _look(settings, witnesses, show, turn)
    if report.checked and settings.data_folder.is_dir():
        try:
            _note_losses(settings.data_folder / LOSSES_NOTE, report)
            since = "" if note is None else _note_round(settings.data_folder, note, turn, report)
            _remember(Trust(settings.data_folder), report, witnesses, since, takes_back=not is_round)
        except OSError as trouble:
            click.echo(
                f"The data folder cannot be written ({trouble.strerror}), so it keeps no note of this.", err=True
            )
    return report


def _note_losses(path: Path, report: IntegrityReport) -> None:
    """Note what may be accepted; where there is nothing, nothing is kept."""
    known = {each.identity: each.found_at for each in losses_in(path.parent)}
    if losses := [
        replace(each.loss, found_at=known.get(each.loss.identity) or report.finished_at.isoformat())
        for each in report.findings
        if each.loss is not None
    ]:
        write_durably(path, losses_as_text(losses, path.parent).encode())
    elif path.is_file():
        path.unlink()


def _took_away_since(settings: Settings, seq: int) -> bool:
    with suppress(Exception), open_as_of_now(settings) as control:
        return verifying.took_away_since(control, seq)
    return False


def _note_round(data: Path, before: RoundNote, turn: int | None, report: IntegrityReport) -> str:
    """Note what came of a round; return in a sentence when the library was last sound, where that is known."""
    at = report.finished_at.isoformat()
    is_sound = report.exit_code in (Outcome.SOUND, Outcome.BEHIND)
    note = RoundNote(at, report.summary, at if is_sound else before.sound_at, turn or 0)
    write_durably(data / ROUND_NOTE, note.as_text().encode())
    return f" It was sound at {before.sound_at[:16].replace('T', ' ')} UTC." if before.sound_at else ""


def _look(
    settings: Settings, witnesses: list[KnownHead], show: Progress | None, turn: int | None
) -> IntegrityReport:  # fmt: skip
    findings: list[Finding] = []
    foreign = ""
    with verifying.checking("the library", findings), open_as_of_now(settings) as control:
        foreign = integrity_checkpoint.not_ours(control, witnesses) if witnesses else ""
        if not foreign:
            return verifying.verify(control, show, witnesses, every_object=turn is None, turn=turn)
    if foreign:
        raise click.UsageError(foreign)
    now = datetime.now(UTC)
    return IntegrityReport(tuple(findings), {}, 0, "", now, now)


def _made_again(
    settings: Settings, sample: int | None, show: Progress | None
) -> tuple[list[Rebuilt], list[Finding]]:  # fmt: skip
    findings: list[Finding] = []
    with verifying.checking("the issued files that are made again", findings):
        control = open_library(settings)
        return rebuilding_issues.rebuild_issues(control, sample, settings.CONVERSION_WORKERS, show), findings
    return [], findings


def _with_rebuilt(report: IntegrityReport, made: list[Rebuilt], findings: list[Finding]) -> IntegrityReport:
    """Add what came of making the issued files again."""
    tell = {Verdict.DIFFERENT: broken, Verdict.OTHER_TOOLS: unchecked, Verdict.NOT_COMPARED: unchecked}
    findings += [tell[each.verdict]("I9", each.file, each.sentence) for each in made if each.verdict in tell]
    same = sum(each.verdict == Verdict.SAME for each in made)
    counted = {"issued files made again": len(made), "of them the same": same}
    return replace(report, findings=(*report.findings, *findings), checked=report.checked | counted)


def _remember(
    trust: Trust, report: IntegrityReport, witnesses: list[KnownHead], since: str, *, takes_back: bool
) -> None:  # fmt: skip
    """Let every process that serves the library know whether it may go on recording.

    What a signed checkpoint showed holds until that very checkpoint agrees again, and is noted apart. A check that did
    not see everything takes nothing back.
    """
    at = report.finished_at.isoformat()
    for witness in witnesses:
        told = [finding for finding in report.findings if finding.subject == witness.name]
        if any(finding.remedy == integrity_checkpoint.GONE for finding in told) and witness.text:
            trust.remember_witness(witness.key, told[0].sentence, at)
        elif not told and witness.text and report.exit_code != Outcome.UNCHECKED:
            trust.forget_witness(witness.key)
    apart = (integrity_checkpoint.AGREE, integrity_checkpoint.NO_NOTE)
    told = [finding for finding in report.findings if finding.severity == BROKEN and finding.remedy not in apart]
    if told:
        amiss = next((each for each in told if each.stops == EVERYTHING), told[0])
        stops = {each.stops for each in told}
        trust.remember(f"{amiss.sentence}{since}", VERIFY, at, amiss.remedy, stops, replaces=takes_back)
    elif takes_back and report.exit_code != Outcome.UNCHECKED:
        trust.forget(VERIFY)


@click.command("read-back")
@click.argument("number")
@click.option("--revision", type=int, help="Which revision (default: the one in force, else the newest).")
@as_json_option
@click.pass_context
def read_back(ctx: click.Context, number: str, revision: int | None, as_json: bool) -> None:
    """Compare the words of Word file and PDF with the page's.

    Both are read from their bytes, as they are handed out. The exit is 0 where they say the same, 1 where they do not.
    """
    control = opened(ctx.obj)
    catch_up(control, issuing=False)
    with control.reading() as session:
        chosen = lookup.revision_of(session, number, revision)
        page = control.read_text(Library.ITSELF, chosen.current, chosen).html
        sheet = exporting.issue_sheet(control, session, chosen)
    word, pdf = (exporting.issued_file(control, chosen.id, None, kind)[1] for kind in (exporting.WORD, exporting.PDF))
    found = tools.reading_back.differences(page, sheet, word=word, pdf=pdf)
    if as_json:
        print_json([str(difference) for difference in found])
        ctx.exit(1 if found else 0)
    for difference in found:
        click.echo(str(difference))
    if not found:
        click.echo(f"Word file and PDF of {chosen.name} say what the page says.")
    ctx.exit(1 if found else 0)


@click.command()
@click.option("--to", "folder", type=click.Path(path_type=Path, file_okay=False), help="Folder to write into.")
@click.pass_obj
def checkpoint(settings: Settings, folder: Path | None) -> None:
    """Write the signed head of the audit trail down.

    It is to be kept elsewhere: only a witness outside shows that the newest events were cut off.
    Without --to it goes to the folder that DOCCTL_CHECKPOINT_FOLDER names, else into the present one.
    """
    control = opened(settings)
    taken = checkpointing.take_checkpoint(control)
    path = checkpointing.write_checkpoint(control, taken, folder or Path(settings.CHECKPOINT_FOLDER))
    click.echo(f"{path}: up to event {taken.seq}, chain {taken.chain}")
    click.echo("Keep it and the .sig file beside it where nobody who runs this library can change them.")


@click.command()
@click.argument("number")
@click.option("--to", "path", type=click.Path(path_type=Path, dir_okay=False), help="Zip file to write.")
@click.pass_obj
def evidence(settings: Settings, number: str, path: Path | None) -> None:
    """Write a pack about a document that proves itself.

    It holds the document's files, signatures and events, the signed ledger, a checkpoint, and the verifier that checks
    them without docctl.
    """
    name, data = evidence_pack(opened(settings), number)
    path = path or Path(name)
    path.write_bytes(data)
    click.echo(f"{path}: {len(data):,} bytes; README.txt in it says how to check it.")


@click.command("rotate-key")
@click.option("--reason", default="Regular change of the key", show_default=True, help="Why the key is changed.")
@click.option("--lost", is_flag=True, help="The present key is lost, and no copy of keys/ is left.")
@click.option("--as", "login", default="", help="With --lost: login of the administrator who says so.")
@click.pass_obj
def rotate_key(settings: Settings, reason: str, lost: bool, login: str) -> None:
    """Let a new key sign the ledger from now on.

    The old key signs the event that names the new one, and the new one countersigns it; what the old key signed stays
    valid for its time. With --lost the new key alone says that the old one was lost: verify names that for ever, and
    only a checkpoint from after it, kept elsewhere, can vouch for what follows.
    """
    if login and not lost:
        raise click.UsageError("--as says who names a key lost; add --lost, or leave it out.")
    control = opened(settings)
    if lost:
        login = login or click.prompt("Login name of the administrator", err=True)
        password = ask_secret("Password")
        code = click.prompt("Code of your device", err=True) if asks_for_code(control, login) else ""
        fingerprint = replace_lost_key(control, login, password, reason, steps(), code=code)
    else:
        fingerprint = rotating_keys.rotate_key(control, reason)
    click.echo(f"The ledger is signed by {fingerprint} from now on.")
    click.echo("Back the folder keys/ up anew, and write a checkpoint for those who keep one.")
