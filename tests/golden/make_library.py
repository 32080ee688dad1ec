"""Makes a golden library with the version of docctl that is checked out: python make_library.py ARCHIVE.tar.xz.

It is run in the folder of that version, with the libraries that version has locked, and those of its tests. What
happens is told by that version's own tests (tests/recovery/whole_life.py, where there is one) and by the deeds below; a
deed that the version does not know yet is left out, and named.
"""

import io
import json
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path.cwd()))

LEFT_OUT = {"cache", "index", "git.lock", "staging", "quarantine", "past", "hooks"}
MADE_AGAIN = {".idx", ".bitmap", ".rev"}
DAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NOWHERE = 9


def of(name: str) -> Any:
    """Return a module of docctl as it is in this version, in whatever chapter of its room it stands."""
    room, _, file = name.partition(".")
    places = [*Path("docctl", room).rglob(f"{file}.py"), *Path("docctl").rglob(f"{file}.py")]
    if not places:
        raise ImportError(f"this version has no {name}")
    return import_module(".".join(places[0].with_suffix("").parts))


library = import_module("tests.factories.library")
PASSWORD, TEXT = library.PASSWORD, library.TEXT


def write(office: Any, clock: Any) -> None:
    """Drafts are saved, set aside, restored, taken to Word, given back and given up."""
    control, people, drafting = office.control, office.people, of("actions.drafting")
    revision = office.write("POL-101", text=f"{TEXT}See POL-106.\n", clauses=[("iso-9001-2015", "5.2")])
    shown = office.revision(revision).fingerprint
    office.save(revision, f"{TEXT}Once more.\n")
    with suppress(of("domain.errors").StaleDraftError):
        other = of("domain.written_text").WrittenText("Other")
        drafting.save_draft(control, revision, people["carla"], reason="Mine", based_on=shown, text=other)
    drafting.restore_draft(control, revision, people["alice"], 1)
    drafting.take_for_editing(control, revision, people["alice"])
    drafting.give_back(control, revision, people["alice"])
    given_up = office.write("POL-102", author="carla")
    drafting.discard(control, given_up, people["carla"], "Not needed")


def sign(office: Any, clock: Any) -> None:
    """A revision is remarked on, sent back, recalled, signed, planned, and brought into force early."""
    control, rob, reviewing = office.control, office.people["rob"], of("actions.reviewing")
    revision = office.write("POL-103")
    office.submit(revision)
    reviewing.comment(control, revision, rob, "Say more.", "Purpose")
    with control.reading() as session:
        remark = session.get_one(of("domain.revision").Revision, revision).comments[0].id
    reviewing.close_comment(control, revision, rob, remark)
    reviewing.request_changes(control, revision, rob, "Unclear", shown=office.revision(revision).fingerprint)
    office.submit(revision)
    office.review(revision)
    reviewing.recall(control, revision, office.people["alice"], "A word is missing")
    office.save(revision, f"{TEXT}A word.\n")
    office.carry_through(revision, effective=control.now().date() + timedelta(days=30))
    of("actions.publishing").publish_now(control, revision, office.people["carla"])


def publish(office: Any, clock: Any) -> None:
    """Revisions come into force, are superseded, withdrawn and adopted."""
    control, carla = office.control, office.people["carla"]
    office.publish("POL-106")
    office.revise("POL-106", f"{TEXT}More.\n")
    office.publish("POL-107")
    of("actions.withdrawing").withdraw(control, office.document_id("POL-107"), carla, "Gone")
    importing = of("actions.importing")
    described = of("domain.document_metadata").DocumentMetadata(title="Adopted", owner="Head of Quality")
    text = of("domain.written_text").WrittenText(TEXT)
    read = importing.ReadFile("POL-108.md", "POL-108", "Adopted", "policy", described, text, "From elsewhere", "0" * 64)
    importing.import_document(control, carla, read, adoption=importing.Adoption(evidence="minutes"))


def fail(office: Any, clock: Any) -> None:
    """A file cannot be issued while its template is damaged, where that has not happened yet."""
    if "revision:issue_failed" in acts_of(office.control):
        return
    template = office.control.templates / "policy.docx"
    sound = template.read_bytes()
    office.publish("POL-401")
    template.write_bytes(b"no Word file")
    catch_up(office.control)
    template.write_bytes(sound)


def administer(office: Any, clock: Any) -> None:
    """The organisation, its people, types and routes change."""
    control, admin, carla = office.control, office.people["admin"], office.people["carla"]
    administering, route, organising = (
        of("actions.administering"), of("domain.approval_route"), of("actions.organising")
    )  # fmt: skip
    administering.change_organisation(
        control, carla, name="City of Weights", time_zone="UTC", standards=["iso-9001-2015"]
    )  # fmt: skip
    law, rights = (organising.add_unit(control, carla, name) for name in ("Law", "Rights"))
    nia = administering.add_user(control, admin, login="nia", name="Nia", roles=["author"], email="nia@weights.example")
    administering.change_user(
        control, admin, nia, name="Nia New", email="new@weights.example", department="Law", roles=["reviewer"]
    )
    organising.rename_unit(control, carla, law, "Law and Contracts")
    organising.merge_units(control, carla, law, rights, "One office for both")
    organising.split_unit(control, carla, rights, "Archive", "Two rooms", members=[nia])
    organising.retire_unit(control, carla, organising.add_unit(control, carla, "Cellar"), "Never came to be")
    administering.set_disabled(control, admin, nia, True)
    administering.set_disabled(control, admin, nia, False)
    steps = (
        route.RouteStep(route.REVIEW, "I have read this.", people=(office.people["rob"],)),
        route.RouteStep(route.APPROVE, "I approve this.", roles=("approver",)),
    )
    laying = of("actions.laying_routes") if [*Path("docctl").rglob("laying_routes.py")] else administering
    for each in (steps, steps[::-1]):
        laying.set_route(control, carla, "Two pairs of eyes", each)
    for months in (6, 18):
        given = ("notice", "NOT-###", "policy.docx", "Two pairs of eyes", months)
        types = of("actions.setting_types") if [*Path("docctl").rglob("setting_types.py")] else administering
        types.set_type(control, carla, types.TypeSettings(*given, is_default=True))


def choose_a_password(office: Any, clock: Any) -> None:
    """Somebody is given a one-time link, and chooses a password by it."""
    administering, eve = of("actions.administering"), office.people["eve"]
    secret = administering.issue_link(office.control, office.people["admin"], eve)
    administering.choose_password(office.control, secret, PASSWORD)


def sign_in(office: Any, clock: Any) -> None:
    """People sign in, with the right password and with wrong ones."""
    control = office.control
    signing_in = getattr(of("actions.administering"), "sign_in", None) or of("actions.signing_in").sign_in
    signing_in(control, "eve", PASSWORD)
    for _ in range(7):
        with suppress(of("domain.errors").DocctlError):
            signing_in(control, "nobody" if _ < 1 else "ann", "a wrong password")
    clock.forward(hours=2)


def sign_wrongly(office: Any, clock: Any) -> None:
    """Somebody gives a wrong password for a signature; the fifth ends the session it was given in."""
    revision, reviewing = office.write("POL-402"), of("actions.reviewing")
    office.submit(revision)
    shown, more, wrong = office.revision(revision).fingerprint, {}, "a wrong password"
    with suppress(ImportError):
        more = {"session": of("actions.signing_in").sign_in(office.control, "rob", PASSWORD)[1]}
    given = {"password": wrong, **more}
    with suppress(AttributeError):
        given = {"credentials": of("domain.password").Credentials(wrong, **more)}
    for _ in range(5):
        with suppress(of("domain.errors").DocctlError):
            reviewing.review(office.control, revision, office.people["rob"], shown=shown, **given)
    clock.forward(hours=2)


def look(office: Any, clock: Any) -> None:
    """An auditor looks at a document, and it is told a minute later."""
    recording = of("actions.recording_access")
    recording.note_view(office.control, office.person("audra"), "document", document="POL-106", revision=1)
    clock.forward(hours=1)
    recording.record_collected(office.control)


def end_sessions(office: Any, clock: Any) -> None:
    """Somebody's sessions are ended."""
    of("actions.signing_in").sign_in(office.control, "eve", PASSWORD)
    of("actions.ending_sessions").end_sessions_of(office.control, office.people["admin"], office.people["eve"])


def use_a_second_factor(office: Any, clock: Any) -> None:
    """A second factor is set up, used, replaced by a recovery code, refused, and taken away."""
    control, rob, setting_up = office.control, office.people["rob"], of("actions.setting_up_factor")
    signing_in, device = of("actions.signing_in"), import_module("pyotp")
    clock.forward(hours=2)
    key = device.TOTP(setting_up.begin(control, rob))
    codes = setting_up.confirm(control, rob, PASSWORD, key.at(control.now()))
    waiting = signing_in.sign_in(control, "rob", PASSWORD)[1]
    signing_in.give_code(control, waiting, codes[0])
    clock.forward(hours=1)
    setting_up.renew_codes(control, rob, PASSWORD, key.at(control.now()))
    with suppress(of("domain.errors").DocctlError):
        setting_up.renew_codes(control, rob, "a wrong password", "000000")
    setting_up.take_away(control, office.people["admin"], rob, "The device is lost")


def mail(office: Any, clock: Any) -> None:
    """A link is mailed to whoever forgot a password; mail that was given up is sent again."""
    control, admin = office.control, office.people["admin"]
    letter, recovering = of("domain.letter"), of("actions.recovering_access")
    control.mail_server = letter.MailServer("127.0.0.1", NOWHERE, "docctl@weights.example", starttls=False)
    given = {"email": "rob@weights.example", "department": "Quality", "roles": ["reviewer"]}
    of("actions.administering").change_user(control, admin, office.people["rob"], name="Rob Reviewer", **given)
    recovering.ask_for_link(control, "rob")
    recovering.send_asked_links(control)
    for _ in range(14):
        of("followers.notices").follow(control)
        clock.forward(days=1)
    of("actions.notifying").send_again(control, admin)
    control.mail_server = None


def refuse_a_file(office: Any, clock: Any) -> None:
    """A file that is no Word file is refused."""
    batches, carla = of("actions.import_batches"), office.people["carla"]
    batches.stage(office.control, carla, batches.new_batch(office.control, carla), "broken.docx", b"no Word file")


def doubt_the_clock(office: Any, clock: Any) -> None:
    """The clock is set back, and leaps, and is confirmed each time."""
    control, limits, waiting = office.control, office.control.clock_limits, office.write("POL-501")
    office.submit(waiting)
    confirm = of("actions.confirming_clock").confirm_clock
    control.clock_limits = of("domain.host_clock").ClockLimits()
    for days in (-1, 400):
        clock.forward(days=days)
        with suppress(of("domain.errors").DocctlError):
            office.review(waiting)
        with suppress(of("domain.errors").DocctlError):
            confirm(control, office.people["admin"], "The clock was set")
        if days < 0:
            clock.forward(days=-days)
            with suppress(of("domain.errors").DocctlError):
                confirm(control, office.people["admin"], "The clock was set right again")
    control.clock_limits = limits


def fall_behind(office: Any, clock: Any) -> None:
    """A tag of an issue is lost, and brought back by the repair."""
    tag = ["git", "-C", str(office.control.library.folder), "update-ref", "-d", "refs/tags/POL-106/1"]
    subprocess.run(tag, check=True)
    of("recovery.repairing").repair(office.control)


def lose_an_object(office: Any, clock: Any) -> None:
    """A commit is lost, and fetched back from a mirror."""
    repairing = of("recovery.repairing")
    fetch = repairing.repair_by_fetching
    folder, commit = office.control.library.folder, office.revision(1).current.commit
    with tempfile.TemporaryDirectory() as beside:
        subprocess.run(["git", "clone", "--quiet", "--mirror", "--no-local", folder, f"{beside}/mirror"], check=True)
        (folder / "objects" / commit[:2] / commit[2:]).unlink()
        fetch(office.control, f"{beside}/mirror")


def deny(office: Any, clock: Any) -> None:
    """A mirror denies what is pushed to it."""
    of("actions.checkpointing").record_refusal(office.control, "The mirror denied what was pushed.")


DEEDS: tuple[Callable[[Any, Any], None], ...] = (
    choose_a_password, fail, sign_wrongly, sign_in, look, end_sessions, use_a_second_factor, mail, refuse_a_file,
    doubt_the_clock, fall_behind, lose_an_object, deny,
)  # fmt: skip
FIRST_LIFE = (administer, write, sign, publish)
# The same acts on fewer documents, so that the archive stays small.
ALSO_TOLD_HERE = {moment.__name__: moment for moment in (write, sign, publish)}


def catch_up(control: Any) -> None:
    """Let the followers issue what is in force, and all else that follows."""
    of("followers.catching_up").catch_up(control)


def live(office: Any, clock: Any) -> Iterator[str]:
    """Let everything happen that this version knows; yield the deeds that it does not."""
    try:
        lived = import_module("tests.recovery.whole_life")
    except ImportError:
        for moment in FIRST_LIFE:
            moment(office, clock)
    else:
        for moment in lived.LIFE:
            mine = ALSO_TOLD_HERE.get(moment.__name__)
            moment(office) if mine is None else mine(office, clock)
        catch_up(office.control)
        lived.dispose_of(office, clock)
    catch_up(office.control)
    for deed in DEEDS:
        try:
            deed(office, clock)
        except (ImportError, AttributeError) as unknown:
            yield f"{deed.__name__} ({unknown})"
    catch_up(office.control)


def acts_of(control: Any) -> list[str]:
    """Return every act that is in the trail."""
    with control.reading() as session:
        event = of("domain.audit_trail").Event
        return sorted({row.act for row in session.query(event)})


def back_up(control: Any, folder: Path) -> None:
    """Write a backup and a checkpoint beside the library, as far as this version makes them."""
    with suppress(ImportError):
        of("recovery.backing_up").back_up(control, folder / "backup", keys_folder=folder / "keys")
    with suppress(ImportError):
        checkpointing = of("actions.checkpointing")
        checkpointing.write_checkpoint(control, checkpointing.take_checkpoint(control), folder / "checkpoint")


def ease_packing(control: Any) -> None:
    """Keep Git's objects once and uncompressed: the archive compresses better what is in it twice."""
    _git(control, "config", "pack.compression", "0")
    _git(control, "repack", "-a", "-d", "-F", "-q")
    _git(control, "prune-packed")


def leave_no_place(control: Any) -> None:
    """Let the library say nothing about where it was made."""
    ease_packing(control)
    _git(control, "config", "--unset", "pack.compression")
    signers = ("config", "gpg.ssh.allowedSignersFile")
    with suppress(subprocess.CalledProcessError):
        _git(control, *signers)
        _git(control, *signers, "/srv/docctl/data/keys/allowed_signers")


def _git(control: Any, *words: str) -> None:
    subprocess.run(["git", "-C", str(control.library.folder), *words], check=True, stdout=subprocess.DEVNULL)


def packed(folder: Path, archive: Path) -> None:
    """Pack a folder, the same whoever packs it and when."""
    with tarfile.open(archive, "w:xz", preset=9) as tar:
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder)
            if set(name.parts) & LEFT_OUT or path.suffix in MADE_AGAIN or path.name == "commit-graph":
                continue
            member, data = tarfile.TarInfo(str(name)), b"" if path.is_dir() else path.read_bytes()
            member.type = tarfile.DIRTYPE if path.is_dir() else tarfile.REGTYPE
            member.size, member.mode, member.mtime = len(data), path.stat().st_mode & 0o777, int(DAY.timestamp())
            tar.addfile(member, io.BytesIO(data))


def main(archive: Path) -> None:
    """Make the library, and pack it with its backup, its keys, its checkpoint, and what is to be said about it."""
    with tempfile.TemporaryDirectory() as made:
        folder, clock = Path(made), library.Clock(DAY)
        library.found_library(folder / "data", clock).engine.dispose()
        control = library.open_library(folder / "data", clock)
        office = library.Office(control, library.people_of(control))
        unknown = list(live(office, clock))
        ease_packing(control)
        back_up(control, folder)
        catch_up(control)
        known = {str(act) for act in of("domain.audit_trail").Act}
        acts, now = acts_of(control), control.now()
        control.engine.dispose()
        leave_no_place(control)
        about = {
            "made by": archive.name.removesuffix(".tar.xz"),
            "instant": now.isoformat(),
            "acts": acts,
            "not reached": sorted(known - set(acts)),
        }
        (folder / "about.json").write_text(json.dumps(about, indent=1) + "\n")
        packed(folder, archive)
    print(json.dumps(about["not reached"]), *unknown, f"{archive.stat().st_size:,} bytes", sep="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
