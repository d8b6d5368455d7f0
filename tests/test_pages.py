"""Pages: where a block begins and ends, what is known of it, and where it stood."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from resiliparse.parse.html import HTMLTree

from classifier.blocks import Span
from classifier.pages import MARKERS, split_blocks, split_html, split_text
from classifier.sites import registered_domain
from classifier.text import fold_space, is_visible, printable


def texts(page):
    return [block.text for block in page.blocks]


def html(body, head=""):
    return split_html(f"<html><head>{head}</head><body>{body}</body></html>", address="page.html")


def only(body):
    (block,) = html(body).blocks
    return block


class TestText:
    def test_a_block_is_a_line_that_is_not_empty(self):
        assert texts(split_text("One\n\n  two  words \r\nthree", address="p")) == ["One", "two words", "three"]

    @pytest.mark.parametrize("marker", sorted(MARKERS))
    def test_a_lone_marker_marks_the_line_that_follows(self, marker):
        page = split_text(f"{marker}\n\nItem\nPlain", address="p")
        assert [(block.text, block.list_item) for block in page.blocks] == [("Item", True), ("Plain", False)]

    def test_a_marker_at_the_end_marks_nothing(self):
        assert texts(split_text("Last\n-\n", address="p")) == ["Last"]

    @given(st.text(st.characters(exclude_categories=()), max_size=200))
    def test_a_place_is_the_span_of_the_block_in_the_text(self, text):
        for block in split_text(text, address="p").blocks:
            assert isinstance(block.place, Span)
            assert fold_space(printable(text[block.place.start : block.place.end])) == block.text

    @given(st.text(max_size=200))
    def test_positions_count_from_0_and_no_block_is_empty_or_a_marker(self, text):
        blocks = split_text(text, address="p").blocks
        assert [block.position for block in blocks] == list(range(len(blocks)))
        assert not any(block.text in MARKERS or not block.text.strip() for block in blocks)

    @pytest.mark.parametrize(
        ("line", "is_item"), [("- Item", True), ("• x", True), ("-Item", False), ("A plan", False), ("5 – 3", False)]
    )
    def test_a_line_that_begins_with_a_marker_and_a_blank_is_a_list_item(self, line, is_item):
        (block,) = split_text(line, address="p").blocks
        assert (block.text, block.list_item) == (line, is_item)

    def test_what_is_no_block_takes_no_position(self):
        page = split_text("One\n-\n\u200b\ntwo\nthree", address="p")
        assert [block.position for block in page.blocks] == [0, 1, 2]


@pytest.mark.parametrize(
    "split",
    [
        lambda text, address: split_text(text, address=address),
        lambda text, address: split_blocks([text], address=address),
        lambda text, address: split_html(text, address=address),
    ],
)
def test_a_page_knows_its_address_and_the_site_that_it_is_of(split):
    page = split("Council votes", "https://www.paper.co.uk/1")
    assert (page.address, page.site) == ("https://www.paper.co.uk/1", "paper.co.uk")


class TestBlocks:
    def test_a_position_is_the_index_in_the_given_list(self):
        page = split_blocks(["One", "-", "", "two"], address="p")
        assert [(block.text, block.position, block.list_item) for block in page.blocks] == [
            ("One", 0, False),
            ("two", 3, True),
        ]


class TestHtml:
    def test_block_level_elements_end_a_block_and_inline_ones_do_not(self):
        assert texts(html("before<p>one <b>bold</b> <i>word</i></p>after<div>two</div>")) == [
            "before",
            "one bold word",
            "after",
            "two",
        ]

    def test_lines_separated_by_br_are_blocks_of_their_own(self):
        page = html("<p>one<br>two<br/>-<br>three</p>")
        assert [(b.text, b.list_item) for b in page.blocks] == [("one", False), ("two", False), ("three", True)]

    @pytest.mark.parametrize("tag", ["script", "style", "template", "noscript"])
    def test_script_style_template_and_noscript_are_left_out(self, tag):
        assert texts(html(f"<p>seen</p><{tag}>not <b>this</b></{tag}>")) == ["seen"]

    @pytest.mark.parametrize(
        "attributes",
        [
            "style='display:none'",
            "style='DISPLAY : NONE !important'",
            "style='color:red; visibility: hidden'",
            "style='position:absolute;left:-9999px'",
            "style='text-indent:-9999px'",
            "style='font-size:0'",
            "style='font-size: 0px;'",
            "style='opacity:0'",
            "style='transform:translateX(-9999px)'",
            "hidden",
            "aria-hidden=true",
        ],
    )
    def test_hidden_text_is_read_and_marked(self, attributes):
        assert only(f"<div {attributes}><p>buy <a href='https://x.example/'>pills</a></p></div>").hidden

    @pytest.mark.parametrize(
        "attributes",
        [
            "style='font-size:0.9em'",
            "style='left:-5px'",
            "style='opacity:0.5'",
            "style='display:block'",
            "class='hidden'",
            "style='font-size:;color:red'",
            "style='margin-left:-100px'",
        ],
    )
    def test_what_readers_see_is_not_marked_hidden(self, attributes):
        assert not only(f"<div {attributes}>seen</div>").hidden

    def test_aria_hidden_without_links_is_an_ornament_not_a_link_farm(self):
        assert not only("<div aria-hidden=true>* * *</div>").hidden

    def test_hidden_words_inside_a_paragraph_become_a_block_of_their_own(self):
        page = html("<p>open <span style='display:none'>secret</span> again</p>")
        assert [(b.text, b.hidden) for b in page.blocks] == [("open", False), ("secret", True), ("again", False)]

    @pytest.mark.parametrize("within", ["<script>1</script>", "<img src=x>", "<g-emoji>!</g-emoji>", "<o:p></o:p>"])
    def test_a_sentence_is_not_cut_by_what_stands_within_it(self, within):
        assert len(html(f"<p>The mayor {within} said so</p>").blocks) == 1

    @pytest.mark.parametrize("nothing", ["&#8203;", "&shy;", "\u200b ⁠", "️"])
    def test_what_cannot_be_seen_is_no_block(self, nothing):
        assert texts(html(f"<p>seen</p><p>{nothing}</p>")) == ["seen"]

    @pytest.mark.parametrize("address", ["http://[x", "http://[your-site]/", "//", "javascript:void(0)", "http://:x@/"])
    def test_a_broken_link_is_a_link_to_nowhere(self, address):
        page = split_html(f"<p>a <a href='{address}'>b</a></p>", address="https://paper.example/1")
        assert page.blocks[0].link_hosts == ()

    def test_a_canonical_address_never_replaces_the_one_that_was_fetched(self):
        head = "<head><link rel=canonical href=https://casino.example/></head>"
        page = split_html(f"{head}<p><a href=https://casino.example/w>w</a>", address="https://paper.example/1")
        assert (page.site, page.blocks[0].link_hosts) == ("paper.example", ("casino.example",))

    def test_headings_and_list_items_are_marked(self):
        page = html("<h2>Head</h2><ul><li>item</ul><p>par")
        assert [(b.heading, b.list_item) for b in page.blocks] == [(True, False), (False, True), (False, False)]

    def test_links_outside_the_site_are_named_and_their_share_told(self):
        page = html(
            "<p>four <a href='https://shop.spam.example/x'>four</a> <a href='/in'>in</a></p>",
            head="<link rel=canonical href='https://www.paper.example/a'>",
        )
        (block,) = page.blocks
        assert (page.address, page.site) == ("https://www.paper.example/a", "paper.example")
        assert block.link_hosts == ("shop.spam.example",)
        assert block.link_share == pytest.approx(6 / 10)

    @pytest.mark.parametrize(
        ("body", "share"),
        [("no link", 0), ("<a href=/in></a>no", 0), ("<a href=/1>1</a>", 1), ("<a href=/in>al\0l</a>", 1)],
    )
    def test_the_share_of_link_text_is_from_none_to_all(self, body, share):
        assert only(f"<p>{body}</p>").link_share == share

    def test_a_page_of_html_keeps_its_markup(self):
        document = "<p>One<p>two"
        assert split_html(document, address="p").html == document

    def test_a_place_is_the_path_of_the_element(self):
        page = html("<div><p>one</p><p>two<br>three</p></div>")
        assert [b.place for b in page.blocks] == [
            "html/body/div[1]/p[1]",
            "html/body/div[1]/p[2]",
            "html/body/div[1]/p[2]",
        ]

    @pytest.mark.parametrize(
        "document", ["", "<html>", "text only", "<p", "<frameset><frame></frameset>", "</p></div>"]
    )
    def test_broken_documents_are_read_as_far_as_they_go(self, document):
        assert len(split_html(document, address="p").blocks) <= 1

    @pytest.mark.parametrize("tag", ["div", "b", "div aria-hidden=true", "a href=x", "li", "span style=display:none"])
    def test_elements_nested_100_000_deep_are_read(self, tag):
        page = split_html(f"<{tag}>" * 100_000 + "word", address="p")
        assert texts(page) == ["word"]
        assert len(page.blocks[0].place) < 10_000

    @given(st.text(st.characters(exclude_categories=()), max_size=300))
    def test_any_text_can_be_read_as_html(self, document):
        split_html(document, address="p")


@pytest.mark.parametrize(
    ("address", "domain"),
    [
        ("https://www.paper.co.uk/x", "paper.co.uk"),
        ("http://a.b.paper.example:80/", "paper.example"),
        ("page.html", ""),
        ("http://127.0.0.1/", "127.0.0.1"),
        ("http://[bad", ""),
        ("mailto:a@b.example", ""),
    ],
)
def test_a_site_is_the_registered_domain_of_an_address(address, domain):
    assert registered_domain(address) == domain


def test_a_style_of_100000_comments_that_are_never_closed_ends():
    (block,) = split_html('<p style="' + "/*x" * 100_000 + '">Council votes</p>', address="x").blocks
    assert not block.hidden


def test_a_style_that_hides_behind_comments_hides():
    (block,) = split_html('<p style="dis/* x\n */play:/**/none">Council votes</p>', address="x").blocks
    assert block.hidden


@pytest.mark.parametrize(
    ("body", "blocks"),
    [
        ("<script><!--<script>a</script><p>b</p>--></script><p>Seen", ["Seen"]),
        ("<svg><style>&lt;/style>&lt;/svg>&lt;p>unseen</style></svg><p>Seen", ["Seen"]),
        ("<svg><keygen>unseen</svg><math><param>unseen</math>Seen", ["Seen"]),
        ("One <template><p>unseen</p></template>two", ["One two"]),
        ("One <noscript><p>unseen</p></noscript>two", ["One two"]),
        ("<xmp><p>code</xmp>", ["<p>code"]),
        ("<noembed><p>code</noembed>", ["<p>code"]),
        ("<plaintext><template>code", ["<template>code</body></html>"]),
        ("One <?pi a>two", ["One two"]),
        ("One<!-- <p> -->, two<!-->, three", ["One, two, three"]),
        ("<p title='a>b \"<p>\"'>AT&amp;T &amp;lt; 5&nbsp;km", ["AT&T &lt; 5 km"]),
        ("<a<b title=x>One</a<b>", ["One"]),
        ("<x-y/>One<p>Two</x-y>Three", ["One", "TwoThree"]),
    ],
)
def test_what_reads_as_markup_is_markup_and_what_reads_as_text_is_text(body, blocks):
    page = html(body)
    assert texts(page) == blocks
    assert not any(block.hidden for block in page.blocks)


def test_a_picture_without_words_for_the_blind_hides_nothing_that_follows():
    page = html("<p>One <img aria-hidden=true><a href='https://other.example/'>two</a>")
    assert [(block.text, block.hidden) for block in page.blocks] == [("One two", False)]


_PIECES = st.sampled_from(
    [
        "<p>",
        "</p>",
        "<div hidden>",
        "</div>",
        "<li>",
        "<br>",
        "<b>",
        "</b>",
        "<!--",
        "-->",
        "<table>",
        "<td>",
        "<xmp>",
        "</xmp>",
        "<a href='https://b.example/'>",
        "</a>",
        "<i aria-hidden=true>",
        "</i>",
        "<select>",
        "<option>",
        "&lt;",
        "&amp;lt;",
        "word",
        "<plaintext>",
        "<noembed>",
        "</noembed>",
        "<h1>",
        "<script>",
        "</script>",
        "<svg>",
    ]
)


@given(st.lists(_PIECES | st.text(max_size=5), max_size=40))
def test_the_text_of_a_page_is_what_its_blocks_hold(pieces):
    """Blocks are what the parser's own tree holds as text, but for what no reader is shown."""
    page = split_html(" ".join(pieces), address="page.html")
    tree = HTMLTree.parse(printable(" ".join(pieces)))
    for skipped in ("script", "style", "template", "svg", "math", "noscript", "iframe", "object", "canvas"):
        if tree.body is None or tree.body.query_selector(skipped):
            return
    seen, held = "".join(texts(page)), tree.body.text
    assert [c for c in seen if is_visible(c) and c not in MARKERS] == [
        c for c in held if is_visible(c) and c not in MARKERS
    ]
