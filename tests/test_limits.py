"""README's table of limits says what the code enforces, and every limit of the code is in it."""

import re
from datetime import timedelta
from importlib import import_module
from pathlib import Path

import pytest
from waitress.adjustments import Adjustments

from classifier.store import people
from web import create_app

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
LIMITS = {
    "a page, a row of JSON lines, a request to the API": ("classifier.rows:MOST_BYTES", "bytes"),
    "the header of a record in a WARC file": ("classifier.warc_records:_MOST_HEAD", "bytes"),
    "the header of an HTTP answer in it": ("classifier.http_answers:_MOST_HEAD", "bytes"),
    "growth of a compressed file": ("classifier.compressed:MOST_GROWTH", "times"),
    "a form of the desk": ("web.app:_MOST_FORM_BYTES", "bytes"),
    "a text or file on *Try*": ("web.try_page:MOST_BYTES", "bytes"),
    "a form that is offered again after logging in": ("web.pending:_MOST_CHARACTERS", "characters"),
    "an address that a program sends": ("web.api.given:_LONGEST_ADDRESS", "characters"),
    "entries of `/api/v1/decisions` at once": ("web.api.given:_MOST_ENTRIES", ""),
    "requests of one token": ("web.api.access:RATE", ""),
    "failed log-ins from one address": ("web.login:_AN_ADDRESS", ""),
    "failed log-ins to one account": ("web.login:_AN_ACCOUNT", ""),
    "a password, from 10 characters": ("classifier.store.people:LONGEST_PASSWORD", "characters"),
    "a session": ("classifier.store.sessions:LIFETIME", "hours"),
    "a claim on a page": ("classifier.store.claims:LEASE", "minutes"),
    "the reason of a pinned test": ("classifier.store.pins:LONGEST_REASON", "characters"),
    "the texts of a page with a pinned test": ("classifier.store.pins:_MOST_BYTES", "bytes"),
    "blind samples waiting": ("classifier.store.hidden:MOST_WAITING", ""),
    "right answers that end a quarantine": ("classifier.store.quarantine:MOST_NEEDED", ""),
    "proxies in front": ("classifier.cli.door:_MOST_PROXIES", ""),
    "processes of one sweep": ("classifier.cli.sweeping:_MOST_WORKERS", ""),
    "body of a request that is read at all": ("classifier.cli.serve:_MOST_BYTES", "bytes"),
    "connections at once": ("classifier.cli.serve:_MOST_CONNECTIONS", ""),
    "requests of people that wait; more get 503": ("web.overload:_MOST_OF_PEOPLE", ""),
    "calls of programs that wait; more get 503": ("web.overload:_MOST_OF_PROGRAMS", ""),
    "wait of a person's request, before others get 503": ("web.overload:_PEOPLES_WAIT", "seconds"),
    "wait of a program's call, before others get 503": ("web.overload:_PROGRAMS_WAIT", "seconds"),
    "waiting for another that writes": ("classifier.store.database:_LOCK_WAIT", "seconds"),
    "waiting for another upgrade": ("classifier.store.opening:_UPGRADE_WAIT", "seconds"),
    "columns of a CSV file": ("classifier.csv_rows:_MOST_COLUMNS", ""),
    "kills of one `selftest`": ("classifier.cli.selftest:_MOST", ""),
    "a command under `selftest`": ("classifier.drills.commands:_LONGEST", "seconds"),
    "waiting for something to be killed in, under `selftest`": ("classifier.drills.moments:_LONGEST", "seconds"),
    "age of the newest backup, for `doctor`": ("classifier.doctor.backups:OLDEST", "days"),
    "SQLite's write-ahead log, for `doctor`": ("classifier.doctor.moderation_database:MOST_WAL_BYTES", "bytes"),
}
NO_LIMITS = {  # constants of such names that refuse nothing: they tell how much is shown, remembered or read at once
    "classifier.abstention:_MOST_IN_A_ROW",
    "classifier.bulk.campaigns:_MOST_HOSTS",
    "classifier.bulk.shards:_MOST_STEM",
    "classifier.bulk.work:_MOST_TOLD",
    "classifier.cli.import:_MOST_NAMED",
    "classifier.cli.passwords:_MOST_BYTES",  # of a line that is read, far beyond the longest password
    "classifier.data_check:MOST_CHARACTERS",  # a fault of labelled data that is told of
    "classifier.decision_weight:_MOST",
    "classifier.encodings:_MOST_DEBRIS",
    "classifier.fast_lookup:_MOST_BYTES",
    "classifier.giveaways:MOST_GIVEN_AWAY",
    "classifier.live_plot:MOST_WEEKS",
    "classifier.parts:_MOST_ROWS",
    "classifier.registry:_PROMOTION_WAIT",  # seconds, the same as for the database
    "classifier.scorer:_MOST_TOKENS",
    "classifier.signatures:_MOST_COMPARED",
    "classifier.store.campaign_detail:_MOST",
    "classifier.store.condition:_WAIT",
    "classifier.text:LONGEST_TOKEN",
    "classifier.warc_records:_MOST",  # that of a page and of a header together
    "classifier.warc_records:_MOST_UNPACKED",
    "web.api.errors:_LONGEST",
    "web.api.errors:_MOST_ERRORS",
    "web.api.reading:_LONGEST",
    "web.pending:_MOST_BYTES",  # that of a form of the desk
    "web.pending:_MOST_FIELDS",
    "web.try_page:_LONGEST_NAME",
    "web.try_page:_MOST_FORM_BYTES",  # what a file of the limit can become in a form
    "classifier.store.people:SHORTEST_PASSWORD",  # stands in the row of the longest
}
NAME = r"(?:_?(?:MOST|LONGEST|SHORTEST)(?:_[A-Z_]+)?|_[A-Z_]*WAIT)"
NAMES = re.compile(rf"^({NAME}(?:, _?[A-Z_]+)*)(?:: [^=]+)? =", re.MULTILINE)


def table():
    section = README.partition("### Limits\n")[2].partition("\n#")[0]
    return dict(re.findall(r"^\| (.+) \| (\d.*) \|$", section, re.MULTILINE))


def constant(place):
    module, _, name = place.partition(":")
    return getattr(import_module(module), name)


def shown(value, unit):
    if isinstance(value, timedelta):
        value = value // timedelta(**{unit: 1})
    return f"{value:,.0f} {unit}".strip() if isinstance(value, int | float) else value


@pytest.mark.parametrize(("limit", "place", "unit"), [(limit, *where) for limit, where in LIMITS.items()])
def test_the_table_says_what_is_enforced(limit, place, unit):
    assert table()[limit] == shown(constant(place), unit)


def test_the_limits_of_names_and_of_the_server_are_those_in_the_table():
    assert people._NAME.fullmatch("n" * 100)
    assert not people._NAME.fullmatch("n" * 101)
    of_names = {"the name of an account or token": "100 characters"}
    of_server = {"headers of a request": f"{Adjustments.max_request_header_size:,} bytes"}
    assert {limit: value for limit, value in table().items() if limit not in LIMITS} == of_names | of_server
    assert people.SHORTEST_PASSWORD == 10


def test_every_limit_of_the_code_is_in_the_table():
    found = set()
    for path in [*(ROOT / "classifier").rglob("*.py"), *(ROOT / "web").rglob("*.py")]:
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for names in NAMES.findall(path.read_text(encoding="utf-8")):
            found |= {f"{module}:{name}" for name in names.split(", ")}
    assert found - NO_LIMITS <= {place for place, _ in LIMITS.values()}
    assert found >= NO_LIMITS, "what is no longer there need not be explained"


def test_a_form_that_is_too_large_is_refused_with_the_limit(home, tmp_path):
    from classifier.registry import Registry
    from classifier.store.opening import open_database

    database = open_database(tmp_path / "newsieve.db")
    app = create_app(registry=Registry(home / "models"), database=database, secret_key=b"k" * 32)
    answer = app.test_client().post("/undo", data={"page": "1" * 100_001})
    assert (answer.status_code, "more than 100,000 bytes" in answer.text) == (413, True)
    database.close()
