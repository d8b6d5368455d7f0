"""Markup -> pieces: the compiled reader says what the one in Python says, whatever it is given."""

import importlib.util
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from resiliparse.parse.html import HTMLTree

from classifier import pieces as pieces_module
from classifier.pieces import read_in_python, read_markup
from classifier.sites import host_of

_BITS = st.sampled_from(
    re.findall(
        r"\S+",
        """
        <p> </p> <div> </div> <br> <b> </b> <i> </i> <li> <ul> </ul> <dd> <h2> </h2> <td> <table> </table> <img> <body>
        <svg> </svg> <math> <param> <script> </script> <style> </style> <template> </template> <noscript> </noscript>
        <iframe> </iframe> <xmp> <a> </a> <!-- --> <? > < / " = &amp; &lt; &gt; &quot; &nbsp; &amp;lt; & ;
        """,
    )
) | st.sampled_from(
    [
        '<a href="/in">',
        '<a href="https://one.example/x">',
        '<a href="https://two.example/?a=1&amp;b=2">',
        '<a href="//[">',
        "<a title='x' href='https://three.example'>",
        '<p hidden="">',
        '<b hidden="">',
        '<span style="display: none">',
        '<span style="color:&quot;red&quot;">',
        '<div aria-hidden=" TRUE ">',
        '<div aria-hidden="false">',
        '<i aria-hidden="true">',
        '<p title="a>b">',
        '<p a=b="c" ="d" href="e">',
        '<p href="',
        '<x:y/ href="z">',
        '<ü-ö ä="ß">',
        " ",
        "\u00a0",
        "\u2003\u0085",
        "Wörter",
        "日本",
    ]
)
_MARKUP = st.lists(_BITS | st.text(st.characters(exclude_categories=["Cs"]), max_size=6), max_size=40).map("".join)

compiled = pytest.mark.skipif(
    importlib.util.find_spec("classifier._markup") is None, reason="classifier._markup is not compiled here"
)


@compiled
@given(_MARKUP)
def test_the_compiled_reader_says_the_same_of_any_text(markup):
    assert read_markup(markup, host_of) == read_in_python(markup, host_of)
    assert read_markup(markup, host_of, escaped=True) == read_in_python(markup, host_of, escaped=True)


@compiled
@given(_MARKUP)
def test_the_compiled_reader_says_the_same_of_what_the_parser_writes(markup):
    body = HTMLTree.parse(markup).body
    markup = body.html if body else ""
    assert read_markup(markup, host_of) == read_in_python(markup, host_of)


@compiled
@pytest.mark.parametrize(
    "markup",
    [
        "<body>" + "<div>" * 5_000 + "deep",
        "<body>" + "".join(f"<t{n}>x</t{n}>" for n in range(3_000)) + "<p>wide",
        "<body>" + "".join(f'<a href="https://{n}.example/">{n} </a>' for n in range(3_000)),
        "<body>" + '<p aria-hidden="true">' * 3_000 + "no link",
        "<body>" + "".join(f"<p>{n}</p>" for n in range(3_000)),
        "<body><p " + "".join(f' a{n}="b"' for n in range(3_000)) + ">x",
        "<body><script>" + "</scrip" * 3_000 + "</script>x",
        "<body>" + "<script><!--</script>" * 3_000 + "x",
    ],
)
def test_the_compiled_reader_says_the_same_of_pages_that_are_large(markup):
    assert read_markup(markup, host_of) == read_in_python(markup, host_of) != []


@pytest.mark.parametrize("read", [read_in_python, pytest.param(read_markup, marks=compiled)])
def test_an_error_on_the_way_is_not_swallowed(read):
    with pytest.raises(ZeroDivisionError):
        read('<body><a href="https://a.example/">x</a>', lambda address: 1 / 0)


@compiled
def test_what_is_no_text_is_refused():
    with pytest.raises(TypeError):
        read_markup(b"<body>", host_of)
    with pytest.raises(TypeError, match="a host is a str"):
        read_markup('<body><a href="https://a.example/">x</a>', lambda address: None)


@compiled
def test_a_reader_without_its_tags_reads_nothing():
    reader = pieces_module._compiled()
    with pytest.raises(TypeError, match="made without its tags"):
        type(reader).__new__(type(reader)).read("<body>x", host_of, False)
    with pytest.raises(TypeError, match="made already"):
        reader.__init__({}, host_of, 1, 1)


def test_long_styles_are_judged_and_not_remembered():
    before = pieces_module._hides.cache_info().currsize
    assert pieces_module.hides(f"color:{'x' * 1_000};display:none")
    assert not pieces_module.hides(f"color:{'x' * 1_000}")
    assert pieces_module._hides.cache_info().currsize == before
