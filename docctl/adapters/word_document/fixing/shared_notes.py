"""Notes to which several references lead: Word counts and shows such a note again for each, other programs once."""

from copy import deepcopy

from docctl.adapters.word_document.parts import NOTES, WordParts
from docctl.adapters.word_document.xml import w


def part_shared_notes(parts: WordParts) -> None:
    """Give each reference a note of its own, all in the order of the references, by which some programs know them."""
    for kind in NOTES:
        references = list(parts.tree(parts.main).iter(w(f"{kind.removesuffix('s')}Reference")))
        notes = {note.get(w("id"), ""): note for root in parts.trees(kind) for note in root}
        led_to = [name for each in references if (name := each.get(w("id"), "")) in notes]
        if len(set(led_to)) == len(led_to):
            continue
        first = max((int(name) for name in notes if name not in led_to and name.lstrip("-").isdigit()), default=0) + 1
        holder = notes[led_to[0]].getparent()
        holder.extend(deepcopy(notes[name]) for name in led_to)
        for name in set(led_to):
            holder.remove(notes[name])
        known = (each for each in references if each.get(w("id"), "") in led_to)
        for name, (reference, note) in enumerate(zip(known, holder[-len(led_to) :], strict=True), first):
            for each in (reference, note):
                each.set(w("id"), str(name))
