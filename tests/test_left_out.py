"""Rules for what is not trained on are read as they are written, and anything else is refused in one sentence."""

from datetime import datetime

import pytest

from classifier.errors import InputError
from classifier.left_out import leaves_out_act, leaves_out_text, new_rule, parse_rule


@pytest.mark.parametrize(
    "text", ["person:ann lee", "site:spam.example", "since:2026-11-30", "import:3", "text:ab12", "person: Ann "]
)
def test_a_rule_is_written_as_it_was_read(text):
    assert str(parse_rule(text)) == text


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "no rule for what to leave out; use person:NAME"),
        ("ann", "no rule"),
        ("person:", "no rule"),
        ("person: ", "no rule"),
        ("reader:ann", "no rule"),
        ("since:yesterday", "'yesterday' is not a UTC date or time"),
        ("since:2026-11-30T10:00:00+02:00", "is not a UTC date or time"),
        ("import:last", "'last' is not its number"),
        ("import:0", "'0' is not its number"),
    ],
)
def test_anything_else_is_refused_in_one_sentence(text, fault):
    with pytest.raises(InputError, match=fault):
        parse_rule(text)


@pytest.mark.parametrize("text", ["site:www.spam.example", "site:https://spam.example", "site:Spam.example/tips"])
def test_an_address_for_a_host_is_refused_in_a_new_rule_and_read_in_one_of_before(text):
    with pytest.raises(InputError, match="sites go by their host without http:// and www"):
        new_rule(text)
    assert parse_rule(text).kind == "site"


def test_a_day_is_left_out_from_its_beginning_on():
    rule = [parse_rule("since:2026-11-30")]
    for at, out in ((datetime(2026, 11, 29, 23, 59), False), (datetime(2026, 11, 30), True)):
        assert leaves_out_act(rule, person="ann", acted_at=at, import_id=None) is out


def test_hosts_are_told_apart_whatever_their_case_was_typed_in():
    assert leaves_out_text([parse_rule("site:Spam.Example")], site="spam.example", fingerprint="x")
