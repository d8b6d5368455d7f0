"""What labels are called elsewhere, and which of ours they mean."""

from collections.abc import Iterable
from typing import Literal, get_args

from classifier.errors import InputError, TrainingDataError

Said = Literal["boilerplate", "filler", "news", "unsure"]
SAID: tuple[Said, ...] = get_args(Said)
"""What a person can say of a text: a label, or that they are unsure."""


class LabelNames:
    """Knows our labels, in any case, and the names that they were given elsewhere."""

    def __init__(self, mapped: Iterable[str] = ()) -> None:
        """Take names as ``THEIRS=ours``. Raises InputError when that names no label of ours, or two."""
        self._meant: dict[str, Said] = {said: said for said in SAID}
        for pair in mapped:
            theirs, _, ours = pair.rpartition("=")
            said = next((one for one in SAID if one == _folded(ours)), None)
            if said is None or not _folded(theirs):
                raise InputError(f"{pair!r}: no name of a label; write THEIRS=ours, ours being {', '.join(SAID)}")
            if self._meant.setdefault(_folded(theirs), said) != said:
                raise InputError(
                    f"{pair!r}: {theirs} means {self._meant[_folded(theirs)]} already; give it one meaning"
                )

    def knows(self, name: object) -> bool:
        """Tell whether a name means one of our labels."""
        return isinstance(name, str | int) and _folded(name) in self._meant

    def meant(self, name: object, place: str) -> Said:
        """Return what a name means. Raises TrainingDataError, naming `place`, when it is not known."""
        if isinstance(name, str | int) and _folded(name) in self._meant:
            return self._meant[_folded(name)]
        raise TrainingDataError(
            f"{place}: label is {name!r:.60}; use 'news', 'filler' or 'boilerplate', or say what it means, as in "
            "--map 'THEIRS=filler'"
        )


def _folded(name: object) -> str:
    return " ".join(str(name).split()).casefold()


LABEL_NAMES = LabelNames()
"""Our own names of labels, and no others."""
