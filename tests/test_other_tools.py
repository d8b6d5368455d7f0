"""compare-tools: what other tools keep of the same page."""

from pathlib import Path

import pytest

from classifier.blocks import Block, Page
from classifier.other_tools import TOOLS, kept
from classifier.pages import split_html

pytest.importorskip("trafilatura", reason="the extra 'compare' is not installed")
DEMO = Path(__file__).parent.parent / "web" / "demo" / "clean-flood-report.html"


def test_every_tool_keeps_most_of_a_clean_report_and_drops_its_navigation():
    page = split_html(DEMO.read_text(encoding="utf-8"), address="page.html")
    keeps = kept(page)
    assert set(keeps) == set(TOOLS)
    for flags in keeps.values():
        assert len(page.blocks) / 2 < sum(flags) < len(page.blocks)


def test_a_page_without_markup_is_shown_as_paragraphs():
    page = Page(
        "p",
        tuple(
            Block(f"The mayor of ward {n} said the vote on the pool was lost <again> on Tuesday.", n) for n in range(8)
        ),
    )
    assert all(len(flags) == 8 for flags in kept(page).values())
    assert any(kept(page)["trafilatura"])
