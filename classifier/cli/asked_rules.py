"""Rules for what to leave out, as they are asked for: read, and told of when they fit nothing."""

from collections.abc import Iterable

from classifier.cli.home import Home
from classifier.cli.terminal import warn
from classifier.left_out import Rule, new_rule


def asked_rules(home: Home, asked: Iterable[str]) -> list[Rule]:
    """Return the rules, with a warning for each that leaves nothing out. Raises InputError."""
    rules = [new_rule(text) for text in asked]
    for rule in _unfitting(home, rules):
        warn_unfitting(rule)
    return rules


def _unfitting(home: Home, rules: list[Rule]) -> list[Rule]:
    """Return the rules without which people would say just the same now, had what they leave out never been done."""
    if not rules or not home.has_database():
        return rules
    from classifier.store.statements import statements

    said = statements(home.database())
    return [rule for rule in rules if statements(home.database(), without=[rule]) == said]


def warn_unfitting(rule: Rule) -> None:
    """Warn of a rule that leaves nothing out: its value may be mistyped."""
    warn(f"{rule}: fits nothing that people say now")
