# mypy: disallow-untyped-decorators=False
"""The queue: pages go in, and are read with what was said of them. (flask-smorest's decorators have no types.)"""

from typing import Any

from flask import url_for

from classifier.blocks import Block, Span
from classifier.store.judging import judge_pages
from classifier.store.listing import listed_page
from classifier.store.queue import QueuedPage, enqueue, get_page
from web.api.answers import QueuedPageAnswer, QueuedSummary
from web.api.document import Part
from web.api.given import PageToQueue, page_of
from web.api.metrics import counted
from web.current import NUMBER, database, model, now

pages = Part("pages", __name__, url_prefix="/api/v1", description="Pages in the queue of the moderators")


@pages.route("/pages", methods=["POST"])
@pages.arguments(PageToQueue)
@pages.response(201, QueuedSummary, description="It is in the queue now, and judged")
@pages.alt_response(200, schema=QueuedSummary, description="It was there already", success=True)
@pages.refusals(400, 413, 415, 422)
def add(given: dict[str, Any]) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Put a page into the queue

    It is saved, and judged by the current model, before the answer. A page of the same address and texts that is there
    already stays as it is.
    """
    page, judge = page_of(given), model()  # first what may fail: a page that was not judged should not be there
    added = enqueue(database(), page, added_at=now())
    queued = get_page(database(), added.id)
    if queued.model != judge.card.version:
        judge_pages(database(), judge, [queued])
        counted().judged.inc(len(page.blocks))
    answer = {"id": added.id, "summary": listed_page(database(), added.id, now=now())}
    return answer, 201 if added.new else 200, {"Location": url_for("pages.one", page_id=added.id)}


@pages.route(f"/pages/<{NUMBER}:page_id>")
@pages.response(200, QueuedPageAnswer, description="The page, its verdicts and rulings")
@pages.refusals(404)
def one(page_id: int) -> dict[str, Any]:
    """Read a page of the queue

    Its blocks with the stored verdicts, the standing rulings (whose, since when), and where else their texts stand.
    """
    queued = get_page(database(), page_id)
    return {
        "id": page_id,
        "url": queued.page.address,
        "site": queued.page.site,
        "added_at": queued.added_at,
        "model": queued.model,
        "summary": listed_page(database(), page_id, now=now()),
        "blocks": [_block(queued, block) for block in queued.page.blocks],
    }


def _block(queued: QueuedPage, block: Block) -> dict[str, Any]:
    at, place = block.position, block.place
    in_page, in_sites = queued.repeats[at]
    return {
        "position": at,
        "text": block.text,
        "place": {"start": place.start, "end": place.end} if isinstance(place, Span) else place,
        "list_item": block.list_item,
        "heading": block.heading,
        "hidden": block.hidden,
        "link_share": block.link_share,
        "link_hosts": block.link_hosts,
        "verdict": None if at in queued.hidden else queued.stored.get(at),
        "ruling": queued.rulings.get(at),
        "repeats": {"pages": in_page, "sites": in_sites},
    }
