"""How many blocks are drawn for the blind check each day, as people give it."""

from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING, Any

import click

from classifier.cli.home import utc_now

if TYPE_CHECKING:
    from classifier.store.blind_drawing import DailyDrawing, SampleSizes

_DEFAULT = "10,20"


def blind_sizes_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a verb the option --blind-sample and the argument `blind_sample`, a SampleSizes."""
    return click.option(
        "--blind-sample",
        default=_DEFAULT,
        show_default=True,
        metavar="REMOVED,PASSED",
        callback=_sizes,
        help="Blocks to draw a day for the blind check, at most one in a hundred; 0 draws none.",
    )(function)


def daily_drawing(sizes: "SampleSizes") -> "DailyDrawing | None":
    """Return what draws once a day, or None when nothing is to be drawn."""
    from classifier.store.blind_drawing import DailyDrawing

    dice = Random()  # noqa: S311 - what is drawn is no secret
    return DailyDrawing(sizes, clock=utc_now, random=dice) if sizes.removed + sizes.passed else None


def _sizes(_ctx: click.Context, _param: click.Parameter, value: str) -> "SampleSizes":
    from classifier.store.blind_drawing import SampleSizes
    from classifier.store.hidden import MOST_WAITING

    given = ["0", "0"] if value.strip() == "0" else [part.strip() for part in value.split(",")]
    numbers = [int(part) for part in given if part.isascii() and part.isdecimal() and len(part) < 5]
    if len(given) != 2 or len(numbers) != 2 or sum(numbers) > MOST_WAITING:
        raise click.BadParameter(
            f"{value!r}: give two numbers such as 10,20, of {MOST_WAITING} together at most, or 0."
        )
    return SampleSizes(*numbers)
