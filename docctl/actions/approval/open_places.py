"""Open places: what the Word file of a draft leaves to be filled in or shows by mistake, named before it is signed."""

from docctl import tools
from docctl.document_control import DocumentControl
from docctl.domain.documents.revision import Revision
from docctl.domain.documents.saved_draft import WORD
from docctl.domain.documents.stored_file import WORD_SOURCE
from docctl.domain.errors import OpenPlacesLeftError
from docctl.domain.rights.permission import Library
from docctl.word_format.open_places import meant_to_be_closed


def open_places(control: DocumentControl, revision: Revision, *, accepted: bool) -> list[str]:
    """Return the open places of a draft; raise OpenPlacesLeftError unless there are none or they are accepted."""
    source = revision.current.file(WORD_SOURCE)
    if revision.current.source != WORD or source is None or revision.document.type.is_template:
        return []
    facts = tools.word_package.read_word_facts(control.read_document(Library.ITSELF, revision, source))
    found = [str(each) for each in meant_to_be_closed(facts.open_places, is_form=revision.document.type.is_form)]
    if found and not accepted:
        raise OpenPlacesLeftError(
            "The Word file of %(revision)s is not finished (%(count)s found, first: %(first)s); mend that in "
            "Word and upload it again, or say that it is submitted with it.",
            revision=revision.name,
            count=len(found),
            first=found[0],
        )
    return found
