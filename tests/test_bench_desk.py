"""The benchmark of the desk runs, at a size that a test can afford; what must be exact is asserted inside."""

from tests.bench import desk, keys


def test_the_desk_can_be_measured_and_twenty_moderators_lose_and_double_nothing(trained_home, capsys):
    arguments = ["--pages", "500", "--rounds", "1", "--decisions", "40", "--home", str(trained_home), "--postgresql"]
    desk.main(arguments)
    said = capsys.readouterr().out
    assert said.count("20 moderators, 40 decisions") == 2
    assert said.count("all counts are right") == 4


def test_the_demonstration_queue_takes_fewer_than_three_keys_for_ten_texts(trained_home, tmp_path):
    played = keys.play_demonstration(trained_home, tmp_path)
    assert played.keys < 0.3 * played.texts
    assert played.acts < 0.3 * played.blocks
