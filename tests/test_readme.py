"""README says what the commands say of themselves."""

import re
from pathlib import Path

import click
import pytest

from classifier.cli import main

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands(group=main, path=("newsieve",)):
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield " ".join((*path, name)), command


def table_row(name):
    (row,) = re.findall(rf"^\| `{name}(?: [^`]*)?` \|.*\|$", README, re.MULTILINE)
    return row


@pytest.mark.parametrize(("name", "command"), list(commands()))
def test_the_table_of_commands_has_each_verb_with_its_arguments_and_options(name, command):
    row = table_row(name)
    with command.make_context(name, [], resilient_parsing=True) as context:
        usage = " ".join(piece for piece in command.collect_usage_pieces(context) if piece != "[OPTIONS]")
    assert f"`{f'{name} {usage}'.strip()}`" in row
    options = {o for p in command.params if isinstance(p, click.Option) for o in p.opts if o.startswith("--")}
    assert set(re.findall(r"--[a-z-]+", row)) == options
    for parameter in command.params:
        if isinstance(parameter.type, click.Choice) and len(parameter.type.choices) < 5:
            assert "|".join(parameter.type.choices) in row.replace("\\|", "|")


def test_the_table_has_no_verb_that_does_not_exist():
    assert set(re.findall(r"^\| `(newsieve [a-z-]+(?: [a-z]+)?)", README, re.MULTILINE)) == {
        name for name, _ in commands()
    }


def test_every_option_and_command_in_an_example_exists():
    known = dict(commands())
    lines = [line.split("#")[0] for line in re.findall(r"^newsieve .*$", README, re.MULTILINE)]
    for call in [call for line in lines for call in re.split(r" && | \| ", line) if call.startswith("newsieve ")]:
        name = next(name for name in known if call.startswith(name))
        options = {o for p in known[name].params for o in p.opts}
        assert set(re.findall(r"(--[a-z-]+)", call)) <= options, call


def test_the_two_commands_come_first_and_exist():
    first = README.split("```sh\n")[1]
    assert re.match(r"make serve .*\nmake test ", first)
    targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert set(re.findall(r"`make (\w+)`", README)) <= set(targets)


def test_every_verb_explains_itself():
    for name, command in commands():
        assert command.help, name
        assert all(
            p.help
            for p in command.params
            if isinstance(p, click.Option) and p.type.name != "choice" and p.name not in {"port"}
        ), name
