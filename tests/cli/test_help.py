"""What the help of the verbs promises, and that verbs of a kind promise the same."""

import click
import pytest
from click.testing import CliRunner

from classifier.cli import main

NESTED = tuple((name, "list") for name in ("queue", "users", "tokens", "campaigns"))
LISTS = (("models",), ("conflicts",), ("forget",), *NESTED)


@pytest.mark.parametrize("verb", ["classify", "serve"])
def test_the_help_says_that_an_empty_home_gets_its_first_model_from_the_shipped_pages(verb):
    text = " ".join(CliRunner().invoke(main, [verb, "--help"]).stdout.split())
    assert "An empty home gets its first model, trained from the shipped pages in a quarter of a minute." in text


def test_every_list_is_a_table_or_json_lines_by_the_same_option():
    asked = {str(option(*names).to_info_dict()) for names in LISTS}
    assert len(asked) == 1


def option(*names):
    command, context = main, click.Context(main)
    for name in names:
        command = command.get_command(context, name)
    return next(option for option in command.params if option.name == "output")
