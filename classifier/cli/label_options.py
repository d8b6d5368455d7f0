"""How labelled files of other tools are read: the options of the verbs that read them."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from classifier.label_names import LabelNames


def label_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a verb the option --map and the argument `names`, a LabelNames."""

    @wraps(function)
    def with_names(*args: Any, mapped: tuple[str, ...], **options: Any) -> Any:
        return function(*args, names=LabelNames(mapped), **options)

    return click.option(
        "--map",
        "mapped",
        multiple=True,
        metavar="THEIRS=ours",
        help="What a label of another tool means: news, filler, boilerplate or unsure. May be given again.",
    )(with_names)
