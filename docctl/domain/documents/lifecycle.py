"""The life of a revision: its states, and the only table that says which step leads from which state to which."""

from enum import StrEnum

from docctl.domain.errors import WrongStateError


class State(StrEnum):
    """Where a revision stands in its life."""

    DRAFT = "DRAFT"
    IN_REVIEW = "IN_REVIEW"
    IN_APPROVAL = "IN_APPROVAL"
    APPROVED = "APPROVED"
    IN_FORCE = "IN_FORCE"
    SUPERSEDED = "SUPERSEDED"
    OBSOLETE = "OBSOLETE"
    DISCARDED = "DISCARDED"


class Step(StrEnum):
    """What moves a revision from one state to the next."""

    SUBMIT = "submit"
    SUBMIT_UNREVIEWED = "submit to approval"
    COMPLETE_REVIEW = "complete the review of"
    COMPLETE_APPROVAL = "complete the approval of"
    REQUEST_CHANGES = "request changes to"
    RECALL = "recall"
    BRING_INTO_FORCE = "bring into force"
    SUPERSEDE = "supersede"
    WITHDRAW = "withdraw"
    DISCARD = "discard"
    ADOPT = "adopt"
    ADOPT_SUPERSEDED = "adopt as superseded"
    ADOPT_WITHDRAWN = "adopt as withdrawn"


TRANSITIONS: dict[tuple[State, Step], State] = {
    (State.DRAFT, Step.SUBMIT): State.IN_REVIEW,
    (State.DRAFT, Step.SUBMIT_UNREVIEWED): State.IN_APPROVAL,
    (State.IN_REVIEW, Step.COMPLETE_REVIEW): State.IN_APPROVAL,
    (State.IN_APPROVAL, Step.COMPLETE_APPROVAL): State.APPROVED,
    (State.IN_REVIEW, Step.REQUEST_CHANGES): State.DRAFT,
    (State.IN_APPROVAL, Step.REQUEST_CHANGES): State.DRAFT,
    (State.IN_REVIEW, Step.RECALL): State.DRAFT,
    (State.IN_APPROVAL, Step.RECALL): State.DRAFT,
    (State.APPROVED, Step.RECALL): State.DRAFT,
    (State.APPROVED, Step.BRING_INTO_FORCE): State.IN_FORCE,
    (State.IN_FORCE, Step.SUPERSEDE): State.SUPERSEDED,
    (State.IN_FORCE, Step.WITHDRAW): State.OBSOLETE,
    (State.DRAFT, Step.DISCARD): State.DISCARDED,
    (State.DRAFT, Step.ADOPT): State.IN_FORCE,
    (State.DRAFT, Step.ADOPT_SUPERSEDED): State.SUPERSEDED,
    (State.DRAFT, Step.ADOPT_WITHDRAWN): State.OBSOLETE,
}

OPEN_STATES = (State.DRAFT, State.IN_REVIEW, State.IN_APPROVAL, State.APPROVED)
WAITING_STATES = (State.IN_REVIEW, State.IN_APPROVAL)
PUBLISHED_STATES = (State.IN_FORCE, State.SUPERSEDED, State.OBSOLETE)

IN_WORDS = {
    State.DRAFT: "a draft",
    State.IN_REVIEW: "in review",
    State.IN_APPROVAL: "in approval",
    State.APPROVED: "approved",
    State.IN_FORCE: "in force",
    State.SUPERSEDED: "superseded",
    State.OBSOLETE: "obsolete",
    State.DISCARDED: "discarded",
}


def next_state(state: State, step: Step, what: str = "this revision") -> State:
    """Return the state that a step leads to; raise WrongStateError where the step is not open."""
    target = TRANSITIONS.get((state, step))
    if target is None:
        raise WrongStateError(
            "It is not possible to %(step)s %(what)s, because it is %(state)s; reload the page to see more.",
            step=step,
            what=what,
            state=IN_WORDS[state],
        )
    return target
