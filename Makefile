# One door for people and machines. `make help` lists what there is.
# Needs python3 (3.11 or later), pip, make and git; everything else is installed into .venv.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP_FLAGS := --disable-pip-version-check --require-hashes --no-deps
export PIP_ROOT_USER_ACTION := ignore
export PYTHONDONTWRITEBYTECODE :=
INSTANCE_DIR ?= instance
export INSTANCE_DIR

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev secrets run test long check style bench lock clean

help: ## list what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

setup: $(VENV)/.runtime secrets ## install everything, start nothing

setup-dev: $(VENV)/.dev secrets

$(BIN)/python:
	@echo "Making .venv"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed."; exit 1; }
	@$(PYTHON) -m venv $(VENV) >/dev/null 2>&1 || { rm -rf $(VENV); \
	  $(PYTHON) -m venv --without-pip $(VENV) && \
	  $(PYTHON) -m pip --disable-pip-version-check -q --python $(BIN)/python install pip; }

$(VENV)/.runtime: requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing what Timebank needs (a minute or two the first time)"
	@$(BIN)/python -m pip install $(PIP_FLAGS) --progress-bar on -q -r requirements.lock
	@$(BIN)/python -m pip install --disable-pip-version-check -q --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime
	@echo "Installing what the tests need"
	@$(BIN)/python -m pip install $(PIP_FLAGS) -q -r requirements-dev.lock
	@touch $@

secrets: | $(VENV)/.runtime
	@[ -s "$(INSTANCE_DIR)/secret_key" ] && [ -s "$(INSTANCE_DIR)/release_secret" ] || $(BIN)/timebank secrets

run: setup ## serve a living demo community on http://127.0.0.1:8000 (PORT=9000 make run)
	@DEMO=1 $(BIN)/timebank run

test: setup-dev ## run the suite, on SQLite files and on a real PostgreSQL
	@$(BIN)/python -m pytest -n 3

long: setup-dev faults mutants ## what takes longer; its tables stand under docs/
	@TESTS_ON_DISK=1 $(BIN)/python -m pytest -m long -p no:randomly --ignore=tests/faults

faults: setup-dev ## kill, fill, lock and race the books in full; writes docs/guarantees.md
	@TESTS_ON_DISK=1 $(BIN)/python -m tests.faults

mutants: setup-dev ## make small mistakes in the ledger's code and see them noticed; writes docs/measured/mutants.md
	@$(BIN)/python -m tests.faults.mutants

check: style test ## format, lint, types, import contracts, generated files, tests

style: setup-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/bandit -q -r timebank config.py -c pyproject.toml
	$(BIN)/timebank docs --check

bench: setup-dev build/.hordak ## measure speed on this machine, against raw SQL and django-hordak
	@$(BIN)/python -m bench

# What we are compared with is no dependency of ours: it lies in a folder of its own, and runs in a process of its own.
build/.hordak: bench/requirements.lock
	@echo "Fetching what speed is compared with"
	@rm -rf build/hordak && mkdir -p build
	@$(BIN)/python -m pip install $(PIP_FLAGS) --no-build-isolation -q --target build/hordak -r $<
	@touch $@

lock: ## for maintainers: pin and hash the dependencies again (needs uv)
	uv pip compile pyproject.toml --generate-hashes --no-header --no-annotate -q -o requirements.lock
	uv pip compile pyproject.toml --extra dev --generate-hashes --no-header --no-annotate -q -o requirements-dev.lock
	uv pip compile bench/requirements.in --generate-hashes --no-header --no-annotate -q -o bench/requirements.lock

clean: ## remove what was installed; your data in instance/ stays
	rm -rf $(VENV) *.egg-info build
