"""Where a write or an fsync fails there is one sentence, and nothing is acknowledged that is not stored."""

import json
import re
import resource

import pytest

from classifier.drills.commands import Command
from classifier.drills.grounds import make_grounds
from classifier.drills.serving import desk_port
from classifier.drills.visitor import OverHTTP, fields_in, hidden_fields
from classifier.errors import HomeError
from classifier.registry import Registry
from classifier.store.checking import verify
from classifier.store.exchange import export_acts
from classifier.store.importing import list_imports
from classifier.store.opening import open_database
from tests.conftest import add_version, refused
from tests.store.conftest import NOW

OTHER = "20270101T000000Z-00000000"
UNLIMITED = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)


def no_file_over(size):
    """Let no file of a process grow beyond so many bytes, as a full disk would."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def test_a_promotion_that_cannot_be_written_leaves_the_old_version(newsieve, home):
    registry = Registry(home / "models")
    before = registry.pointer()
    add_version(registry, before.current, OTHER)
    done = newsieve("promote", OTHER, preexec_fn=no_file_over(0))
    assert re.search(r"models.*: File too large; make .* writable", done.stderr.splitlines()[-1])
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert registry.pointer() == before
    assert not list((home / "models").glob(".writing-*"))


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_promotion_that_cannot_be_made_durable_leaves_the_old_version(trained_home, home, monkeypatch, call):
    registry = Registry(home / "models")
    before = registry.pointer()
    add_version(registry, before.current, OTHER)

    def failing(*_):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(*{"fsync": ("os.fsync", failing), "replace": ("pathlib.Path.replace", failing)}[call])
    with pytest.raises(HomeError, match="Input/output error"):
        registry.promote(OTHER, by="anna", at=NOW)
    monkeypatch.undo()
    assert registry.pointer() == before
    assert registry.current().card.version == before.current
    assert not list((home / "models").glob(".writing-*"))


def test_an_import_that_cannot_be_written_adds_nothing(newsieve, home, tmp_path):
    open_database(home / "newsieve.db").close()
    rows = ({"text": f"Offer {n} of the week, ordered by post", "label": "filler"} for n in range(500))
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    done = newsieve("import", tmp_path / "rows.jsonl", preexec_fn=no_file_over(40_000))
    assert "newsieve.db: cannot be used" in refused(done)
    database = open_database(home / "newsieve.db")
    assert list_imports(database) == []
    assert list(export_acts(database)) == []
    assert verify(database) == []
    database.close()
    assert newsieve("import", tmp_path / "rows.jsonl").returncode == 0, "with room again it needs no hand"


def test_a_decision_that_cannot_be_written_is_not_acknowledged_and_the_desk_goes_on(trained_home, tmp_path):
    grounds = make_grounds(trained_home, tmp_path)
    who = grounds.moderators[0]
    command = Command(grounds.home, "serve", "--port", 0)
    try:
        visitor = OverHTTP(desk_port(command))
        fields = hidden_fields(visitor.ask("/login").text, "/login")
        assert visitor.ask("/login", fields | {"name": who.name, "password": who.password}).status == 303
        address = f"/pages/{who.page}"
        forms = [fields_in(form.partition("</form>")[0]) for form in visitor.ask(address).text.split("<form ")[1:]]
        fields = next(form for form in forms if form.get("scope") == "block") | {"ruling": "filler"}
        resource.prlimit(command.number, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
        failed = visitor.ask(f"{address}/decide", fields)
        resource.prlimit(command.number, resource.RLIMIT_FSIZE, UNLIMITED)
        assert failed.status == 503
        assert "Not saved: the database or the home folder cannot be used" in failed.text
        database = grounds.database()
        assert list(export_acts(database)) == []
        assert visitor.ask(f"{address}/decide", fields).status == 303, "the same form, sent again"
        assert [act.decisions[0].ruling for act in export_acts(database)] == ["filler"]
        assert verify(database) == []
        database.close()
        visitor.close()
        assert "Traceback" not in command.log.read_text()
    finally:
        command.end()
