"""The identity of a verdict, ``VERSION.PAGE.POSITION``: which version, on which page, on which of its blocks.

PAGE is the beginning of the digest of the page's address and texts, so that it survives a restore and is never given
to another page.
"""

import re
from dataclasses import dataclass

from classifier.errors import NotFoundError
from classifier.pointer import VERSION

PAGE_DIGITS = 16
_VERDICT = re.compile(rf"({VERSION.pattern})\.([0-9a-f]{{{PAGE_DIGITS}}})\.(0|[1-9][0-9]{{0,8}})")


@dataclass(frozen=True, slots=True)
class VerdictId:
    """One verdict of one model version."""

    version: str
    page: str  # the first 16 hexadecimal digits of the page's digest
    position: int  # of the block, from 0

    def __str__(self) -> str:
        return f"{self.version}.{self.page}.{self.position}"

    @classmethod
    def of(cls, text: str) -> "VerdictId":
        """Return the identity that was written as `text`. Raises NotFoundError when it is none."""
        parts = _VERDICT.fullmatch(text)
        if parts is None:
            raise NotFoundError(
                f"{text[:100]}: no verdict has such an id; it is VERSION.PAGE.POSITION, such as "
                "20261122T194500Z-1a2b3c4d.0123456789abcdef.7"
            )
        return cls(parts[1], parts[2], int(parts[3]))
