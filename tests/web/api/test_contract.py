"""The interface for programs does what its OpenAPI document says, whatever is sent that the document allows or not."""

from pathlib import Path

import pytest
import schemathesis
from hypothesis import given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from classifier.registry import Registry
from classifier.store.history import undo
from classifier.store.opening import open_database
from classifier.store.queue import add_pages
from classifier.store.tokens import add_token
from tests.store.conftest import NOW, OTHER, PAGE, rule
from web import create_app

OPERATIONS = [
    ("POST", "/api/v1/classify"),
    ("POST", "/api/v1/pages"),
    ("GET", "/api/v1/pages/{page_id}"),
    ("GET", "/api/v1/decisions"),
    ("GET", "/api/v1/health"),
    ("GET", "/api/v1/metrics"),
]


@pytest.fixture(scope="module")
def token():
    return {}


@pytest.fixture(scope="module")
def document(trained_home: Path, tmp_path_factory, token):
    """The document of a desk with two pages, one of them with a decision that was taken back and one that stands."""
    database = open_database(tmp_path_factory.mktemp("contract") / "newsieve.db")
    add_pages(database, [PAGE, OTHER], added_at=NOW)
    rule(database, 1, 0, "filler")
    undo(database, person="anna", now=NOW)
    rule(database, 1, 1, "news")
    token["Authorization"] = f"Bearer {add_token(database, 'schemathesis', now=NOW)}"
    app = create_app(registry=Registry(trained_home / "models"), database=database, secret_key=b"k" * 32)
    yield schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    database.close()


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize(("method", "address"), OPERATIONS)
def test_every_answer_is_as_documented(document, token, method, address, mode):
    if (address, mode) == ("/api/v1/health", GenerationMode.NEGATIVE):
        pytest.skip("health takes nothing, so nothing wrong can be sent")

    @settings(max_examples=30)
    @given(case=document[address][method].as_strategy(generation_mode=mode))
    def check(case):
        answer = case.call(headers=token)
        # that something of a text can be seen is more than a schema can ask for
        unseen = answer.status_code == 422 and "no text in it" in answer.json()["message"]
        case.validate_response(answer, excluded_checks=[positive_data_acceptance] if unseen else [], headers=token)

    check()


def test_the_addresses_that_are_called_are_those_of_the_document(document):
    paths = document.raw_schema["paths"].items()
    found = [(method.upper(), address) for address, methods in paths for method in methods if method != "parameters"]
    assert sorted(found) == sorted(OPERATIONS)
