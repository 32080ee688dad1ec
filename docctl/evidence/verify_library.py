"""Checks a clone, an evidence pack, or the proof of an event by the manual's "The format", without docctl."""

import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

USAGE = """usage: python3 -I -S verify_library.py CLONE [--only NUMBER] [CHECKPOINT or HEAD...]
       python3 -I -S verify_library.py PACK.zip [CHECKPOINT or HEAD...]
       python3 -I -S verify_library.py --proof EVENT.json EVENT.tlog-proof KEY...
A HEAD is what a witness co-signed. Each KEY, of the library or of a witness, must have signed the head of the proof.
It exits with 0 where all is sound, 2 where something is not, 3 where it could not look, 64 for wrong usage."""
FORM = r"\Adocctl checkpoint v1\nlibrary (\S+) .*\nseq (\d+)\nchain (\w{64}) (\w{40})\ntime \S+\n\Z"
SIGNATURE = rb"-----BEGIN SSH SIGNATURE-----\n[\w+/=\n]+\n-----END SSH SIGNATURE-----\n"
# Any of them lets Git show another history than the one it is given, or objects that are not in the clone.
ELSEWHERE = ("shallow", "info/grafts", "objects/info/alternates", "objects/info/http-alternates", "commondir")
TEMPORARY, CHECKED, WHERE = tempfile.TemporaryDirectory(), dict[str, bool](), dict[str, str]()
STORED = dict[str, dict[str, str]]()  # by fingerprint, the files of a draft as its event lists them
OF_A_LOSS = r"broken link from .*| +to .*|missing \w+ \w{40}|error: \S+: invalid sha1 pointer \w{40}|(?:notice|hint):.*"
SCRATCH, LISTS = Path(TEMPORARY.name), ("asked", "signed", "authors", "saved", "issues")
ALONE = {**os.environ, "GIT_GRAFT_FILE": os.devnull, "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C"}
HEAD = r"\A([^\n]+)\n(0|[1-9][0-9]*)\n([A-Za-z0-9+/]{43}=)\n"
DASH, KIND_OF_WITNESS = "\u2014", 4
BREAKS = ("library:restored", "audit_trail:key_lost", "audit_trail:history_broken")
PRIME, ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
CURVE = -121665 * pow(121666, -1, PRIME) % PRIME
Event = dict[str, Any]
Point = tuple[int, int, int, int]
Replayed = tuple[dict[tuple[str, int], Event], dict[str, Event], list[str]]


def _git(*words: str) -> str:
    # What a clone says about itself must not choose the program that checks its signatures.
    told = ["safe.directory=*", "gpg.ssh.program=ssh-keygen", "core.hooksPath=/dev/null"]
    told += [f"gpg.ssh.allowedSignersFile={SCRATCH / 'signers'}"]
    told = [word for each in told for word in ("-c", each)]
    command = ["git", "--no-replace-objects", *told, "-C", WHERE["clone"], *words]
    return subprocess.run(command, capture_output=True, check=True, env=ALONE).stdout.decode().strip()


def _files(commit: str, *paths: str) -> dict[str, bytes]:
    _git("--literal-pathspecs", "archive", "--format=tar", "--output", str(SCRATCH / "tar"), commit, "--", *paths)
    with tarfile.open(SCRATCH / "tar") as tar:
        return {file.name: held.read() for file in tar if file.isfile() and (held := tar.extractfile(file))}


def _parents_and_tree(commit: str) -> str:
    lines = _git("cat-file", "commit", commit).partition("\n\n")[0].splitlines()
    return " ".join([line[7:] for line in lines if line.startswith("parent ")] + [lines[0][5:]])


def _left_of(commit: str, lost: set[str]) -> tuple[dict[str, bytes], bool]:
    """Return the files of a commit, or those of them that are not lost; and whether that is all."""
    if commit in lost:
        return {}, False
    listed = _git("rev-list", "--objects", "--no-walk", "--missing=print", commit).splitlines() if lost else []
    gone = {row[1:] for row in listed if row.startswith("?")}
    if not gone or not gone <= lost:
        return _files(commit), True
    try:
        rows = [row.split("\t", 1) for row in _git("ls-tree", "-r", "-z", commit).split("\0") if row]
    except subprocess.CalledProcessError:  # a folder is lost
        return {}, False
    paths = [path for what, path in rows if what.split()[2] not in gone]
    return (_files(commit, *paths) if paths else {}), False


def _shas(files: dict[str, bytes]) -> dict[str, str]:
    return {path: hashlib.sha256(data).hexdigest() for path, data in sorted(files.items())}


def _print_of(shas: dict[str, str]) -> str:
    return hashlib.sha256("".join(f"{sha}  {path}\n" for path, sha in sorted(shas.items())).encode()).hexdigest()


def _is_signed(message: str, signature: bytes, key: str, namespace: str) -> bool:
    (SCRATCH / "signer").write_text(f"ledger {key}\n")
    (SCRATCH / "signature").write_bytes(signature + b"\n")
    command = ["ssh-keygen", "-Y", "verify", "-I", "ledger", "-n", namespace, "-f", "signer", "-s", "signature"]
    return not subprocess.run(command, cwd=SCRATCH, input=message.encode(), capture_output=True).returncode


def _fingerprint(key: str) -> str:
    return "SHA256:" + b64encode(hashlib.sha256(b64decode(key.split()[1])).digest()).decode().rstrip("=")


def _point(data: bytes) -> Point:
    """Read a point of the curve (RFC 8032, 5.1.3); raise ValueError where it is none."""
    sign, y = data[31] >> 7, int.from_bytes(data, "little") & ((1 << 255) - 1)
    square = (y * y - 1) * pow(CURVE * y * y + 1, -1, PRIME) % PRIME
    x = pow(square, (PRIME + 3) // 8, PRIME)
    x = x if (x * x - square) % PRIME == 0 else x * pow(2, (PRIME - 1) // 4, PRIME) % PRIME
    if (x * x - square) % PRIME or y >= PRIME or (x == 0 and sign):
        raise ValueError("a key or a signature is no point")
    x = x if x & 1 == sign else PRIME - x
    return x, y, 1, x * y % PRIME


def _add(one: Point, other: Point) -> Point:
    a, b = (one[1] - one[0]) * (other[1] - other[0]), (one[1] + one[0]) * (other[1] + other[0])
    c, d = 2 * one[3] * other[3] * CURVE, 2 * one[2] * other[2]
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % PRIME, g * h % PRIME, f * g % PRIME, e * h % PRIME


def _times(number: int, point: Point) -> Point:
    product: Point = (0, 1, 1, 0)
    while number:
        product = _add(product, point) if number & 1 else product
        point, number = _add(point, point), number >> 1
    return product


def is_signed_plainly(public: bytes, message: bytes, signature: bytes) -> bool:
    """Say whether a signature by Ed25519 is that of a key (RFC 8032, 5.1.7)."""
    factor = int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or factor >= ORDER:
        return False
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    try:
        at = _add(_point(signature[:32]), _times(int.from_bytes(digest, "little") % ORDER, _point(public)))
    except ValueError:
        return False
    base = _times(factor, _point(bytes.fromhex("58" + "66" * 31)))
    return all((base[i] * at[2] - at[i] * base[2]) % PRIME == 0 for i in (0, 1))


def signed_at(note: str, key: str) -> int | None:
    """Return when NAME+ID+KEY signed a head; 0 for a library, which says no time; None where it did not."""
    (text, _, lines), (name, _, encoded) = note.rpartition("\n\n"), key.split("+", 2)
    kind, public = b64decode(encoded)[:1], b64decode(encoded)[1:]
    wanted, times = hashlib.sha256(f"{name}\n".encode() + kind + public).digest()[:4], list[int]()
    for line in (each for each in lines.splitlines() if each.startswith(f"{DASH} {name} ")):
        signed, said, at = b64decode(line.split(" ")[2]), f"{text}\n", 0
        if kind[0] == KIND_OF_WITNESS:
            at, signed = int.from_bytes(signed[4:12], "big"), signed[:4] + signed[12:]
            said = f"cosignature/v1\ntime {at}\n{said}"
        if signed[:4] == wanted and is_signed_plainly(public, said.encode(), signed[4:]):
            times.append(at)
    return max(times, default=None)


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def root_of(leaves: list[bytes]) -> bytes:
    """Return the root of the tree over leaves (RFC 6962, 2.1)."""
    if len(leaves) < 2:
        return leaves[0] if leaves else hashlib.sha256().digest()
    left = 1 << (len(leaves) - 1).bit_length() - 1
    return _node(root_of(leaves[:left]), root_of(leaves[left:]))


def rebuilt_root(leaf: bytes, at: int, size: int, proof: list[bytes]) -> bytes:
    """Return the root to which a proof leads from a leaf at its place (RFC 6962, 2.1.1); nothing where it does not."""
    if size == 1 or not proof:
        return b"" if proof or size != 1 or at else leaf
    left, *inner = 1 << (size - 1).bit_length() - 1, *proof[:-1]
    if at < left:
        return _node(rebuilt_root(leaf, at, left, inner), proof[-1])
    return _node(proof[-1], rebuilt_root(leaf, at - left, size - left, inner))


def check_proof(event: bytes, proof: str, keys: tuple[str, ...]) -> str:
    """Check that a head holds an event and that all keys signed it; return what is said where both is so."""
    [(text, salt)] = re.findall(rb'\A\{"event":(.*),"salt":"(\w{32})"\}\n\Z', event)
    said, leaf = json.loads(text), hashlib.sha256(b"\0" + bytes.fromhex(salt.decode()) + text).digest()
    block, _, note = proof.partition("\n\n")
    first, index, *lines = block.split("\n")
    [(_, size, root)], at = re.findall(HEAD, note), said["seq"] - 1
    hashes = [b64decode(line) for line in lines]
    again = ["c2sp.org/tlog-proof@v1", f"index {at}", *(b64encode(each).decode() for each in hashes)]
    CHECKED["this is not the proof of this event"] = [first, index, *lines] == again and 0 <= at < int(size)
    fine = rebuilt_root(leaf, at, int(size), hashes) == b64decode(root)
    CHECKED["the proof does not show that this event is in the tree of the head"] = fine
    for key in keys:
        CHECKED[f"the head of this proof is not signed by {key.split('+')[0]}"] = signed_at(note, key) is not None
    who = ", ".join(key.split("+")[0] for key in keys)
    return f"proven: event {said['seq']} of {said['time']}, {said['action']} {said['subject']}; signed by {who}"


def check_heads(heads: dict[str, str], events: list[tuple[str, Event]], leaves: list[bytes], keys: list[str]) -> str:
    """Check heads that witnesses co-signed; return how far the ledger is witnessed."""
    first, seen = {"docctl.invalid/" + hashlib.sha256(b64decode(keys[0].split()[1])).hexdigest(): 0}, [(0, 0, "")]
    [library], witnesses = first, [said["key"] for _, said in events if said["action"] == "witness:registered"]
    first |= {f"{library}/{said['seq']}-{at[:12]}": said["seq"] for at, said in events if said["action"] in BREAKS}
    for name, note in heads.items():
        [(origin, digits, root)] = re.findall(HEAD, note)
        size, ours = int(digits), (b64encode(b"\1" + b64decode(key.split()[1])[-32:]).decode() for key in keys)
        fine = any(signed_at(note, f"{origin}+00000000+{key}") is not None for key in ours)
        CHECKED[f"{name} does not carry this library's signature"] = fine
        fine = origin in first and first[origin] <= size <= len(leaves)
        fine = fine and root_of(leaves[:size]) == b64decode(root)
        CHECKED[f"{name}: events up to {size} are altered or gone, or it is of another break or library"] = fine
        seen += [(size, at, key.split("+")[0]) for key in witnesses if (at := signed_at(note, key))]
    size, at, who = max(seen)
    time = datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M UTC")
    later = f", the {len(leaves) - size} after it are unwitnessed" if size < len(leaves) else ""
    return f"; {who} co-signed up to event {size} on {time}{later}" if at else "; no witness co-signed any of it"


def _keys_after(said: Event, keys: list[str], seq: int, chained: str, vouched: int) -> list[str]:
    """Return the keys in order after an event, which may name the first or a new one."""
    keys, act = keys or [said["public_key"]], said["action"]
    if act not in ("audit_trail:key_rotated", "audit_trail:key_lost"):
        return keys
    what, old = ("rotation", "old") if act.endswith("rotated") else ("loss", "lost")
    both = f"docctl key {what} v1\n{old} {keys[-1]}\nnew {said['new_key']}\nseq {seq}\nafter {chained}\n"
    fine = _is_signed(both, said["countersignature"].encode(), said["new_key"], f"docctl-key-{what}")
    CHECKED[f"event {seq}: the new key did not sign to follow the old one"] = fine
    CHECKED[f"event {seq}: a key was lost, no newer checkpoint vouches"] = old == "old" or vouched >= seq
    return [*keys, said["new_key"]]


def read_ledger(tip: str, vouched: int) -> tuple[list[tuple[str, str, Event]], list[bytes], list[str]]:
    """Check every commit of the ledger; return chain, commit and event of each, the leaves, and the keys in order."""
    places, leaves, keys, held = [("0" * 64, "", Event(time=""))], list[bytes](), list[str](), _files(tip)
    (SCRATCH / "signers").write_bytes(held["allowed_signers"])
    rows = _git("log", "-z", "--reverse", "--topo-order", "--format=%H%x00%P%x00%G?%x00%GF%x00%B", tip).split("\0")
    for seq, (commit, parent, good, signer, message) in enumerate(zip(*[iter(rows)] * 5, strict=False), 1):
        data, (chained, before, earlier) = held[f"events/{seq // 1000:06d}/{seq:06d}.json"], places[-1]
        [(text, salt)] = re.findall(rb'\A\{"event":(.*),"salt":"(\w{32})"\}\n\Z', data)
        said, leaf = json.loads(text), hashlib.sha256(b"\0" + bytes.fromhex(salt.decode()) + text).digest()
        chain = hashlib.sha256(b"\1" + bytes.fromhex(chained) + leaf).hexdigest()
        keys = _keys_after(said, keys, seq, chained, vouched)
        signed_by = keys[-2 if said["action"] == "audit_trail:key_rotated" else -1]
        CHECKED[f"event {seq}: not signed by the key in force"] = (good, signer) == ("G", _fingerprint(signed_by))
        fine = f"\nSeq: {seq}\nLeaf: {leaf.hex()}\nChain: {chain}\n" in message and said["seq"] == seq
        fine = fine and parent == before and said["time"] >= earlier["time"]
        CHECKED[f"event {seq}: its commit says another number, leaf, chain, place, or an earlier time"] = fine
        places.append((chain, commit, said))
        leaves.append(leaf)
    return places, leaves, keys


def read_leaves(rows: bytes, vouched: int) -> tuple[list[tuple[str, str, Event]], list[bytes], list[str]]:
    """Check the leaves of a pack, which a checkpoint signs: texts of what its reader may see, hashes of the rest."""
    places, leaves, keys, time = [("0" * 64, "", Event())], list[bytes](), list[str](), ""
    for seq, row in enumerate(rows.splitlines(), 1):
        [(text, salt, hidden)] = re.findall(rb'\A\{(?:"event":(.*),"salt":"(\w{32})"|"leaf":"(\w{64})")\}\Z', row)
        said, chained = Event() if hidden else json.loads(text), places[-1][0]
        salted = b"\0" + bytes.fromhex(salt.decode()) + text
        leaf = bytes.fromhex(hidden.decode()) or hashlib.sha256(salted).digest()
        if said:
            fine = said["seq"] == seq and said["time"] >= time
            CHECKED[f"event {seq}: it says another number, or an earlier time"] = fine
            keys, time = _keys_after(said, keys, seq, chained, vouched), said["time"]
        places.append((hashlib.sha256(b"\1" + bytes.fromhex(chained) + leaf).hexdigest(), "", said))
        leaves.append(leaf)
    return places, leaves, keys


def check_records(lines: bytes, places: list[tuple[str, str, Event]]) -> None:
    """Check that each record of a pack is the one whose hash its event holds."""
    for line in lines.splitlines():
        said = places[json.loads(line)["event"]][2]
        same = said.get("record") == hashlib.sha256(line).hexdigest()
        CHECKED[f"records.jsonl: the record of event {said.get('seq')} is not the one whose hash it holds"] = same


def replay(events: list[Event]) -> Replayed:
    """Replay who wrote, signed and brought into force what; return all revisions, those in force, and what is gone."""
    accounts, signing = 0, ("revision:reviewed", "revision:approved")
    # Of whom a pack does not show how the account was added, a signature says whose it is.
    persons: dict[Any, Any] = {said["actor"]: said["person"] for said in events if said["action"] in signing}
    made: Replayed = ({}, {}, [])
    revisions, in_force, gone = made
    for said in events:
        act, doc, actor = said["action"], said["document"], said.get("actor_login") or said["actor"]
        who, accounts = persons.get(actor, actor), accounts + (act == "user:added")
        added = (said["subject"][5:], said.get("id") or accounts)
        persons |= dict.fromkeys(added, said["person"]) if act == "user:added" else {}
        gone += [doc] if act == "document:disposed" else []
        now = revisions.setdefault((doc, said["revision"]), {name: [] for name in LISTS})
        waits = [i for i, step in enumerate(now["asked"]) if now["signed"].count((now["round"], i)) < step["needed"]]
        now["authors"] += [who] if act in ("revision:opened", "revision:saved") else []
        stored = {row["path"]: row["sha256"] for row in said.get("stored") or ()}
        STORED[_print_of(stored)] = stored
        if act in ("revision:saved", "revision:set_aside", "revision:issued", "revision:reissued"):
            kept, files = ("issues", said["files"]) if "issued" in act else ("saved", {})
            now[kept].append((said["commit"], said["fingerprint"], files))
            now |= {name: said[name] for name in ("commit", "fingerprint") if act == "revision:saved"}
        elif act in ("revision:submitted", "revision:reassigned", "revision:changes_requested", "revision:recalled"):
            now |= {"asked": said.get("asked", []), "round": said.get("round", now.get("round"))}
        elif act in signing:
            wanted = now["asked"][said["step"]] | now | {"person": who}
            fine = all(said[name] == wanted[name] for name in ("meaning", "rule", "round", "fingerprint", "person"))
            asked, pair = said.get("in_place_of_id") or said["actor"], {who, said.get("in_place_of_person") or who}
            fine = fine and act.startswith(f"revision:{wanted['kind']}") and asked in wanted["people"]
            fine = fine and said["step"] in (waits if wanted["kind"] == "review" else waits[:1])
            fine = fine and not pair & {*now["authors"], *(each for at, each in now["signed"] if at == now["round"])}
            CHECKED[f"event {said['seq']}: this signature of {who} was not asked for over these files"] = fine
            now["signed"] += [(now["round"], each) for each in (said["step"], *pair)]
        elif act in ("revision:came_into_force", "revision:adopted"):
            fine = act == "revision:adopted" or (bool(now["asked"]) and not waits)
            fine = fine and doc not in in_force and all(said[name] == now[name] for name in ("commit", "fingerprint"))
            CHECKED[f"event {said['seq']}: {said['subject']} came into force against the rule"] = fine
            in_force[doc] = now
        elif act in ("revision:superseded", "document:withdrawn"):
            in_force.pop(doc, None)
    return made


def accepted_in(events: list[Event]) -> set[str]:
    """Return what two persons accepted as lost or done without authority, by what it is about."""
    lost = [said for said in events if said["action"] == "loss:accepted"]
    pairs = [(one, other) for one in lost for other in lost if one["finding"] == other["finding"]]
    return {one["subject"] for one, other in pairs if one["person"] != other["person"]}


def lost_in(events: list[Event]) -> set[str]:
    """Return the objects of Git that two persons accepted as lost."""
    told = [said for said in events if said["action"] == "loss:accepted"]
    pairs = [(one, other) for one in told for other in told if one["finding"] == other["finding"]]
    both = [{*one["objects"]} & {*other["objects"]} for one, other in pairs if one["person"] != other["person"]]
    return set[str]().union(*both)


def check_objects() -> set[str]:
    """Read every object, and return those that are missing; raise where Git complains of anything else."""
    try:
        _git("fsck", "--full", "--no-dangling", "--no-progress")
    except subprocess.CalledProcessError as fault:
        told = (fault.stdout + fault.stderr).decode()
        gone = set(re.findall(r"(?:^missing \w+|invalid sha1 pointer) (\w{40})$", told, re.M))
        if not gone or not all(re.fullmatch(OF_A_LOSS, line) for line in told.splitlines()):
            raise
        return gone
    return set()


def check_authority(events: list[Event]) -> None:
    """Check that each act names the newest event that gave its actor the roles, where all that it names is shown."""
    shown, newest, accepted = {said["seq"] for said in events}, dict[int, Event](), accepted_in(events)
    for said in events:
        gave, named = newest.get(said["actor"]), said.get("authority")
        if gave and named is not None and shown.issuperset(named) and gave["time"] < said["time"]:
            fine, who = gave["seq"] in named and gave["roles"] == said["actor_roles"], said["actor_name"]
            fine = fine or f"event {said['seq']}" in accepted
            CHECKED[f"event {said['seq']}: the event that it names did not give {who} these roles"] = fine
        if said["action"] in ("user:added", "user:changed"):
            now = said.get("new", said)
            newest[now.get("id")] = {**now, "seq": said["seq"], "time": said["time"]}


def check_place() -> None:
    """Check that Git has nothing but the clone itself to read from, and shows it as it is."""
    folder = Path(_git("rev-parse", "--absolute-git-dir"))
    for name in ELSEWHERE:
        CHECKED[f"{name}: Git shows something else here than the clone itself holds"] = not (folder / name).exists()


def check_files(refs: dict[str, str], key: str, replayed: Replayed, only: set[str], lost: set[str]) -> None:
    """Check the bytes of every saved draft and issue, the references to them, and the snapshot of the set in force.

    Of what lacks something that is lost the rest is checked, as far as it is listed in the events.
    """
    (revisions, in_force, gone), roots = replayed, {"refs/heads/ledger", "refs/heads/library"}
    wanted = {name: commit for name, commit in refs.items() if name in roots}
    gone += [doc for doc, _ in revisions if only and doc not in only]
    if not only:
        named = _git("rev-parse", "--revs-only", "--symbolic-full-name", "HEAD")  # nothing: it names no branch
        CHECKED["HEAD does not name the set in force, refs/heads/library"] = named in ("", "refs/heads/library")
        CHECKED["refs/heads/library, the set in force, is missing"] = not in_force or "refs/heads/library" in refs
    for doc in only:
        CHECKED[f"the ledger knows no document {doc}, or it was disposed of"] = doc in {doc for doc, _ in revisions}
    for (doc, number), now in revisions.items():
        branch, drafts = f"refs/heads/documents/{doc}", len(now["saved"])
        for at, (commit, said, issued) in enumerate(now["saved"] + now["issues"] if doc not in gone else []):
            held, is_whole = _left_of(commit, lost)
            found = _shas(held)
            text = {path: sha for path, sha in found.items() if not path.startswith("issued/")}
            others = {path: sha for path, sha in found.items() if path.startswith("issued/")}
            same = others.items() <= issued.items() and text.items() <= STORED.get(said, text).items()
            same = (_print_of(text), others) == (said, issued) if is_whole else same
            CHECKED[f"{doc} revision {number}: commit {commit} does not hold the files that were recorded"] = same
            tree = "" if now["commit"] in lost else _parents_and_tree(now["commit"])[-40:]
            is_aside = not issued and branch in refs and refs[branch] not in lost
            is_aside = is_aside and _parents_and_tree(refs[branch]) == f"{commit} {tree}"
            tag = f"refs/tags/{doc}/{number}" + (f".{at - drafts + 1}" if at > drafts else "")
            wanted[tag if issued else branch] = refs[branch] if is_aside else commit
    for name in refs.keys() | wanted.keys():
        CHECKED[f"{name} does not point to what was recorded"] = refs.get(name) == wanted.get(name)
    if "refs/heads/library" in refs:
        tips = {doc: (now["issues"] or [[now["commit"]]])[-1][0] for doc, now in in_force.items()}
        known = {f"documents/{doc}": _parents_and_tree(tip)[-40:] for doc, tip in tips.items() if tip not in lost}
        listed = _git("ls-tree", refs["refs/heads/library"], "documents/").splitlines()
        shown = {path: what for what, path in (row.split("\t") for row in listed)}
        fine = shown.keys() == {f"documents/{doc}" for doc in tips}
        fine = fine and all(shown[path] == f"040000 tree {tree}" for path, tree in known.items())
        fine = fine and _git("log", "-1", "--format=%G? %GF", refs["refs/heads/library"]) == f"G {_fingerprint(key)}"
        CHECKED["the library snapshot is not the signed set in force"] = fine


def read_pack(data: bytes) -> dict[str, bytes]:
    """Return what an evidence pack holds; written again it must be the very same zip file."""
    again = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as pack, zipfile.ZipFile(again, "w") as made:
        for entry in pack.infolist():
            same = zipfile.ZipInfo(entry.filename, entry.date_time)
            same.create_system, same.external_attr = 3, 0o644 << 16
            made.writestr(same, pack.read(entry))
        held = {name: pack.read(name) for name in pack.namelist()}
    CHECKED["the zip file holds other bytes than its files"] = data == again.getvalue()
    CHECKED["the zip file holds two files of one name"] = len(held) == len(made.infolist())
    return held


def _clone(bundle: bytes) -> str:
    # Taken apart and not cloned, because Git clones nothing where an object is lost; what is missing shows later.
    (SCRATCH / "bundle").write_bytes(bundle)
    subprocess.run(["git", "init", "--quiet", "--bare", "clone.git"], cwd=SCRATCH, env=ALONE, check=True)
    WHERE["clone"] = str(SCRATCH / "clone.git")
    rows = _git("bundle", "unbundle", str(SCRATCH / "bundle")).splitlines()
    (SCRATCH / "clone.git" / "packed-refs").write_text("".join(f"{row}\n" for row in rows if " refs/" in row))
    return WHERE["clone"]


def check_list(held: dict[str, bytes], key: str) -> None:
    """Check every file of a pack against the list that the library signed."""
    listed = held["SHA256SUMS"].decode()
    both = {"SHA256SUMS", "SHA256SUMS.sig"}
    sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in held.items() if name not in both)
    fine = re.fullmatch(SIGNATURE, held["SHA256SUMS.sig"]) is not None
    fine = fine and _is_signed(listed, held["SHA256SUMS.sig"], key, "docctl-checkpoint")
    CHECKED["SHA256SUMS does not carry this library's signature"] = fine
    for name in {row.partition("  ")[2] for row in {*listed.splitlines()} ^ {*sums.splitlines()}}:
        CHECKED[f"{name} is not what the library put into the pack"] = False


def check_shown(held: dict[str, bytes], revisions: dict[tuple[str, int], Event], lost: set[str]) -> None:
    """Check that what a pack shows in files/ is a revision of its document."""
    shown = {name[6:]: data for name, data in held.items() if name.startswith("files/")}
    for commit, said, issued in (each for now in revisions.values() for each in (now["saved"] + now["issues"])[::-1]):
        files, is_whole = _left_of(commit, lost)
        if files == shown or (not is_whole and _shas(shown).items() <= {**STORED.get(said, {}), **issued}.items()):
            return
    CHECKED["files/ are not those of a revision"] = False


def _read(place: Path, only: set[str], checkpoints: list[Path]) -> str:
    """Check everything; return what is said where all of it is sound."""
    held = read_pack(place.read_bytes()) if place.is_file() else {}
    for name in (name for name in held if re.fullmatch(r"checkpoint-[\d-]+\.txt", name)):
        for each in (name, f"{name}.sig"):
            (SCRATCH / each).write_bytes(held[each])
        checkpoints.append(SCRATCH / name)
    WHERE["clone"] = _clone(held["library.bundle"]) if held else str(place)
    gone = check_objects()
    check_place()
    rows = _git("for-each-ref", "--format=%(refname) %(objectname)").splitlines()
    refs, branches = dict[str, str](), "refs/heads/documents/"
    for name, commit in (row.replace("refs/remotes/origin/", "refs/heads/").split() for row in rows):
        if not name.endswith("/HEAD"):
            CHECKED[f"{name} points to two places in this clone"] = refs.setdefault(name, commit) == commit
    documents = {name.removeprefix(branches) for name in refs if name.startswith(branches)}
    notes = {file.name: file.read_text() for file in checkpoints if f"\n\n{DASH} " in file.read_text()}
    checkpoints = [file for file in checkpoints if file.name not in notes]
    known = [int(re.findall(r"\nseq (\d+)\n", file.read_text())[0]) for file in checkpoints]
    known += [int(note.split("\n")[1]) for note in notes.values()]
    notes |= {name: data.decode() for name, data in held.items() if name.startswith("cosigned/")}
    if lines := held.get("ledger.jsonl"):
        places, leaves, keys = read_leaves(lines, max([0, *known]))
        CHECKED["no checkpoint of the pack is of its last leaf"] = len(places) - 1 in known
        check_records(held.get("records.jsonl", b""), places)
    else:
        places, leaves, keys = read_ledger(refs["refs/heads/ledger"], max([0, *known]))
    told = [said for _, _, said in places[1:] if said]
    replayed = replay(told)
    check_authority(told)
    lost = gone & lost_in(told)
    for each in gone - lost:
        CHECKED[f"{each} is missing, and nobody accepted that"] = False
    check_files(refs, keys[-1], replayed, only or (documents if held else set()), lost)
    if held:
        CHECKED["the pack is about no document"] = bool(documents)
        check_list(held, keys[-1])
        check_shown(held, {key: now for key, now in replayed[0].items() if key[0] in documents}, lost)
    for file in checkpoints:
        text, beside = file.read_bytes().decode(), file.with_name(f"{file.name}.sig").read_bytes()
        [(library, seq, *where)] = re.findall(FORM, text)
        fine = any(_is_signed(text, beside, key, "docctl-checkpoint") for key in keys)
        CHECKED[f"{file.name} does not carry this library's signature"] = fine and library == _fingerprint(keys[0])
        at = [(chain, commit or where[1]) for chain, commit, _ in places][int(seq) :][:1]
        CHECKED[f"{file.name}: events are altered or gone"] = (*where,) in at
    seen = f", of {', '.join(sorted(only or documents))} alone" if only or held else ""
    counted, apart = len(places) - 1 - len(told), sum("record" in said for said in told)
    seen += f", {counted} other events counted by their leaves" if counted else ""
    seen += "" if held or not apart else f", {apart} records lie apart from the ledger and are not here"
    accepted = accepted_in(told)
    seen += f"; accepted by two persons: {', '.join(sorted(accepted))}" if accepted else ""
    unseen = "" if checkpoints else "; without a checkpoint nobody sees newest events that were cut off"
    witnessed = check_heads(notes, [(chain, said) for chain, _, said in places if "action" in said], leaves, keys)
    return f"sound: {len(places) - 1}:{places[-1][0]}, library {_fingerprint(keys[0])}{seen}{witnessed}{unseen}"


def _main(place: str = "", *words: str) -> int:
    if place == "--proof" and len(words) > 2:
        return _tell(words[:2], lambda: check_proof(Path(words[0]).read_bytes(), Path(words[1]).read_text(), words[2:]))
    only, files = ({words[1]}, words[2:]) if words[:1] == ("--only",) and words[1:] else (set[str](), words)
    if not place or any(word.startswith("-") for word in (place, *files)):
        print(USAGE, file=sys.stderr)
        return 64
    return _tell((place, *files), lambda: _read(Path(place), only, [Path(file) for file in files]), "git", "ssh-keygen")


def _in_words(fault: Exception) -> str:
    if isinstance(fault, KeyError):
        return f"it has no {fault.args[0]}"
    if isinstance(fault, (zipfile.BadZipFile, zlib.error, EOFError)):
        return f"it is no evidence pack, or a damaged one ({fault})"
    return f"something in it does not have the form that it must have ({fault})"


def _tell(files: tuple[str, ...], look: Callable[[], str], *tools: str) -> int:
    lacking = [name for name in tools if shutil.which(name) is None]
    lacking += [name for name in files if not Path(name).exists()]
    if lacking:
        print(f"not checked: {', '.join(lacking)} cannot be found")
        return 3
    told = ""
    try:
        told = look()
    except (
        ValueError, LookupError, TypeError, AttributeError, OSError, EOFError, NotImplementedError, RuntimeError,
        OverflowError, subprocess.CalledProcessError, tarfile.TarError, zipfile.BadZipFile, zlib.error,
    ) as fault:  # fmt: skip
        said = getattr(fault, "stderr", b"").decode(errors="replace").strip() or _in_words(fault)
        CHECKED[f"this is not a sound library: {said}"] = False
    findings = [sentence for sentence, fine in CHECKED.items() if not fine]
    print(*findings or [told], sep="\n")
    return 2 if findings else 0


if __name__ == "__main__":
    sys.exit(_main(*sys.argv[1:]))
