"""The life of a revision: every step leads where the table says, and nowhere else."""

import pytest

from docctl.domain.documents.lifecycle import IN_WORDS, TRANSITIONS, State, Step, next_state
from docctl.domain.errors import WrongStateError


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("step", Step)
def test_a_step_leads_where_the_table_says_or_is_refused(state: State, step: Step) -> None:
    if (state, step) in TRANSITIONS:
        assert next_state(state, step) is TRANSITIONS[state, step]
    else:
        with pytest.raises(WrongStateError, match=IN_WORDS[state]):
            next_state(state, step)


def test_nothing_leads_out_of_an_end_state() -> None:
    ended = {State.SUPERSEDED, State.OBSOLETE, State.DISCARDED}
    assert not [key for key in TRANSITIONS if key[0] in ended]


def test_only_an_approved_or_adopted_revision_comes_into_force() -> None:
    ways = {key for key, target in TRANSITIONS.items() if target is State.IN_FORCE}
    assert ways == {(State.APPROVED, Step.BRING_INTO_FORCE), (State.DRAFT, Step.ADOPT)}


def test_every_state_is_reached_and_has_its_words() -> None:
    assert set(TRANSITIONS.values()) == set(State)
    assert set(IN_WORDS) == set(State)
