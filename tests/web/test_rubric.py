"""The rubric beside the work: from the README of the labelled pages, whole, and nothing else of it."""

import re

from classifier.labelled import shipped_data
from web.rubric import rubric_html

README = (shipped_data() / "README.md").read_text(encoding="utf-8")


def test_the_rubric_says_what_the_readme_says(client):
    text = client.get("/rubric").text
    section = README.split("## The rubric\n")[1].split("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| ") and "---" not in line]
    assert len(rows) > 20
    assert text.count("<tr>") == len(rows)
    assert "what would the paper's own editor say" in text
    assert "<h2>Borderline rulings</h2>" in text
    assert "Datasheet" not in text
    assert "datasheet" not in text


def test_the_rubric_stands_beside_the_blocks_of_a_page(client):
    panel = re.search(
        r'<details class="rubric"><summary>(.*?)</summary>(.*?)</details>', client.get("/pages/1").text, re.DOTALL
    )
    assert panel[1].startswith("Rubric")
    assert panel[2] == rubric_html()


def test_the_rubric_has_no_script_and_no_style_of_its_own():
    assert not re.search(r"<script|style=|<img|on\w+=", rubric_html())
