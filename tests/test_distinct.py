"""Finding what is the same by counting gives what sorting gives."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from classifier.distinct import distinct_pairs, first_in_row, order_of

pairs = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 300)))


def columns(found):
    return np.array(found, dtype=np.intp).reshape(-1, 2).T


@given(st.lists(st.integers(0, 300)))
def test_the_order_is_that_of_a_stable_sort(numbers):
    assert order_of(np.array(numbers, dtype=np.intp)).tolist() == sorted(range(len(numbers)), key=numbers.__getitem__)


@given(pairs)
def test_pairs_are_numbered_in_their_order_from_where_each_stands_first(found):
    first, numbers = distinct_pairs(*columns(found))
    distinct = sorted(set(found))
    assert first.tolist() == [found.index(pair) for pair in distinct]
    assert numbers.tolist() == [distinct.index(pair) for pair in found]


@given(pairs.map(lambda found: sorted(found, key=lambda pair: pair[0])))
def test_only_the_first_of_a_column_in_a_row_is_told(found):
    assert first_in_row(*columns(found)).tolist() == [pair not in found[:place] for place, pair in enumerate(found)]
