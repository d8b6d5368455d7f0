"""What the interface for programs tells those who watch it: health, metrics, its own description."""

import re

from classifier.registry import Registry
from tests.store.conftest import rule
from tests.web.api.conftest import PAGE, client_with, failed
from web import create_app


def test_health_needs_no_token_and_says_what_works(app, model):
    answer = app.test_client().get("/api/v1/health")
    assert answer.status_code == 200
    assert answer.json == {
        "status": "ok",
        "version": answer.json["version"],
        "database": "ok",
        "model": model.card.version,
    }


def test_health_names_the_part_that_does_not_work_but_no_path(tmp_path, database):
    app = create_app(registry=Registry(tmp_path / "models"), database=database, secret_key=b"k" * 32)
    answer = app.test_client().get("/api/v1/health")
    failed(answer, 503)
    assert set(answer.json["errors"]) == {"model"}
    database.path.unlink()
    answer = app.test_client().get("/api/v1/health")
    assert set(answer.json["errors"]) == {"database", "model"}
    assert str(tmp_path) not in answer.text


def test_metrics_count_pages_decisions_blocks_and_requests(client, database):
    client.post("/api/v1/pages", json=PAGE)
    rule(database, 1, 0, "filler")
    client.post("/api/v1/classify", json=PAGE)
    for number in range(5):
        client.get(f"/api/v1/pages/{number}")
        client.get(f"/api/v1/nothing/{number}")
    client.get("/pages/1")
    answer = client.get("/api/v1/metrics")
    assert answer.content_type.startswith("text/plain; version=0.0.4")
    counts = dict(re.findall(r"^(newsieve\S+) (\S+)$", answer.text, re.MULTILINE))
    assert float(counts["newsieve_decisions_total"]) == 1
    assert float(counts["newsieve_blocks_judged_total"]) == 4
    assert sum(float(count) for name, count in counts.items() if name.startswith("newsieve_pages{")) == 1
    route = "/api/v1/pages/<int(max=2147483647):page_id>"
    assert float(counts[f'newsieve_requests_total{{route="{route}",status="404"}}']) == 4
    assert float(counts['newsieve_requests_total{route="none",status="404"}']) == 5
    assert float(counts['newsieve_requests_total{route="/pages/<int(max=2147483647):page_id>",status="200"}']) == 1
    assert float(counts[f'newsieve_request_seconds_count{{route="{route}"}}']) == 5


def test_two_desks_in_one_process_count_for_themselves(app, client, database, trained_home, secret):
    client.post("/api/v1/classify", json=PAGE)
    other = create_app(registry=Registry(trained_home / "models"), database=database, secret_key=b"o" * 32)
    assert "newsieve_blocks_judged_total 0.0" in client_with(other, secret).get("/api/v1/metrics").text


def test_the_document_names_no_address_elsewhere_and_describes_every_field(app):
    document = app.test_client().get("/api/v1/openapi.json")
    assert document.json["openapi"] == "3.1.0"
    assert "://" not in document.text
    schemas = document.json["components"]["schemas"]
    undescribed = [
        f"{name}.{field}"
        for name, schema in schemas.items()
        for field, facts in schema["properties"].items()
        if not facts.get("description")
    ]
    assert undescribed == []


def test_every_answer_forbids_scripts_frames_sniffing_and_keeping(client):
    for address in ("/api/v1/health", "/api/v1/nothing", "/api/v1/openapi.json", "/api/v1/metrics"):
        headers = client.get(address).headers
        assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert (headers["X-Content-Type-Options"], headers["Cache-Control"]) == ("nosniff", "no-store")


def test_the_document_tells_of_every_address_that_it_may_be_too_busy_and_when_to_come_back(app):
    document = app.test_client().get("/api/v1/openapi.json").json
    found = [way for ways in document["paths"].values() for name, way in ways.items() if name != "parameters"]
    assert len(found) == 6
    for way in found:
        for status in ("429", "503"):
            assert way["responses"][status]["headers"]["Retry-After"]["schema"]["type"] == "integer"
        assert "than it can do" in way["responses"]["503"]["description"]
