"""Undo and redo, without limit, of one's own acts."""

from pathlib import Path
from shutil import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.errors import ConflictError
from classifier.store.history import redo, undo
from classifier.store.opening import open_database
from classifier.store.queue import add_pages
from tests.store.conftest import NOW, PAGE, rule, rulings


def test_acts_are_taken_back_one_by_one_and_done_again(database):
    rule(database, 1, 0, "news")
    rule(database, 1, 0, "filler")
    assert undo(database, person="anna", now=NOW).ruling == "filler"
    assert rulings(database, 1) == {0: "news"}
    assert undo(database, person="anna", now=NOW).ruling == "news"
    assert rulings(database, 1) == {}
    assert undo(database, person="anna", now=NOW) is None
    assert redo(database, person="anna", now=NOW).ruling == "news"
    assert redo(database, person="anna", now=NOW).ruling == "filler"
    assert redo(database, person="anna", now=NOW) is None
    assert rulings(database, 1) == {0: "filler"}


def test_who_decides_after_an_undo_cannot_redo(database):
    rule(database, 1, 0, "news")
    undo(database, person="anna", now=NOW)
    rule(database, 1, 1, "news")
    assert redo(database, person="anna", now=NOW) is None


def test_undo_takes_back_ones_own_acts_only(database):
    rule(database, 1, 0, "news", "anna")
    rule(database, 1, 0, "filler", "ben")
    undo(database, person="anna", now=NOW)
    assert rulings(database, 1) == {0: "filler"}
    with pytest.raises(ConflictError, match="not one of yours"):
        undo(database, person="anna", now=NOW, act=2)


def test_an_act_can_be_named_and_is_taken_back_once(database):
    rule(database, 1, 0, "news")
    rule(database, 1, 1, "news")
    undo(database, person="anna", now=NOW, act=1)
    assert rulings(database, 1) == {1: "news"}
    with pytest.raises(ConflictError, match="taken back already"):
        undo(database, person="anna", now=NOW, act=1)


@settings(max_examples=25)
@given(keys=st.lists(st.sampled_from(["news", "filler", "undo", "redo"]), max_size=12))
def test_whatever_keys_are_pressed_what_stands_is_what_an_editor_would_show(tmp_path_factory, empty_file, keys):
    database = open_database(Path(copy(empty_file, tmp_path_factory.mktemp("keys"))))
    add_pages(database, [PAGE], added_at=NOW)
    done, back = [], []
    for key in keys:
        if key == "undo":
            undo(database, person="anna", now=NOW)
            back += [done.pop()] if done else []
        elif key == "redo":
            redo(database, person="anna", now=NOW)
            done += [back.pop()] if back else []
        else:
            rule(database, 1, 0, key)
            done, back = [*done, key], []
        assert rulings(database, 1) == ({0: done[-1]} if done else {})
