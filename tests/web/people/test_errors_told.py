"""What strangers are told when the desk cannot work: no folder and no server; the log of the desk has them."""

import sqlite3
from contextlib import closing

from classifier.store.database import postgresql_database
from tests.web.people.conftest import OURS, hidden, log_in


def test_a_log_in_page_without_its_database_names_no_folder(client, database, tmp_path, caplog):
    for file in tmp_path.glob("newsieve.db*"):
        file.unlink()
    for answer in (client.get("/login"), client.post("/undo", headers=OURS)):
        assert answer.status_code == 503
        assert "the log of the desk says why" in answer.text
        assert str(tmp_path) not in answer.text
    assert str(tmp_path) in caplog.text


def test_who_is_logged_in_is_told_that_the_database_cannot_be_used_and_stays_logged_in(
    client, database, tmp_path, caplog
):
    log_in(client)
    caplog.set_level("INFO", "newsieve.requests")
    sent = hidden(client.get("/pages/1").text)
    files = {file: file.read_bytes() for file in tmp_path.glob("newsieve.db*")}
    for file in files:
        file.unlink()
    for answer in (client.get("/"), client.post("/pages/1/decide", data=sent)):
        assert answer.status_code == 503
        assert "the log of the desk says why" in answer.text
    asked = [(one.method, one.who, one.status) for one in caplog.records if one.name == "newsieve.requests"]
    assert asked[-2:] == [("GET", "", 503), ("POST", "", 503)]
    for file, data in files.items():
        file.write_bytes(data)
    assert client.get("/").status_code == 200


def test_a_page_that_needs_nothing_of_what_is_damaged_is_shown_all_the_same(client, database):
    log_in(client)
    with closing(sqlite3.connect(database.path)) as connection:
        connection.execute("DROP TABLE blind_samples")
        connection.execute("DROP TABLE quarantines")
    assert client.get("/blind").status_code == 503
    shown = client.get("/rubric")
    assert (shown.status_code, ">Blind check</a>" in shown.text) == (200, True)


def test_a_log_in_page_without_its_server_names_no_server(make_app, caplog):
    away = postgresql_database("postgresql://carla@127.0.0.1:1/none?password=hunter2")
    answer = make_app(database=away).test_client().get("/login")
    assert (answer.status_code, "the log of the desk says why" in answer.text) == (503, True)
    assert "carla" not in answer.text
    assert "127.0.0.1:1/none" in caplog.text
    assert "hunter2" not in caplog.text + answer.text
