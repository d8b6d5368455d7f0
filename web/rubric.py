"""The rubric: what is news, filler, boilerplate, as the README of the labelled pages says it."""

import re
from functools import cache

from flask import Blueprint, render_template
from markdown_it import MarkdownIt
from markupsafe import Markup

from classifier.errors import HomeError
from classifier.labelled import shipped_data

rubric = Blueprint("rubric", __name__)

_SECTION = re.compile(r"^## The rubric\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)


@rubric.get("/rubric")
def page() -> str:
    """Show the rubric."""
    return render_template("rubric.html")


@rubric.app_template_global("rubric_html")
@cache
def rubric_html() -> Markup:
    """Return the rubric as HTML, for its page or a panel. Raises HomeError when the program came without it."""
    readme = shipped_data() / "README.md"
    found = _SECTION.search(readme.read_text(encoding="utf-8")) if readme.is_file() else None
    if found is None:
        raise HomeError(f"{readme}: the rubric is missing; install Newsieve anew")
    section = found[1].replace("\n### ", "\n## ")  # on our pages it stands right below the first heading
    # our own text, and HTML in it would be shown, not run
    return Markup(MarkdownIt("commonmark", {"html": False}).enable("table").render(section))  # noqa: S704
