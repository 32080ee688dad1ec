"""Looking out: what quick looks and the watch find stops acts in every process that serves the library."""

import logging

from docctl.document_control import DocumentControl
from docctl.document_control.trust import LOOK_THROUGH, QUICK_CHECK, WATCH
from docctl.registers.integrity.quick_check import lost_files
from docctl.registers.operations.watching import Watch

log = logging.getLogger("docctl")
READ_ONLY = "The library is read-only"


def tell_found(control: DocumentControl) -> None:
    """Let the pages know what the follower found, and the log once."""
    found, at = control.trust.found, control.now().isoformat()
    lost = [] if control.distrust else lost_files(control)
    if not found and not lost:
        control.trust.forget(QUICK_CHECK)
    if found and control.trust.remember(found, QUICK_CHECK, at):
        log.critical("%s from now on: %s", READ_ONLY, found)
    for each in lost:
        if control.trust.remember(each.sentence, QUICK_CHECK, at, each.remedy, [each.stops]):
            log.critical("Acts stop (%s) from now on: %s", each.stops, each.sentence)


def look_out(control: DocumentControl, watch: Watch) -> None:
    """Stop what depends on what is not as signed events say of who may act; it stays so until verify passes.

    A difference is looked at twice, because it stays for ever in the log.
    """
    if not (watch.look() and (found := watch.look())):
        return
    if control.trust.remember(found, WATCH, control.now().isoformat(), LOOK_THROUGH, watch.stops):
        stopped = control.trust.stopped.in_words
        log.critical("%s from now on: %s", f"Acts stop ({stopped})" if stopped else READ_ONLY, found)
