"""Which acts were recorded on behalf of one request, for its line in the log."""

from contextvars import ContextVar

_recorded: ContextVar[list[int] | None] = ContextVar("recorded", default=None)


def note_acts() -> list[int]:
    """Return a list to which the numbers of the acts recorded from now on, in this context, are added."""
    numbers: list[int] = []
    _recorded.set(numbers)
    return numbers


def noted(number: int) -> int:
    """Note that the act of this number was recorded, and return the number."""
    numbers = _recorded.get()
    if numbers is not None:
        numbers.append(number)
    return number
