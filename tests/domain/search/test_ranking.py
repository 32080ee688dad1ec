"""The order of what a search finds."""

from docctl.domain.search.ranking import Found, added_up, either, rank, worth

LENGTHS = dict.fromkeys(range(10), 100)


def found(*documents: int, title: tuple[int, ...] = ()) -> Found:
    return Found(dict.fromkeys(documents, 1.0), frozenset(title))


def test_rarer_words_are_worth_more_and_absent_ones_nothing():
    assert worth(1000, 1) > worth(1000, 10) > worth(1000, 990) > worth(1000, 0) == 0.0


def test_documents_with_all_words_exclude_the_others():
    ranking = rank([found(1, 2), found(2, 3)], [1.0, 1.0], {1, 2, 3}, LENGTHS)
    assert (ranking.matched, set(ranking.scores)) == ("all", {2})


def test_any_word_counts_when_no_document_has_all():
    ranking = rank([found(1), found(3)], [1.0, 1.0], {1, 2, 3}, LENGTHS)
    assert (ranking.matched, set(ranking.scores), set(ranking.first)) == ("any", {1, 3}, set())


def test_sentence_with_few_complete_answers_shows_others_after_them():
    units = [found(1, 2), found(1, 2), found(1, 2), found(1)]
    ranking = rank(units, [1.0] * 4, {1, 2, 3}, LENGTHS)
    assert (ranking.matched, set(ranking.scores), set(ranking.first)) == ("any", {1, 2}, {1})


def test_document_with_only_common_words_of_a_sentence_is_left_out():
    units = [found(1, 2), found(1), found(3)]
    ranking = rank(units, [0.1, 5.0, 5.0], {1, 2, 3}, LENGTHS)
    assert set(ranking.scores) == {1, 3}


def test_nothing_outside_of_what_may_be_found_is_ranked():
    assert set(rank([found(1, 2, 3)], [1.0], {2}, LENGTHS).scores) == {2}


def test_title_short_text_and_frequent_words_count_more():
    often = Found({1: 5.0, 2: 1.0}, frozenset())
    assert rank([often], [1.0], {1, 2}, LENGTHS).scores[1] > rank([often], [1.0], {1, 2}, LENGTHS).scores[2]
    titled = rank([found(1, 2, title=(2,))], [1.0], {1, 2}, LENGTHS).scores
    assert titled[2] > titled[1]
    short = rank([found(1, 2)], [1.0], {1, 2}, {1: 50, 2: 500}).scores
    assert short[1] > short[2]


def test_counts_of_several_words_are_added():
    assert added_up([{1: 1.0, 2: 1.0}, {3: 1.0}, {2: 2.0}]) == {1: 1.0, 2: 3.0, 3: 1.0}


def test_a_sentence_is_ranked_by_what_its_words_tell_and_not_by_their_number():
    rare = Found({1: 3.0}, frozenset())
    units = [rare, found(2), found(2), found(2), found(2)]
    ranking = rank(units, [9.0, 0.5, 0.5, 0.5, 0.5], {1, 2, 3}, LENGTHS, any_word=True)
    assert ranking.scores[1] > ranking.scores[2]
    assert ranking.first == set()


def test_of_a_few_words_the_documents_with_all_come_first_and_the_others_after_them():
    units = [found(1, 2, 3), found(2, 3), found(3)]
    ranking = rank(units, [1.0, 1.0, 1.0], {1, 2, 3, 4}, LENGTHS, any_word=True)
    assert (ranking.matched, ranking.first, set(ranking.scores)) == ("any", {3}, {1, 2, 3})


def test_with_any_word_no_document_is_left_out_for_what_it_lacks():
    units = [found(1, 2), found(1), found(3)]
    assert set(rank(units, [0.1, 5.0, 5.0], {1, 2, 3}, LENGTHS, any_word=True).scores) == {1, 2, 3}


def test_word_written_in_two_ways_counts_where_either_stands():
    both = either(Found({1: 2.0, 2: 1.0}, frozenset({1})), Found({2: 3.0, 3: 1.0}, frozenset({3})))
    assert (both.frequencies, both.in_title) == ({1: 2.0, 2: 3.0, 3: 1.0}, {1, 3})
