# What there is to do here, for people and for CI. Stamp files make a repeated step cost nothing.
.PHONY: install dev run check format test bench clean help
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
MADE := $(VENV)/.made
INSTALLED := $(VENV)/.installed
DEVELOPING := $(VENV)/.developing

help: ## say what there is
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1 - \2/'

install: $(INSTALLED) ## make .venv with the command .venv/bin/oblivious

dev: $(DEVELOPING) ## install, and what checking and testing need

run: install ## bring the database up to date and serve on port 8400
	@exec scripts/run.sh

check: dev ## ruff, mypy, pyright, import contracts, size limits
	@$(BIN)/python scripts/check.py

format: dev ## rewrite the code as ruff would have it
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format .

test: dev ## check, then every test on real servers; ARGS="..." goes to pytest
	@scripts/test.sh $(ARGS)

bench: dev ## measure against nginx and write bench/RESULTS.md
	@$(BIN)/python scripts/provide_servers.py
	@$(BIN)/python -m bench $(ARGS)

clean: ## remove all that was made here, but not the data in var/
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(MADE):
	scripts/make_venv.sh
	@touch $@

$(INSTALLED): $(MADE) pyproject.toml requirements/build.txt requirements/run.txt
	$(PIP) install -r requirements/build.txt -r requirements/run.txt
	$(PIP) install --no-build-isolation --no-deps --editable .
	@touch $@

$(DEVELOPING): $(INSTALLED) requirements/dev.txt
	$(PIP) install -r requirements/dev.txt
	@touch $@
