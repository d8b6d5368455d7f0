"""The markup of a made-up news page, as much of it and of as many kinds as a real one has.

231 real pages of news sites and blogs had in the middle 72,000 characters, 700 elements (120 links, 100 div, 90 li, 270
with a class), 21 scripts of 9,000 characters, and 150 blocks with 8,000 characters; these have as many links, scripts
and blocks, and two thirds of the rest.
"""

import re
from collections.abc import Sequence
from html import escape
from itertools import cycle, islice

from tests.bench.made_crawl import MadePage

_MENUS, _ENTRIES, _TEASERS, _COLUMNS = 6, 9, 16, 4
_OWN_WORD = re.compile(r"\b[0-9a-f]+(\d\dword)\b")
_HOSTS = ("https://www.facebook.com/sharer?u=", "https://twitter.com/intent/tweet?url=", "https://wa.me/?text=")


def marked_up(page: MadePage) -> str:
    """Return the HTML of a page; every line has a word that stands on no other page."""
    texts = [escape(line.text) for line in page.lines]
    words = [f"{text} {page.number:x}{n:02}word. {texts[n - 1]}" for n, text in enumerate(texts)]
    labels = cycle(text[:30].strip() for text in texts)
    body = (
        _header(labels_of(labels, _MENUS * _ENTRIES)),
        f'<main class="l-main" id="content"><article class="article article--news" data-id="{page.number}">',
        f'<h1 class="article__title">{texts[0]}</h1>{_byline()}<div class="article__body rich-text">',
        *(_paragraph(n, text) for n, text in enumerate(words)),
        f"</div>{_share(page)}</article>{_sidebar(labels_of(labels, _TEASERS))}</main>",
        _footer(labels_of(labels, _COLUMNS * _ENTRIES)),
        *(f'<script async src="https://cdn{n}.example/tag.js?v={page.number}"></script>' for n in range(8)),
    )
    return (
        f"<!DOCTYPE html>\n<html lang=en><head>{_head(page, texts[0])}</head><body class='page'>{''.join(body)}</body>"
    )


def renewed(html: str, number: int) -> str:
    """Return a page as another one, with words of its own: sooner done than making one."""
    return _OWN_WORD.sub(f"{number:x}\\1", html)


def labels_of(labels: "cycle[str]", count: int) -> list[str]:
    return list(islice(labels, count))


def _head(page: MadePage, title: str) -> str:
    metas = "".join(f'<meta property="og:field{n}" content="{title} {n}">' for n in range(30))
    rules = "".join(f".c{n}{{margin:0 {n}px;display:flex;color:#{n:06x}}}" for n in range(200))
    state = ",".join(f'"key{n}":{{"id":{page.number + n},"url":"/s/{n}","on":true}}' for n in range(200))
    scripts = "".join(f"<script>window.q{n}=window.q{n}||[];q{n}.push({{'a':{n}}});</script>" for n in range(12))
    return f"<title>{title}</title>{metas}<style>{rules}</style><script>var s={{{state}}};</script>{scripts}"


def _header(labels: Sequence[str]) -> str:
    menus = []
    for menu in range(_MENUS):
        entries = labels[menu * _ENTRIES :][:_ENTRIES]
        items = "\n".join(
            f'<li class="menu-item menu-item-{n}"><a class="menu-link" href="https://{n}.example/{menu}">'
            f'<span class="menu-text">{label}</span></a></li>'
            for n, label in enumerate(entries)
        )
        menus.append(f'<div class="menu-box"><ul class="menu menu--{menu}" role="menu">\n{items}\n</ul></div>')
    search = '<form class="search" action="/s"><label for="q">Search</label><input id="q" name="q"></form>'
    icon = '<svg class="icon" viewBox="0 0 24 24"><path d="M3 6h18M3 12h18M3 18h18"></path></svg>'
    above = f'<header class="l-header"><button class="burger">{icon}Menu</button>{search}'
    return f"{above}<nav>{''.join(menus)}</nav></header>"


def _byline() -> str:
    return (
        '<div class="byline"><span class="byline__by">By</span> <a class="byline__name" href="/staff/7">A Reporter</a>'
        ' <time class="byline__time" datetime="2026-03-04">4 March 2026</time></div>'
    )


def _paragraph(number: int, text: str) -> str:
    first, _, rest = text.partition(" ")
    linked = f'<a href="/tag/{number}" class="tag-link">{first}</a> {rest}' if number % 4 == 0 else text
    slot = f'<div class="ad ad--{number}" data-slot="{number}"><span class="ad__label">Advertisement</span></div>'
    return f'<div class="article__part"><p class="article__p">{linked}</p></div>\n{slot if number % 5 == 4 else ""}'


def _share(page: MadePage) -> str:
    icon = '<svg class="icon"><use href="#share"></use></svg>'
    links = (f'<a class="share__link" href="{host}{page.number}">{icon}<span>Share</span></a>' for host in _HOSTS)
    return f'<div class="share">{"".join(links)}</div>'


def _sidebar(labels: Sequence[str]) -> str:
    teasers = "\n".join(
        f'<div class="card card--{n}"><a class="card__link" href="/news/{n}"><picture><source type="image/webp">'
        f'<img class="card__img" alt="" loading="lazy" src="/i/{n}.jpg"'
        f' srcset="/i/{n}-320.jpg 320w, /i/{n}-640.jpg 640w, /i/{n}-960.jpg 960w"></picture></a>'
        f'<div class="card__text"><span class="card__kicker">Local</span><h3 class="card__title"><a href="/news/{n}">'
        f'{label}</a></h3><span class="card__time" style="color: #666">{n} hours ago</span></div></div>'
        for n, label in enumerate(labels)
    )
    return f'<aside class="l-aside"><h2 class="aside__title">Most read</h2>{teasers}</aside>'


def _footer(labels: Sequence[str]) -> str:
    columns = "".join(
        f'<div class="footer__column"><h4>Section {column}</h4><ul class="footer__list">'
        + "".join(f'<li><a href="/f/{n}">{label}</a></li>' for n, label in enumerate(labels[column::_COLUMNS]))
        + "</ul></div>"
        for column in range(_COLUMNS)
    )
    return f'<footer class="l-footer">{columns}<p class="footer__legal">All rights reserved.</p></footer>'
