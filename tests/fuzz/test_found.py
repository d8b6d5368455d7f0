"""What fuzzing has found, and must not come back."""

import gc

import pytest

from classifier.errors import InputError, TrainingDataError
from classifier.formats import read_pages
from classifier.label_names import LABEL_NAMES
from classifier.store.incoming import Reading, opened


@pytest.mark.parametrize("quote", ["", '"'])
def test_csv_with_columns_by_the_thousand_is_refused_at_once(tmp_path, quote):
    (tmp_path / "wide.csv").write_text(",".join(f"{quote}c{n}{quote}" for n in range(5_000)) + "\nx,y\n")
    with pytest.raises(InputError, match="more than 1,000 columns"):
        list(read_pages(str(tmp_path / "wide.csv"), notify=pytest.fail))


def test_many_commas_below_a_narrow_first_line_are_read(tmp_path):
    (tmp_path / "narrow.csv").write_text('url,text\r\nhttps://a.example/,"One' + "," * 5_000 + '"\r\n')
    (page,) = read_pages(str(tmp_path / "narrow.csv"), notify=pytest.fail)
    assert page.blocks[0].text == "One" + "," * 5_000


def test_an_array_that_is_read_no_further_says_nothing_more(tmp_path):
    """The stream is closed before what reads it; that was told on stderr as an exception that was ignored."""
    (tmp_path / "array.json").write_text('[{"text": "One"}, {"text": "Two"}]')
    with opened(str(tmp_path / "array.json"), Reading(LABEL_NAMES, "", print)) as incoming:
        acts = iter(incoming.acts)
        with pytest.raises(TrainingDataError, match="label"):
            next(acts)
    del acts, incoming
    gc.collect()


def test_a_sentence_quotes_no_more_of_a_name_than_it_needs(tmp_path):
    (tmp_path / "acts.jsonl").write_text('{"id": "", "acted_at": "x", "' + "n" * 5_000 + '": 1}\n')
    with (
        pytest.raises(InputError) as caught,
        opened(str(tmp_path / "acts.jsonl"), Reading(LABEL_NAMES, "", print)) as f,
    ):
        list(f.acts)
    assert len(str(caught.value)) < 1_000
