"""Checks that nothing is kept of documents that were disposed of."""

from collections.abc import Iterator, Mapping, Set

from docctl import tools
from docctl.document_control import DocumentControl
from docctl.domain.trail.events.retention import Tombstone
from docctl.registers.integrity.finding import Finding, repairable


def check_erased(
    control: DocumentControl, tombstones: Mapping[str, Tombstone], kept_objects: Set[str], kept_texts: Set[str]
) -> Iterator[Finding]:
    """Find what is still there of documents that were disposed of; a follower erases it.

    Objects and texts that other documents keep may stay.
    """
    for number, tombstone in sorted(tombstones.items()):
        own = [each for each in tombstone.objects if each not in kept_objects]
        there = len(own) - len(tools.git_library.missing(control.library, own))
        if there:
            sentence = f"{number} was disposed of, but {there} of its objects are still in Git; they are erased."
            yield repairable("I3", number, sentence)
        texts = [each for each in tombstone.texts if each not in kept_texts]
        if any(control.rendered_texts.keeps(each) for each in texts):
            yield repairable("I3", number, f"{number} was disposed of, but its text is still in the cache.")
