# mypy: disallow-untyped-decorators=False
"""What moderators did, to be followed from where one left off. (flask-smorest's decorators have no types.)"""

from typing import Any

from classifier.store.feed import Cursor, cursor_after, read_feed
from web.api.answers import Feed
from web.api.document import Part
from web.api.given import FromWhere
from web.current import database

decisions = Part("decisions", __name__, url_prefix="/api/v1", description="What moderators decided")


@decisions.route("/decisions")
@decisions.arguments(FromWhere, location="query")
@decisions.response(200, Feed, description="The entries after the cursor, oldest first")
@decisions.refusals(422)
def feed(asked: dict[str, Any]) -> dict[str, Any]:
    """Read what moderators did

    Decisions, and the undoing and redoing of them, in the order in which they were saved. An entry comes once and never
    out of order: ask again with `next`, now or next week, to get what came since.
    """
    since = Cursor.of(asked["since"])
    entries = read_feed(database(), since, limit=asked["limit"])
    return {"entries": entries, "next": str(cursor_after(entries, since))}
