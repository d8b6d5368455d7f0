"""Rules for what to leave out, as they are asked for: read, and told of when they fit nothing."""

from collections.abc import Iterable

from classifier.cli.home import Home
from classifier.cli.terminal import warn
from classifier.left_out import Rule, new_rule


def asked_rules(home: Home, asked: Iterable[str]) -> list[Rule]:
    """Return the rules, with a warning for each that leaves nothing out. Raises InputError."""
    rules = [new_rule(text) for text in asked]
    for rule in rules:
        if not home.has_database() or not fits(home, rule):
            warn_unfitting(rule)
    return rules


def fits(home: Home, rule: Rule) -> bool:
    """Tell whether people would say something else now, had what the rule leaves out never been done."""
    from classifier.store.statements import statements

    database = home.database()
    return statements(database) != statements(database, without=[rule])


def warn_unfitting(rule: Rule) -> None:
    """Warn of a rule that leaves nothing out: its value may be mistyped."""
    warn(f"{rule}: fits nothing that people say now")
