# The commands of a checkout. `make serve` and `make test` are all a newcomer needs.
.PHONY: serve test check format datasheet ablation screenshots bench bench-desk bench-load fuzz sbom lock clean
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
unexport PYTHONDONTWRITEBYTECODE  # else every command that a test starts would compile all its modules anew

help:  ## list the commands
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 12

serve: .venv/runtime  ## train a first model if there is none, queue demonstration pages, serve http://127.0.0.1:8000
	$(BIN)/newsieve serve --demo

test: .venv/dev  ## run the whole test suite
	$(BIN)/python -m pytest --numprocesses auto

check: .venv/dev  ## lint, types, who may import whom, and known holes in locked packages
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tests.advisories

format: .venv/dev  ## rewrite the code in the house format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

datasheet: .venv/dev  ## print the figures of training_data/README.md
	$(BIN)/python -m tests.bench.datasheet

ablation: .venv/dev  ## measure what each part of the model is worth (a quarter of an hour)
	$(BIN)/python -m tests.bench.ablation

screenshots: .venv/dev  ## photograph the desk for README (trains a model first)
	$(BIN)/python -m tests.browser.screenshots

bench: .venv/dev  ## measure speed as ratios, in one run
	$(BIN)/python -m tests.bench

bench-desk: .venv/dev  ## measure the desk with 100,000 pages and 20 moderators, in SQLite and PostgreSQL (a quarter of an hour)
	$(BIN)/python -m tests.bench.desk --postgresql

bench-load: .venv/dev  ## have 50 moderators and 200 API calls a second at one desk, for a minute
	$(BIN)/python -m tests.bench.load

fuzz: .venv/dev  ## try N inputs (20,000 unless told otherwise) on each of all that reads what others wrote
	$(BIN)/python -m tests.fuzz -n $(or $(N),20000)

sbom: .venv/dev  ## write sbom.json, the bill of materials of what runs (CycloneDX)
	$(BIN)/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible --of JSON -o sbom.json requirements.lock

lock: .venv/dev  ## renew the lock files from pyproject.toml
	$(BIN)/uv pip compile $(LOCK) --group build pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile $(LOCK) --group build --group dev -c requirements.lock pyproject.toml -o requirements-dev.lock
LOCK := --upgrade --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate

clean:  ## remove the environment and everything that tools left behind
	rm -rf .venv build dist sbom.json *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

# Each stamp is renewed when what it was made from changes.
.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "newsieve needs Python 3.11 or newer: make PYTHON=python3.12 serve")'
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then apt-get update -qq && apt-get install -y -qq python3-venv; \
	  else echo "Python has no venv module here. On Debian: sudo apt install python3-venv" >&2; exit 1; fi; }
	$(PYTHON) -m venv .venv

# Warnings of setuptools about editable installs and its own settings would bury what matters.
.venv/runtime: requirements.lock pyproject.toml $(wildcard classifier/_*.[ch]) | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/dev: requirements-dev.lock .venv/runtime
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.lock
	@touch $@
