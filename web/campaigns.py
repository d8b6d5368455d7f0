"""Campaigns: the list, one of them, the preview of a decision on it, that decision, and evidence to send."""

import re
from dataclasses import asdict
from typing import Any
from uuid import uuid4

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from classifier.errors import ConflictError
from classifier.evidence import CATEGORIES, as_text, proposed_category
from classifier.store.campaign_detail import campaign_pages, get_campaign
from classifier.store.campaign_listing import (
    CAMPAIGN_ORDERS,
    CAMPAIGN_STATES,
    CampaignFilter,
    CampaignOrder,
    count_campaigns,
    list_campaigns,
)
from classifier.store.campaign_ruling import CAMPAIGN_RULINGS, decide_campaign, preview_campaign
from classifier.store.decisions import Act, Ruling
from classifier.store.evidence import gather_evidence
from classifier.store.history import undo
from classifier.text import printable
from web.current import NUMBER, database, now, person, registry

campaigns = Blueprint("campaigns", __name__)

_SHOWN = 50  # campaigns, or pages of one, at a time
_CAMPAIGN = f"/campaigns/<{NUMBER}:campaign_id>"
_NOT_IN_NAMES = re.compile("[^a-z0-9.-]")


@campaigns.get("/campaigns")
def table() -> str:
    """Show the campaigns."""
    wanted, order = _filter(), _order()
    total = count_campaigns(database(), wanted)
    part, parts = _part(total)
    kept = {name: value for name, value in asdict(wanted).items() if value}
    return render_template(
        "campaigns.html",
        campaigns=list_campaigns(database(), wanted, order=order, limit=_SHOWN, offset=(part - 1) * _SHOWN),
        wanted=wanted,
        order=order,
        orders=CAMPAIGN_ORDERS,
        states=CAMPAIGN_STATES,
        given=kept if order == CAMPAIGN_ORDERS[0] else {**kept, "order": order},
        total=total,
        part=part,
        parts=parts,
        version=registry().pointer_or_none().current,
    )


@campaigns.get(_CAMPAIGN)
def campaign(campaign_id: int) -> str:
    """Show one campaign."""
    detail = get_campaign(database(), campaign_id)
    part, parts = _part(detail.listed.pages)
    return render_template(
        "campaign.html",
        detail=detail,
        pages=campaign_pages(database(), campaign_id, limit=_SHOWN, offset=(part - 1) * _SHOWN),
        categories=CATEGORIES,
        mine=detail.act is not None and detail.act.person == person(),
        part=part,
        parts=parts,
        version=registry().pointer_or_none().current,
    )


@campaigns.get(f"{_CAMPAIGN}/preview")
def preview(campaign_id: int) -> str:
    """Show what a ruling on the whole campaign would change."""
    return _previewed(campaign_id, _ruling(request.args.get("ruling", "")))


@campaigns.post(f"{_CAMPAIGN}/decide")
def decide(campaign_id: int) -> AnyResponse | tuple[str, int]:
    """Record a ruling on the whole campaign, if it is what the preview showed; else show the new preview."""
    ruling, form = _ruling(request.form.get("ruling", "")), printable(request.form.get("form", ""))
    act = Act(
        person(),
        now(),
        "campaign",
        form=f"{form}.campaign"[:64] if form else None,
        seen=_seen(),
        campaign_id=campaign_id,
    )
    try:
        saved = decide_campaign(database(), act, ruling, digest=request.form.get("digest", ""))
    except ConflictError as error:
        return _previewed(campaign_id, ruling, refused=str(error)), 409
    if saved:
        flash(f"Saved: campaign {campaign_id} {ruling}, on every page that has one of its texts.")
    return redirect(url_for("campaigns.campaign", campaign_id=campaign_id), 303)


@campaigns.post(f"{_CAMPAIGN}/undo")
def take_back(campaign_id: int) -> AnyResponse:
    """Take back the person's decision on a campaign, as a whole."""
    act = request.form.get("act", type=int)
    if not act or not 0 < act < 2**31:
        abort(400, "The form does not say which decision to take back. Reload the page and press the button again.")
    toggled = undo(database(), person=person(), now=now(), act=act)
    if toggled:
        flash(f"Took back: {toggled.ruling or 'decisions'} on {toggled.texts} texts.")
    return redirect(url_for("campaigns.campaign", campaign_id=campaign_id), 303)


@campaigns.get(f"{_CAMPAIGN}/evidence.txt")
def evidence(campaign_id: int) -> Response:
    """Give the evidence as a file."""
    site, category = _site(), request.args.get("category", "")
    if category and category not in CATEGORIES:
        abort(400, f"A category is one of: {', '.join(CATEGORIES)}.")
    found = gather_evidence(database(), campaign_id, site=site or None)
    text = as_text(found, category or proposed_category(found))
    name = "-".join(["campaign", str(campaign_id), *([_NOT_IN_NAMES.sub("_", site)[:100]] if site else [])])
    headers = {"Content-Disposition": f'attachment; filename="{name}.txt"'}
    return Response(text, content_type="text/plain; charset=utf-8", headers=headers)


def _previewed(campaign_id: int, ruling: Ruling, *, refused: str = "") -> str:
    return render_template(
        "campaign_preview.html",
        shown=preview_campaign(database(), campaign_id, ruling),
        form=uuid4().hex,
        refused=refused,
        version=registry().pointer_or_none().current,
    )


def _ruling(given: str) -> Ruling:
    if given not in CAMPAIGN_RULINGS:
        abort(400, f"A ruling on a campaign is one of: {', '.join(CAMPAIGN_RULINGS)}.")
    return given


def _part(total: int) -> tuple[int, int]:
    """Return the part that is asked for and the number of parts, both from 1."""
    parts = max(1, -(-total // _SHOWN))
    return min(parts, max(1, request.args.get("part", 1, type=int))), parts


def _filter() -> CampaignFilter:
    state: Any = request.args.get("state", "")
    return CampaignFilter(state=state if state in CAMPAIGN_STATES else None, site=_site())


def _site() -> str:
    return printable(request.args.get("site", "")).strip().lower()[:253]


def _seen() -> int | None:
    seen = request.form.get("seen", type=int)
    if seen is not None and not 0 <= seen < 2**31:
        abort(400, "The form does not say what was shown. Look at the preview again.")
    return seen


def _order() -> CampaignOrder:
    order: Any = request.args.get("order", "")
    return order if order in CAMPAIGN_ORDERS else CAMPAIGN_ORDERS[0]
