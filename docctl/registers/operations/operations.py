"""The health of an installation, as its operator asks for it: tools, files, clock, disk, mail, witnesses outside."""

import stat
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from docctl import tools
from docctl.document_control import DocumentControl
from docctl.document_control.host_clock import clock_doubt
from docctl.document_control.laid_routes import faults_of_routes
from docctl.document_control.maintenance import maintenance_now
from docctl.domain.documents.document import Document
from docctl.domain.documents.document_type import DocumentType
from docctl.domain.documents.lifecycle import State
from docctl.domain.documents.revision import Revision
from docctl.domain.errors import LibraryMismatchError
from docctl.domain.notices.letter import MailServer
from docctl.domain.notices.notice import Notice
from docctl.domain.operations.health import (
    FAULT,
    FLOORS,
    OK,
    WARNING,
    Check,
    check_libreoffice,
    check_sqlite,
    check_version,
)
from docctl.domain.people.reader import Reader
from docctl.domain.rights.permission import Right, require
from docctl.domain.trail.audit_trail import Act, Event, Watermark
from docctl.registers.integrity.quick_check import lost_files, quick_check
from docctl.registers.integrity.secrets import check_secrets, committed
from docctl.registers.operations.packed import check_packing
from docctl.registers.operations.rounds import check_rounds
from docctl.registers.search import search
from docctl.registers.trail.witnessing import standing

KNOWN_GIT_SETTINGS = {
    "core.repositoryformatversion", "core.filemode", "core.bare", "core.fsync", "core.fsyncmethod", "core.hookspath",
    "gc.auto", "receive.denynonfastforwards", "receive.denydeletes", "gpg.ssh.allowedsignersfile",
}  # fmt: skip
OLDEST_BACKUP = timedelta(days=2)
OLDEST_REHEARSAL = timedelta(days=92)
OLDEST_CHECKPOINT = timedelta(days=2)
OLDEST_COSIGNATURE = timedelta(days=3)
CLOCK_MAY_DIFFER = timedelta(minutes=2)
FOLLOWERS_MAY_LAG = timedelta(minutes=2)
SHORTEST_SECRET_KEY, FEWEST_CHARACTERS = 32, 10
SHOWN = 3
MIRROR_MAY_LAG = timedelta(hours=1)
FIRST_FOLLOWER, MIRROR = "git_refs", "mirror"


def check_tools() -> list[Check]:
    """Compare the tools with their floors."""
    host = tools.host
    checks = [check_version(name, host.version_of(name).removeprefix("git version ")) for name in FLOORS]
    for name in ("pypandoc_binary", "typst"):
        found = host.version_of(name)
        missing = Check(name, FAULT, f"{name} is missing.", "Run “make setup” again.")
        checks.append(Check(name, OK, f"{name} is {found}.") if found else missing)
    office = host.version_of("soffice").removeprefix("LibreOffice ").partition(" ")[0]
    return [*checks, check_libreoffice(office, bool(office) and tools.libreoffice.can_be_shut_off())]


def check_data_folder(data: Path) -> list[Check]:
    """Look at who may read and change what is kept, and on what kind of disk it lies."""
    host = tools.host
    exposed = sorted(str(path.relative_to(data)) for path in host.exposed(data))
    names = ", ".join(exposed[:SHOWN]) + (f" and {len(exposed) - SHOWN} more" if len(exposed) > SHOWN else "")
    remedy = f"chown -R the account of docctl {data}; chmod -R go-w {data}"
    files = (
        Check("files", FAULT, f"Others own or may change {names}.", remedy)
        if exposed
        else Check("files", OK, "Nobody else owns or may change anything in the data folder.")
    )
    kind = host.network_file_system(data)
    disk = (
        Check("file system", WARNING, f"The data folder lies on {kind}, whose locks and syncs are not to be relied on.",
              "Keep the data folder on a disk of this machine; never use SQLite’s WAL there.")
        if kind
        else Check("file system", OK, "The data folder lies on a disk of this machine.")
    )  # fmt: skip
    former = [path for path in sorted((data / "keys").glob("ledger_key.*")) if path.suffix != ".pub"]
    return [files, disk, *map(_check_secret, (data / "keys" / "ledger_key", *former, data / "secret_key"))]


def _check_secret(path: Path) -> Check:
    name, mode = path.name, tools.host.mode_of(path)
    if mode is None:
        return Check(name, FAULT, f"{name} is missing or cannot be read.", "Bring it back from the backup of the keys.")
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        return Check(name, FAULT, f"{name} may be read by others (mode {mode:o}).", f"chmod 600 {path}")
    key = path.read_text().strip()
    if name == "secret_key" and (len(key) < SHORTEST_SECRET_KEY or len(set(key)) < FEWEST_CHARACTERS):
        return Check(name, FAULT, "secret_key is too short or too simple.", "Put 64 random characters into it.")
    return Check(name, OK, f"{name} is there, for its owner only.")


def check_repository(repository: Path) -> list[Check]:
    """Look for what somebody could have planted in the Git library: settings that run programs, and hooks."""
    host = tools.host
    unknown = [name for name in host.git_settings(repository) if name not in KNOWN_GIT_SETTINGS]
    hooks = host.planted_hooks(repository)
    return [
        Check("git settings", FAULT, f"The Git library has settings that docctl never made: {', '.join(unknown)}.",
              f"Find out who made them, then take them out of {repository / 'config'}.")
        if unknown else Check("git settings", OK, "The Git library has only settings that docctl made."),
        Check("git hooks", FAULT, f"Somebody put hooks into the Git library: {', '.join(hooks)}.",
              "docctl never runs them; find out who made them, and remove them.")
        if hooks else Check("git hooks", OK, "Nobody put hooks into the Git library."),
    ]  # fmt: skip


def check_mail(server: MailServer | None) -> Check:
    """Say whether the mail server takes connections, and whether its password stays unread on the way."""
    if server is None:
        return Check("mail", WARNING, "No mail is set up, so nobody is told anything.", "Set DOCCTL_MAIL_SERVER.")
    where = f"{server.host}:{server.port}"
    if not tools.host.reaches(server.host, server.port):
        return Check("mail", FAULT, f"The mail server {where} cannot be reached; notices wait.", "Start or correct it.")
    if server.login and not server.starttls and server.port != tools.mailer.IMPLICIT_TLS_PORT:
        return Check("mail", WARNING, f"The password goes to {where} unencrypted.", "Set DOCCTL_MAIL_STARTTLS=yes.")
    return Check("mail", OK, f"The mail server {where} takes connections.")


def check_library(control: DocumentControl, *, naming: bool = False) -> list[Check]:
    """Look at the opened library: database, clock, disk, witnesses outside, followers, issues, notices.

    Documents are named only to whoever has the machine, because administrators may not read all of them.
    """
    trust = _check_trust(control)
    with control.reading() as session:
        return [
            trust,
            _check_maintenance(control, session),
            *_check_database(session),
            _check_secrets(session),
            _check_clock(control, session),
            _check_disk(control),
            check_packing(control),
            check_rounds(control),
            _check_age(
                control, session, "backup", Act.LIBRARY_BACKED_UP, OLDEST_BACKUP,
                "Run “docctl backup DIR --keep 14” every day.",
            ),
            _check_age(
                control, session, "rehearsal of recovery", Act.LIBRARY_REHEARSED, OLDEST_REHEARSAL,
                "Run “docctl drill DIR” with the folder of the backups.",
            ),
            _check_age(
                control, session, "checkpoint", Act.CHECKPOINT_WRITTEN, OLDEST_CHECKPOINT,
                "Set DOCCTL_CHECKPOINT_FOLDER to a folder outside, or run “docctl checkpoint”.",
            ),
            _check_witnesses(control, session),
            _check_followers(control, session),
            _check_search(control, session),
            *_check_mirror(control, session),
            _check_issues(session, naming=naming),
            _check_routes(session),
            _check_notices(session),
        ]  # fmt: skip


def _check_maintenance(control: DocumentControl, session: Session) -> Check:
    found = maintenance_now(session)
    if found is None:
        return Check("maintenance", OK, "People may act.")
    is_over = found.until is not None and found.until <= control.now()
    until = f", until {found.until:%Y-%m-%d %H:%M} UTC" if found.until is not None else ""
    said = f"People only read since {found.since:%Y-%m-%d %H:%M} UTC{until}: {found.reason}"
    return Check("maintenance", FAULT if is_over else WARNING, said, "Run “docctl maintenance end” when it is over.")


def _check_database(session: Session) -> list[Check]:
    if session.get_bind().dialect.name == "sqlite":
        version = session.scalar(text("SELECT sqlite_version()")) or ""
        return [check_sqlite(version, session.scalar(text("PRAGMA journal_mode")) or "")]
    version = session.scalar(text("SHOW server_version"))
    lax = [name for name in ("fsync", "synchronous_commit", "full_page_writes")
           if session.scalar(text(f"SHOW {name}")) in ("off", "local")]  # fmt: skip
    if lax:
        said = f"PostgreSQL is {version}, and {', '.join(lax)} is off: a loss of power loses what was acknowledged."
        return [Check("PostgreSQL", FAULT, said, f"Set {', '.join(lax)} to on.")]
    return [Check("PostgreSQL", OK, f"PostgreSQL is {version}, with fsync and synchronous_commit.")]


def _check_secrets(session: Session) -> Check:
    changed = [found.sentence for found in check_secrets(session, committed(session))]
    if changed:
        remedy = "Nobody is let in by it; find out who changed the database, and give its owner a one-time link."
        return Check("secrets", FAULT, changed[0], remedy)
    return Check("secrets", OK, "Passwords and second factors are those to which events committed.")


def _check_clock(control: DocumentControl, session: Session) -> Check:
    newest = session.scalar(select(func.max(Event.happened_at)))
    doubt = clock_doubt(session)
    if doubt is not None:
        return Check("clock", FAULT, doubt.reason, "Set the clock, then confirm it; until then nobody signs.")
    if newest is not None and newest - control.now() > CLOCK_MAY_DIFFER:
        said = f"The clock is behind the newest event ({newest:%Y-%m-%d %H:%M} UTC)."
        return Check("clock", FAULT, said, "Set the clock; until then events carry the time of the newest one.")
    if tools.host.clock_is_set() is False:
        return Check("clock", WARNING, "No time server keeps the clock right.", "Turn on chrony or systemd-timesyncd.")
    return Check("clock", OK, "The clock is not behind the newest event.")


def _check_disk(control: DocumentControl) -> Check:
    free, floor = control.disk.free >> 20, control.disk.floor >> 20
    said = f"{free} MB are free; nothing is recorded below {floor} MB."
    if control.disk.is_low():
        return Check("disk", FAULT, said, "Make room.")
    return Check("disk", WARNING, said, "Make room soon.") if free < 2 * floor else Check("disk", OK, said)


def _check_trust(control: DocumentControl) -> Check:
    reason = control.distrust or quick_check(control)
    if reason:
        return Check("trust", FAULT, reason, f"The library is read-only. {control.trust.remedy}.")
    stopped = control.trust.stopped
    if stopped.things:
        remedy = f"Acts stop that depend on it: {stopped.in_words}. {control.trust.remedy}."
        return Check("trust", FAULT, stopped.reason, remedy)
    if lost := lost_files(control):
        return Check("trust", FAULT, lost[0].sentence, f"{lost[0].remedy}.")
    return Check("trust", OK, "The newest events and files are what was recorded.")


def _check_age(
    control: DocumentControl, session: Session, name: str, act: str, oldest: timedelta, remedy: str
) -> Check:  # fmt: skip
    newest = session.scalar(select(func.max(Event.happened_at)).where(Event.act == act))
    if newest is None:
        return Check(name, WARNING, f"There is no {name} yet.", remedy)
    state = WARNING if control.now() - newest > oldest else OK
    return Check(name, state, f"The newest {name} is of {newest:%Y-%m-%d %H:%M} UTC.", remedy if state != OK else "")


def _check_witnesses(control: DocumentControl, session: Session) -> Check:
    """Say who outside co-signed, how long ago, and how much came later."""
    try:
        found = standing(control, session)
    except LibraryMismatchError as loss:
        return Check("witness", FAULT, str(loss), "Run “docctl verify”.")
    best, remedy = found.best, "See Registers, Witnesses; the manual says how another town runs one."
    refusing = next((each for each in found.witnesses if each.refuses), None)
    said = next(found.sentences)
    if refusing is not None:
        return Check("witness", FAULT, f"{said} {refusing.name} refuses: {refusing.refusal}", "Run “docctl verify”.")
    if best is None or best.seen_at is None:
        return Check("witness", WARNING, said, remedy)
    ago = control.now() - best.seen_at
    since = f"{ago.days} days" if ago.days else f"{int(ago.total_seconds() // 3600)} hours"
    state = WARNING if ago > OLDEST_COSIGNATURE else OK
    return Check("witness", state, f"{said} That was {since} ago.", remedy if state != OK else "")


def _check_followers(control: DocumentControl, session: Session) -> Check:
    if is_lagging(control, session):
        remedy = "See whether “docctl serve” runs, and what its log says."
        return Check("followers", WARNING, "The followers are behind by more than two minutes.", remedy)
    return Check("followers", OK, "The followers are up to date.")


def _check_search(control: DocumentControl, session: Session) -> Check:
    """Say how much of the library can be found, and rest until the followers have built what is lacking."""
    found, documents = search.indexed(control, session)
    if found < documents:
        said = f"The index is being built: {found:,} of {documents:,} documents are in it."
        remedy = "Wait, where “docctl serve” runs; else run “docctl follow --once”."
        return Check("search", WARNING, said, remedy)
    return Check("search", OK, f"Search knows all {documents:,} documents in force.")


def held_up(session: Session) -> list[Revision]:
    """Return the revisions whose files cannot be issued as they are, by number."""
    found = session.scalars(select(Revision).where(Revision.issue_trouble != "")).all()
    return sorted(found, key=lambda each: (each.document.canonical, each.number))


def _check_issues(session: Session, *, naming: bool) -> Check:
    found = held_up(session)
    if not found:
        return Check("issues", OK, "Nothing is known that keeps files from being issued.")
    names = [each.name for each in found]
    listed = ", ".join(names[:SHOWN]) + (f" and {len(names) - SHOWN} more" if len(names) > SHOWN else "")
    said = f"The files of {listed if naming else _counted_revisions(len(found))} cannot be issued as they are."
    remedy = (
        "See its page, or “docctl let-stand NUMBER”: mend what it names, then “docctl issue NUMBER --again”; let it "
        "stand with a reason; or “docctl send-back NUMBER”."
    )
    return Check("issues", FAULT if any(each.state == State.IN_FORCE for each in found) else WARNING, said, remedy)


def _check_routes(session: Session) -> Check:
    """Say which approval routes nobody can fulfil, of those that documents there are would be submitted to."""
    routed = select(DocumentType.approval_route_id).where(DocumentType.id.in_(select(Document.type_id)))
    used = set(session.scalars(routed))
    faults = [fault for number, fault in faults_of_routes(session).items() if number in used]
    if not faults:
        return Check("routes", OK, "The approval routes in use can be fulfilled.")
    more = f" {len(faults) - 1} more cannot be fulfilled either." if len(faults) > 1 else ""
    return Check("routes", WARNING, f"{faults[0]}{more}", "See Administration, Approval routes.")


def _counted_revisions(count: int) -> str:
    return f"{count} revisions" if count > 1 else "1 revision"


def files_held_up(session: Session) -> int:
    """Return how many revisions have files that cannot be issued as they are."""
    return session.scalar(select(func.count(Revision.id)).where(Revision.issue_trouble != "")) or 0


def _check_mirror(control: DocumentControl, session: Session) -> list[Check]:
    """Say how far the mirror is, where there is one; publishing never waits for it."""
    mark = session.get(Watermark, MIRROR)
    if mark is None:
        return []
    denied = select(Event.seq).where(Event.act == Act.MIRROR_DENIED, Event.seq > mark.seq).limit(1)
    if session.scalar(denied) is not None:
        said = "The mirror denies to take what this library holds now: one of the two was rewritten."
        return [Check("mirror", FAULT, said, "Run “docctl verify”, and look at the mirror; do not force it.")]
    since = session.scalar(select(func.min(Event.happened_at)).where(Event.seq > mark.seq))
    if since is not None and control.now() - since > MIRROR_MAY_LAG:
        said = f"The mirror lacks what happened since {since:%Y-%m-%d %H:%M} UTC; work goes on without it."
        return [Check("mirror", WARNING, said, "See whether it can be reached, and what the log of docctl serve says.")]
    return [Check("mirror", OK, "The mirror has taken what happened.")]


def is_lagging(control: DocumentControl, session: Session) -> bool:
    """Say whether anything that happened minutes ago is not followed yet."""
    mark = session.get(Watermark, FIRST_FOLLOWER)
    waiting = select(func.min(Event.happened_at)).where(Event.seq > (mark.seq if mark is not None else 0))
    since = session.scalar(waiting)
    return since is not None and control.now() - since > FOLLOWERS_MAY_LAG


def _check_notices(session: Session) -> Check:
    given_up = session.scalar(select(func.count(Notice.id)).where(Notice.given_up_at.is_not(None))) or 0
    if given_up:
        remedy = "See Administration, Operations: correct the addresses and send them again."
        return Check("notices", WARNING, f"{given_up} notices could not be sent and were given up.", remedy)
    return Check("notices", OK, "No notice was given up.")


def undelivered(session: Session, person: Reader) -> list[Notice]:
    """Return the notices that were given up, or wait because of some trouble, the newest first."""
    require(person, Right.ADMINISTER)
    troubled = Notice.given_up_at.is_not(None) | (Notice.due_at.is_not(None) & (Notice.trouble != ""))
    return list(session.scalars(select(Notice).where(troubled).order_by(Notice.id.desc()).limit(200)))


def in_the_way(control: DocumentControl) -> dict[str, bool]:
    """Return of each thing in a word whether it keeps the library from working now."""
    with control.reading() as session:
        lags, doubted = is_lagging(control, session), clock_doubt(session) is not None
        maintained = maintenance_now(session) is not None
    return {
        "repository": not (control.library.folder / "HEAD").is_file(),
        "key": tools.host.mode_of(control.data / "keys" / "ledger_key") is None,
        "trust": bool(control.distrust),
        "disk": control.disk.has_failed or control.disk.is_low(),
        "followers": lags,
        "clock": doubted,
        "maintenance": maintained,
    }


def unready(control: DocumentControl) -> list[str]:
    """Return in a word each what keeps the library from working now; nothing where it is ready."""
    return [name for name, is_there in in_the_way(control).items() if is_there]
