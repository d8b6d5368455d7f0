"""What became of one shard: written beside its part, read by every later run."""

import json
from dataclasses import asdict, dataclass, fields
from typing import get_origin


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one shard."""

    shard: str  # what people call it
    files: tuple[str, ...]  # whole paths or addresses
    states: tuple[str, ...]  # of the files, when they were read; empty where that cannot be told
    page_format: str  # that was asked for; empty: by the files' endings and first bytes
    model: str  # version
    size: int  # bytes of the part
    pages: int
    without_text: int  # of the pages, those with no block
    blocks: int
    news: int  # blocks
    filler: int  # blocks
    boilerplate: int  # blocks
    review: int  # blocks that a person should look at
    warnings: int  # pages without text, pages or files with characters that could not be decoded
    errors: int  # records that could not be read
    seconds: float  # that it took

    @classmethod
    def from_bytes(cls, data: bytes) -> "Receipt":
        """Read what :meth:`to_bytes` wrote. Raises ValueError, TypeError or KeyError for anything else."""
        facts = json.loads(data)
        receipt = cls(**{**facts, "files": tuple(facts["files"]), "states": tuple(facts["states"])})
        of_type = (type(getattr(receipt, one.name)) is (get_origin(one.type) or one.type) for one in fields(cls))
        named = all(isinstance(text, str) for text in receipt.files + receipt.states)
        if not all(of_type) or not named or not receipt.files or len(receipt.files) != len(receipt.states):
            raise ValueError("no receipt")
        return receipt

    def to_bytes(self) -> bytes:
        """Return the receipt as JSON; names that are no text are kept in it too."""
        return (json.dumps(asdict(self)) + "\n").encode()
