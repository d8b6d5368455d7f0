"""The n-grams of many tokens at once are those of each token."""

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from classifier.grams import grams_of_tokens
from classifier.text import character_grams

written = st.text(st.sampled_from("ab'é 中\U0001f600\ud800"), min_size=1) | st.text(
    st.characters(exclude_categories=()), min_size=1
)


@given(st.lists(written, max_size=6))
def test_each_token_holds_the_n_grams_that_it_holds_alone(tokens):
    found = grams_of_tokens(tokens)
    names = found.names(np.arange(found.counts.shape[1]))
    assert len(set(names)) == len(names)
    for token, row in zip(tokens, found.counts.toarray(), strict=True):
        assert {name: count for name, count in zip(names, row, strict=True) if count} == Counter(character_grams(token))
