# mypy: disallow-untyped-decorators=False
"""Verdicts for a page that is sent; nothing of it is kept. (flask-smorest's decorators have no types.)"""

from typing import Any

from flask import Response, jsonify

from classifier.blocks import Block, Page, Verdict
from classifier.formats import ROUNDED, verdict_row
from web.api.answers import JudgedPage
from web.api.document import Part
from web.api.given import Explanation, GivenPage, page_of
from web.api.metrics import counted
from web.current import model

classify = Part("classify", __name__, url_prefix="/api/v1", description="Verdicts on a page that is sent")


@classify.route("/classify", methods=["POST"])
@classify.arguments(GivenPage)
@classify.arguments(Explanation, location="query")
@classify.response(200, JudgedPage, description="A verdict on every block")
@classify.refusals(400, 413, 415, 422)
def verdicts(given: dict[str, Any], asked: dict[str, Any]) -> Response:
    """Judge a page

    The blocks of the page are judged in the light of each other, as `newsieve classify` does. Nothing is kept.
    """
    page, judge, explain = page_of(given), model(), asked["explain"]
    judged = judge.classify(page.blocks, explain=explain)
    counted().judged.inc(len(judged))
    rows = [_row(page, block, verdict, explain) for block, verdict in zip(page.blocks, judged, strict=True)]
    # not through the schema: that takes seconds where there are 5,000 blocks with a hundred reasons each
    return jsonify({"page": page.address, "model": judge.card.version, "blocks": rows})


def _row(page: Page, block: Block, verdict: Verdict, explain: bool) -> dict[str, Any]:
    row = {**verdict_row(page, block, verdict, reasons=verdict.reasons), "doubt": verdict.doubt}
    unused = {"page", "model"} if explain else {"page", "model", "reasons"}
    score = verdict.score if explain else round(verdict.score, ROUNDED)
    return {**{key: value for key, value in row.items() if key not in unused}, "score": score}
