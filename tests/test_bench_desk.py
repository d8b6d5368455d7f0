"""The benchmark of the desk runs, at a size that a test can afford; what must be exact is asserted inside."""

import pytest

from tests.bench import desk, keys


@pytest.mark.parametrize("options", [["--pages", "2000"], ["--pages", "200", "--postgresql"]], ids=str)
def test_the_desk_can_be_measured_and_twenty_moderators_lose_and_double_nothing(trained_home, options, capsys):
    desk.main([*options, "--rounds", "2", "--decisions", "60", "--home", str(trained_home)])
    said = capsys.readouterr().out
    assert "20 moderators, 60 decisions" in said
    assert said.count("all counts are right") == 2


def test_the_demonstration_queue_takes_fewer_than_three_keys_for_ten_texts(trained_home, tmp_path):
    played = keys.play_demonstration(trained_home, tmp_path)
    assert played.keys < 0.3 * played.texts
    assert played.acts < 0.3 * played.blocks
