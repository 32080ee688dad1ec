"""The Git library: a bare repository that holds the bytes for ever, driven by fixed plumbing commands only."""

from docctl.adapters.git_library.as_it_was import LibraryAsItWas
from docctl.adapters.git_library.aside import was_cut_off
from docctl.adapters.git_library.erasing import erase, history, missing, require_present
from docctl.adapters.git_library.exchange.bundles import name_lost, read_bundle_as_it_is, refs_in_bundle, write_bundle
from docctl.adapters.git_library.exchange.mirror import protocol_of, push
from docctl.adapters.git_library.exchange.taking import (
    damaged_packs,
    fetch_what_is_there,
    harmed_files,
    opened,
    read_bundle,
    refs_of,
    sound,
    unsound,
    wrong_bytes,
)
from docctl.adapters.git_library.foreign_history import ForeignHistory, opened_history
from docctl.adapters.git_library.growing_ledger import GrowingLedger
from docctl.adapters.git_library.object_files import ForeignFile, foreign_files, unopened_packs
from docctl.adapters.git_library.objects import (
    CommitText,
    GitObject,
    blob,
    commit,
    entry,
    parts_of,
    stored,
    tree,
    trees,
    without_signature,
)
from docctl.adapters.git_library.on_disk import loose_objects, loose_room, packs_in
from docctl.adapters.git_library.own_place import moved, settings_changed
from docctl.adapters.git_library.packing import Packed, pack, packs_to_fold
from docctl.adapters.git_library.quarantine import clear_rests, kept_apart, set_apart
from docctl.adapters.git_library.reachable import NOTHING_LOST, Lost
from docctl.adapters.git_library.repository import GitLibrary, RefMove
from docctl.adapters.git_library.sweeping import Swept, sweep

__all__ = [
    "NOTHING_LOST",
    "CommitText",
    "ForeignFile",
    "ForeignHistory",
    "GitLibrary",
    "GitObject",
    "GrowingLedger",
    "LibraryAsItWas",
    "Lost",
    "Packed",
    "RefMove",
    "Swept",
    "blob",
    "clear_rests",
    "commit",
    "damaged_packs",
    "entry",
    "erase",
    "fetch_what_is_there",
    "foreign_files",
    "harmed_files",
    "history",
    "kept_apart",
    "loose_objects",
    "loose_room",
    "missing",
    "moved",
    "name_lost",
    "opened",
    "opened_history",
    "pack",
    "packs_in",
    "packs_to_fold",
    "parts_of",
    "protocol_of",
    "push",
    "read_bundle",
    "read_bundle_as_it_is",
    "refs_in_bundle",
    "refs_of",
    "require_present",
    "set_apart",
    "settings_changed",
    "sound",
    "stored",
    "sweep",
    "tree",
    "trees",
    "unopened_packs",
    "unsound",
    "was_cut_off",
    "without_signature",
    "write_bundle",
    "wrong_bytes",
]
