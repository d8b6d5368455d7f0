"""Making a version current: measured again, against the version that is current, and refused with reasons."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from classifier.cli.home import Home
from classifier.cli.person import person
from classifier.cli.terminal import progress_bar, tell, warn
from classifier.errors import ModelError, PromotionRefusedError
from classifier.pointer import Pointer
from classifier.registry import Registry

if TYPE_CHECKING:
    from classifier.comparison import Comparison
    from classifier.gate import Reason


def promote_checked(home: Home, version: str, *, despite: str = "") -> None:
    """Make `version` current if nothing is against it; raises PromotionRefusedError with all reasons, by name.

    With `despite`, a person's reason, what the comparison with the current version says against it is passed over.
    """
    registry = home.registry()
    seen = registry.pointer_or_none()
    if seen.current == version:
        registry.load(version)
        return
    passed, _ = _gate(home, version, seen, despite=despite)
    reason = despite if passed else ""  # kept where it was needed
    registry.promote(version, by=person(), at=datetime.now(UTC), despite=reason, seen=seen)


def promote_if_better(home: Home) -> str | None:
    """Make the newest candidate current if nothing is against it and it is better; return why not, None when done.

    Raises PromotionRefusedError as :func:`promote_checked`, and when there is nothing to compare with though a version
    was current before; ModelError when it is not known which is.
    """
    from classifier.gate import is_better

    registry = home.registry()
    seen = registry.pointer()
    candidate = newest_candidate(registry, seen)
    if candidate is None:
        return "Nothing to promote: no version is newer than the current one and was never current"
    _, comparison = _gate(home, candidate, seen, despite="")
    if comparison is None and (seen.current or seen.promotions):  # nobody is there to see what took the place of what
        raise PromotionRefusedError(
            f"{candidate}: not promoted; the current version cannot be compared with; newsieve promote {candidate} "
            "promotes it without a comparison"
        )
    if comparison and not is_better(comparison):
        return f"Not promoted: {candidate} is no better than {seen.current}; newsieve compare current {candidate}"
    registry.promote(candidate, by=person(), at=datetime.now(UTC), seen=seen)
    tell_promoted(candidate, before=seen.current)
    return None


def tell_promoted(version: str, *, before: str | None) -> None:
    """Tell that a version is current, and the way back if another was current `before`."""
    tell(f"{version} is current; newsieve rollback takes it back" if before else f"{version} is current")


def newest_candidate(registry: Registry, pointer: Pointer) -> str | None:
    """Return the newest version, if it is newer than the current one and nobody has rolled back from it."""
    newest = next(reversed(registry.versions()), None)
    tried = {pointer.current, *pointer.previous, *(promotion.version for promotion in pointer.promotions)}
    return newest if newest and newest not in tried and newest > (pointer.current or "") else None


def _gate(home: Home, version: str, seen: Pointer, *, despite: str) -> "tuple[Sequence[Reason], Comparison | None]":
    """Return the reasons that `despite` has passed over, and the comparison. Raises PromotionRefusedError."""
    from classifier.cli.comparing import measure_against

    home.registry().load(version)
    before = _comparable(home.registry(), seen.current)
    with progress_bar() as progress:
        reasons, comparison = measure_against(home, version, before, progress=progress)
    if [reason for reason in reasons if not (despite and reason.passable)]:
        raise PromotionRefusedError(_refusal(version, reasons))
    return reasons, comparison


def _comparable(registry: Registry, current: str | None) -> str | None:
    """Return the current version; None when it cannot judge, so that another may take its place."""
    try:
        return registry.load(current).card.version if current else None
    except ModelError as error:
        warn(f"nothing to compare with, the current version cannot be used: {error}")
        return None


def _refusal(version: str, reasons: "Sequence[Reason]") -> str:
    told = "; ".join(f"{reason.name}: {reason.told}" for reason in reasons)
    if all(reason.passable for reason in reasons):
        past = f"newsieve promote {version} --despite REASON promotes it nevertheless, and REASON is kept"
    else:
        past = "nothing lets a version past golden, pins and floor: correct what it was trained on and train again"
    return f"{version}: not promoted; {told}; {past}"
