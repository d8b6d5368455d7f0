"""Whatever bytes come in, every reader keeps its promises, quickly; and a reader that did not would be noticed."""

import time

import pytest

from tests.fuzz.__main__ import _NAMES
from tests.fuzz.targets import Target, made_targets
from tests.fuzz.trying import Tried

_INPUTS = 300


@pytest.fixture(scope="module")
def found(trained_home):
    with made_targets(trained_home / "models") as made:
        yield {target.name: target for target in made}


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("name", _NAMES)
def test_no_input_breaks_a_promise_or_takes_a_second(found, name):
    tried = Tried(found[name]).generate(_INPUTS, seed=1)
    assert not tried.crashes, tried.told()
    assert tried.inputs == _INPUTS + len(found[name].seeds)


def test_every_target_is_tried(found):
    assert tuple(found) == _NAMES


def test_an_input_that_breaks_something_is_kept_the_shortest_of_them():
    def breaks(data):
        assert b"x" not in data

    tried = Tried(Target("t", breaks, [b"a"]))
    for data in (b"xaa", b"x", b"xa", b"a"):
        tried.attempt(data)
    assert list(tried.crashes.values()) == [b"x"]


def test_an_input_that_takes_long_is_kept():
    def takes_long(data):
        begun = time.process_time()
        while time.process_time() - begun < 1.1:
            pass

    tried = Tried(Target("t", takes_long, [b"a"]))
    tried.attempt(b"a")
    assert list(tried.crashes) == ["slower than 1.0 s"]
