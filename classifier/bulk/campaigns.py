"""Campaigns of a crawl: the same or nearly the same run of filler on several pages, found in its parts.

As in the moderation database, a run belongs to the campaign whose founding run it is most like; comparing with the
founder alone keeps a campaign from drifting.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np

from classifier.bulk.part import read_part
from classifier.signatures import Signature, signature_of
from classifier.text import fingerprint

_COMPARED = 50  # founders that a run is compared with: those that share most bands with it
_SAMPLE = 300  # characters
_MOST_HOSTS = 100  # counted of one campaign
_COLUMNS = ("page", "site", "position", "text", "label", "link_hosts")


@dataclass(slots=True)
class CrawlCampaign:
    """A run of filler that stands on several pages of a crawl."""

    sample: str  # the first text of the run that founded it
    addresses: set[int] = field(default_factory=set)  # 64 bits of each page's
    sites: set[str] = field(default_factory=set)  # those that are known
    blocks: int = 0  # of the longest run
    hosts: Counter[str] = field(default_factory=Counter)  # hosts linked to -> runs
    page: str = ""  # the first one it was found on

    @property
    def pages(self) -> int:
        """How many it stands on; a page that was fetched several times is one."""
        return len(self.addresses)


@dataclass(frozen=True, slots=True)
class _Run:
    page: str
    site: str
    texts: tuple[str, ...]
    hosts: frozenset[str]


def find_campaigns(parts: Sequence[Path]) -> list[CrawlCampaign]:
    """Return the campaigns in the parts of a crawl, those on most pages first. Raises OSError and OutputError."""
    found = _Found()
    for run in (run for part in parts for page in _pages(part) for run in _runs(page)):
        found.add(run)
    return sorted(
        (campaign for campaign in found.campaigns if campaign.pages > 1),
        key=lambda campaign: (-campaign.pages, -len(campaign.sites), campaign.sample),
    )


class _Found:
    """The campaigns so far, by what their founding runs are like."""

    def __init__(self) -> None:
        self.campaigns: list[CrawlCampaign] = []
        self._founders: list[Signature] = []
        self._bands: dict[int, list[int]] = {}
        self._same: dict[str, int | None] = {}  # fingerprints of a run -> its campaign, if any

    def add(self, run: _Run) -> None:
        """Count a run for its campaign, founding it if need be; a run of too few words has none."""
        key = "".join(map(fingerprint, run.texts))
        if key not in self._same:
            self._same[key] = self._like(run)
        number = self._same[key]
        if number is None:
            return
        campaign = self.campaigns[number]
        campaign.addresses.add(hash(run.page))
        if run.site:
            campaign.sites.add(run.site)
        campaign.blocks = max(campaign.blocks, len(run.texts))
        if len(campaign.hosts) < _MOST_HOSTS:
            campaign.hosts.update(run.hosts)

    def _like(self, run: _Run) -> int | None:
        signature = signature_of(run.texts)
        if signature is None:
            return None
        bands = set(signature.bands())
        near = Counter(number for band in bands for number in self._bands.get(band, ()))
        candidates = sorted(number for number, _shared in near.most_common(_COMPARED))
        if candidates:
            likeness = signature.likeness(np.stack([self._founders[number].values for number in candidates]))
            best = int(np.argmax(likeness))  # the oldest of several
            if likeness[best] >= signature.alike:
                return candidates[best]
        return self._founded(run, signature, bands)

    def _founded(self, run: _Run, signature: Signature, bands: set[int]) -> int:
        number = len(self.campaigns)
        self.campaigns.append(CrawlCampaign(run.texts[0][:_SAMPLE], page=run.page))
        self._founders.append(signature)
        for band in bands:
            self._bands.setdefault(band, []).append(number)
        return number


def _pages(part: Path) -> Iterator[list[dict[str, Any]]]:
    rows = (row for table in read_part(part) for row in table.select(_COLUMNS).to_pylist())
    for _page, blocks in groupby(rows, lambda row: row["page"]):
        yield list(blocks)


def _runs(page: Sequence[dict[str, Any]]) -> Iterator[_Run]:
    """Yield the stretches of filler of a page, in reading order."""
    for label, stretch in groupby(page, lambda row: row["label"]):
        if label == "filler":
            blocks = list(stretch)
            hosts = frozenset(host for block in blocks for host in block["link_hosts"])
            texts = tuple(block["text"] for block in blocks)
            yield _Run(blocks[0]["page"], blocks[0]["site"], texts, hosts)
