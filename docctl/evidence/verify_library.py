"""Checks a clone of a library by the manual's "The format": python3 -I -S verify_library.py CLONE [CHECKPOINT...]."""

import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Any

FORM = r"\Adocctl checkpoint v1\nlibrary (\S+) .*\nseq (\d+)\nchain (\w{64}) (\w{40})\ntime \S+\n\Z"
CLONE, TEMPORARY, CHECKED = sys.argv[1], tempfile.TemporaryDirectory(), dict[str, bool]()
SCRATCH, LISTS = Path(TEMPORARY.name), ("asked", "signed", "authors", "saved", "issues")
Event = dict[str, Any]
Replayed = tuple[dict[tuple[str, int], Event], dict[str, Event], list[str]]


def _git(*words: str) -> str:
    accepted = f"gpg.ssh.allowedSignersFile={SCRATCH / 'signers'}"
    command = ["git", "--no-replace-objects", "-c", "safe.directory=*", "-c", accepted, "-C", CLONE, *words]
    return subprocess.run(command, capture_output=True, check=True).stdout.decode().strip()


def _files(commit: str) -> dict[str, bytes]:
    _git("archive", "--format=tar", "--output", str(SCRATCH / "tar"), commit)
    with tarfile.open(SCRATCH / "tar") as tar:
        return {file.name: held.read() for file in tar if file.isfile() and (held := tar.extractfile(file))}


def _is_signed(message: str, signature: bytes, key: str, namespace: str) -> bool:
    (SCRATCH / "signer").write_text(f"ledger {key}\n")
    (SCRATCH / "signature").write_bytes(signature + b"\n")
    command = ["ssh-keygen", "-Y", "verify", "-I", "ledger", "-n", namespace, "-f", "signer", "-s", "signature"]
    return not subprocess.run(command, cwd=SCRATCH, input=message.encode(), capture_output=True).returncode


def _fingerprint(key: str) -> str:
    return "SHA256:" + b64encode(hashlib.sha256(b64decode(key.split()[1])).digest()).decode().rstrip("=")


def read_ledger(tip: str, vouched: int) -> tuple[list[tuple[str, str, Event]], list[str]]:
    """Check every commit of the ledger; return chain, commit and event of each, and the keys in order."""
    places, keys, held = [("0" * 64, "", Event(time=""))], list[str](), _files(tip)
    (SCRATCH / "signers").write_bytes(held["allowed_signers"])
    rows = _git("log", "-z", "--reverse", "--topo-order", "--format=%H%x00%P%x00%G?%x00%GF%x00%B", tip).split("\0")
    for seq, (commit, parent, good, signer, message) in enumerate(zip(*[iter(rows)] * 5, strict=False), 1):
        data, (chained, before, earlier) = held[f"events/{seq // 1000:06d}/{seq:06d}.json"], places[-1]
        [(text, salt)] = re.findall(rb'\A\{"event":(.*),"salt":"(\w{32})"\}\n\Z', data)
        said, leaf = json.loads(text), hashlib.sha256(b"\0" + bytes.fromhex(salt.decode()) + text).digest()
        chain = hashlib.sha256(b"\1" + bytes.fromhex(chained) + leaf).hexdigest()
        keys, act = keys or [said["public_key"]], said["action"]
        signed_by = said["new_key"] if act == "audit_trail:key_lost" else keys[-1]
        CHECKED[f"event {seq}: not signed by the key in force"] = (good, signer) == ("G", _fingerprint(signed_by))
        fine = f"\nSeq: {seq}\nLeaf: {leaf.hex()}\nChain: {chain}\n" in message and said["seq"] == seq
        fine = fine and parent == before and said["time"] >= earlier["time"]
        CHECKED[f"event {seq}: its commit says another number, leaf, chain, place, or an earlier time"] = fine
        if act in ("audit_trail:key_rotated", "audit_trail:key_lost"):
            what, old = ("rotation", "old") if act.endswith("rotated") else ("loss", "lost")
            both = f"docctl key {what} v1\n{old} {keys[-1]}\nnew {said['new_key']}\nseq {seq}\nafter {chained}\n"
            fine = _is_signed(both, said["countersignature"].encode(), said["new_key"], f"docctl-key-{what}")
            CHECKED[f"event {seq}: the new key did not sign to follow the old one"] = fine
            CHECKED[f"event {seq}: a key was lost, no newer checkpoint vouches"] = old == "old" or vouched >= seq
            keys = [*keys, said["new_key"]]
        places.append((chain, commit, said))
    return places, keys


def replay(events: list[Event]) -> Replayed:
    """Replay who wrote, signed and brought into force what; return all revisions, those in force, and what is gone."""
    made: Replayed = ({}, {}, [])
    persons, (revisions, in_force, gone) = dict[str, str](), made
    for said in events:
        act, doc, who = said["action"], said["document"], persons.get(said["actor_login"])
        persons |= {said["subject"][5:]: said["person"]} if act == "user:added" else {}
        gone += [doc] if act == "document:disposed" else []
        now = revisions.setdefault((doc, said["revision"]), {name: [] for name in LISTS})
        waits = [i for i, step in enumerate(now["asked"]) if now["signed"].count((now["round"], i)) < step["needed"]]
        now["authors"] += [who] if act in ("revision:opened", "revision:saved") else []
        if act in ("revision:saved", "revision:set_aside", "revision:issued", "revision:reissued"):
            kept, files = ("issues", said["files"]) if "issued" in act else ("saved", {})
            now[kept].append((said["commit"], said["fingerprint"], files))
            now |= {name: said[name] for name in ("commit", "fingerprint") if act == "revision:saved"}
        elif act in ("revision:submitted", "revision:reassigned", "revision:changes_requested", "revision:recalled"):
            now |= {"asked": said.get("asked", []), "round": said.get("round", now.get("round"))}
        elif act in ("revision:reviewed", "revision:approved"):
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


def check_files(refs: dict[str, str], key: str, replayed: Replayed) -> None:
    """Check the bytes of every saved draft and issue, the references to them, and the snapshot of the set in force."""
    (revisions, in_force, gone), roots = replayed, {"refs/heads/ledger", "refs/heads/library"}
    wanted = {name: commit for name, commit in refs.items() if name in roots}
    gone += [doc for doc, _ in revisions if not {"refs/heads/library", f"refs/heads/documents/{doc}"} & refs.keys()]
    for (doc, number), now in revisions.items():
        branch, drafts = f"refs/heads/documents/{doc}", len(now["saved"])
        for at, (commit, said, issued) in enumerate(now["saved"] + now["issues"] if doc not in gone else []):
            found = {path: hashlib.sha256(data).hexdigest() for path, data in sorted(_files(commit).items())}
            text = "".join(f"{sha}  {path}\n" for path, sha in found.items() if not path.startswith("issued/"))
            others = {path: sha for path, sha in found.items() if path.startswith("issued/")}
            same = (hashlib.sha256(text.encode()).hexdigest(), others) == (said, issued)
            CHECKED[f"{doc} revision {number}: commit {commit} does not hold the files that were recorded"] = same
            kept = f"{commit} {_git('rev-parse', now['commit'] + '^{tree}')}"
            is_aside = not issued and _git("log", "-1", "--format=%P %T", refs[branch]) == kept
            tag = f"refs/tags/{doc}/{number}" + (f".{at - drafts + 1}" if at > drafts else "")
            wanted[tag if issued else branch] = refs[branch] if is_aside else commit
    for name in refs.keys() | wanted.keys():
        CHECKED[f"{name} does not point to what was recorded"] = refs.get(name) == wanted.get(name)
    if "refs/heads/library" in refs:
        tips = {doc: (now["issues"] or [[now["commit"]]])[-1][0] + "^{tree}" for doc, now in in_force.items()}
        shown = [f"040000 tree {_git('rev-parse', tip)}\tdocuments/{doc}" for doc, tip in tips.items()]
        fine = sorted(shown) == sorted(_git("ls-tree", refs["refs/heads/library"], "documents/").splitlines())
        fine = fine and _git("log", "-1", "--format=%G? %GF", refs["refs/heads/library"]) == f"G {_fingerprint(key)}"
        CHECKED["the library snapshot is not the signed set in force"] = fine


def _main(*checkpoints: str) -> int:
    try:
        _git("fsck", "--full", "--no-dangling", "--no-progress")
        rows = _git("for-each-ref", "--format=%(refname) %(objectname)").splitlines()
        refs = dict(row.replace("refs/remotes/origin/", "refs/heads/").split() for row in rows if "/HEAD " not in row)
        known = [int(re.findall(r"\nseq (\d+)\n", Path(file).read_text())[0]) for file in checkpoints]
        places, keys = read_ledger(refs["refs/heads/ledger"], max([0, *known]))
        check_files(refs, keys[-1], replay([said for _, _, said in places[1:]]))
        for file in checkpoints:
            text, beside = Path(file).read_bytes().decode(), Path(file + ".sig").read_bytes()
            [(library, seq, *place)] = re.findall(FORM, text)
            fine = any(_is_signed(text, beside, key, "docctl-checkpoint") for key in keys)
            CHECKED[f"{file} does not carry this library's signature"] = fine and library == _fingerprint(keys[0])
            CHECKED[f"{file}: events are altered or gone"] = (*place,) in [row[:2] for row in places][int(seq) :][:1]
    except (ValueError, LookupError, TypeError, AttributeError, OSError, subprocess.CalledProcessError) as fault:
        CHECKED[f"this is not a sound library: {getattr(fault, 'stderr', b'').decode() or repr(fault)}".strip()] = False
    findings = [sentence for sentence, fine in CHECKED.items() if not fine]
    print(*findings or [f"sound: {len(places) - 1}:{places[-1][0]}, library {_fingerprint(keys[0])}"], sep="\n")
    return 2 if findings else 0


sys.exit(_main(*sys.argv[2:]))
