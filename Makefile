# Two commands matter: `make run` and `make test`. Everything else is called by them or by people
# who change the code.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help run test quick check format bench ui sweep screenshots locks learned clean

help:  ## what there is
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

# The environments are stamped by the locks they were made from: a second run costs nothing.
$(VENV)/.run: requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

ui: $(VENV)/.run  ## build the three browser faces (nothing to do when they are fresh)
	@$(BIN)/python scripts/ui.py build

learned: $(VENV)/.run  # what the guide knows from the examples that come along (nothing to do when it does)
	@$(BIN)/python scripts/learn.py >/dev/null

run: ui learned  ## run the desk with the demo at http://localhost:8000
	@$(BIN)/fanlight serve --demo $(ARGS)

test: $(VENV)/.dev ui learned  ## the whole suite; brings its own PostgreSQL and NATS
	$(BIN)/python scripts/test.py $(ARGS)

quick: $(VENV)/.dev learned  ## the part of the suite that needs no browser, no peers and no patience
	$(BIN)/python scripts/test.py quick

check: $(VENV)/.dev ui  ## format, lint, types, floors, file length, docs, svelte-check
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python scripts/check.py
	$(BIN)/python scripts/ui.py check

format: $(VENV)/.dev  ## put the code in its form
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

bench: $(VENV)/.dev ui learned  ## measure, and write docs/reference/performance.md
	$(BIN)/python -m bench

sweep: $(VENV)/.dev ui  ## opens every screen in a browser and says what is wrong with it: an hour
	$(BIN)/python scripts/sweep.py

screenshots: $(VENV)/.dev ui  ## the pictures of the README, taken from a running demo
	$(BIN)/python scripts/screenshots.py

locks:  ## make the locks anew from pyproject.toml (needs uv)
	uv pip compile pyproject.toml --universal --python-version 3.11 --no-header --generate-hashes --no-emit-index-url --quiet --output-file requirements.lock
	uv pip compile pyproject.toml --extra meaning --extra meaning-try --universal --python-version 3.11 --no-header --generate-hashes --no-emit-index-url --quiet --constraint requirements.lock --output-file requirements-meaning.lock
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --no-header --generate-hashes --no-emit-index-url --quiet --constraint requirements.lock --output-file requirements-dev.lock

clean:  ## forget what was built; data stay
	rm -rf $(VENV) ui/node_modules ui/*/dist
