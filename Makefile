# Everything a developer or an operator does, by name. Needs Python 3.11, git and make.

PYTHON ?= python3
DATA ?= data/demonstration
LIBRARIES ?= data/benchmarks
BIN := .venv/bin

# What is compiled once is kept, wherever this is set: a run of the tests starts hundreds of Python programs.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup run test lint format format-chapter bench faults try wheel lock texts clean

help:  ## list what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## */\1|/' | awk -F'|' '{printf "  make %-14s %s\n", $$1, $$2}'

setup: $(BIN)/docctl  ## a virtual environment with the locked libraries, and the docctl command in it

$(BIN)/docctl: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "docctl needs Python 3.11 or newer; name one with: make PYTHON=python3.11")'
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

.venv/tests-ready: $(BIN)/docctl tests/requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r tests/requirements.lock
	@touch $@

run: setup  ## open the demonstration library at http://127.0.0.1:5000
	$(BIN)/docctl --data $(DATA) demo

test: .venv/tests-ready  ## pass the tests and 95 % of the branches of rules and actions; DATABASE=postgresql: all of them there
	PYTEST_PLUGINS=tests.checks.branch_coverage $(BIN)/python -m pytest -n 2 --dist worksteal $(if $(DATABASE),--database=$(DATABASE))

lint: .venv/tests-ready  ## style and types, of the scripts too
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/oxlint --config tests/checks/oxlint.json --ignore-pattern 'docctl/web/static/vendor/**' docctl/web/static

format: .venv/tests-ready  ## put the code into shape
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

format-chapter: .venv/tests-ready  ## write docs/format.md anew: what an event of each act says
	$(BIN)/python -m tests.checks.format_chapter

bench: .venv/tests-ready  ## measure libraries of 1,000 and 10,000 documents; fail where a page or the memory exceeds its limit
	$(BIN)/python -m tests.checks.benchmarks.every_page --keep $(LIBRARIES)
	$(BIN)/python -m tests.checks.benchmarks --keep $(LIBRARIES)
	$(BIN)/python -m tests.checks.benchmarks.word_and_pdf
	$(BIN)/python -m tests.checks.benchmarks.sustained_actions
	$(BIN)/python -m tests.checks.benchmarks.burst_of_signers
	$(BIN)/python -m tests.checks.benchmarks.many_uploads
	$(BIN)/python -m tests.checks.benchmarks.hostile_connections
	$(BIN)/python -m tests.checks.benchmarks.hidden_documents
	$(BIN)/python -m tests.checks.benchmarks.packed_library
	$(BIN)/python -m tests.checks.benchmarks.many_duties

faults: .venv/tests-ready  ## try every case of the tests; kill, starve, race and weaken libraries on both databases
	$(BIN)/python -m pytest -n 2 --dist worksteal --every-case
	$(BIN)/python -m tests.checks.faults

try: .venv/tests-ready  ## import and issue every file of a folder: make try FOLDER=...
	$(BIN)/python -m tests.checks.trial "$(FOLDER)"

wheel: .venv/tests-ready  ## a wheel in dist/ that installs anywhere, and its bill of materials (CycloneDX)
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-build-isolation --no-deps --wheel-dir dist .
	PYTHONWARNINGS=ignore $(BIN)/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible \
	  -o "dist/docctl-$$($(BIN)/docctl --version | cut -d' ' -f2).cdx.json" requirements.lock

lock: .venv/tests-ready  ## pin the newest libraries that fit
	$(BIN)/python -m pip install --quiet pip-tools
	$(BIN)/pip-compile --quiet --upgrade --generate-hashes --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --strip-extras --allow-unsafe -o requirements.lock pyproject.toml
	$(BIN)/pip-compile --quiet --generate-hashes --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --strip-extras --allow-unsafe --extra test -c requirements.lock -o tests/requirements.lock pyproject.toml

texts: .venv/tests-ready  ## collect the texts of the pages for translators
	$(BIN)/pybabel -q extract -F babel.cfg -k lazy_gettext -k msgid -k _ $$($(BIN)/python -m docctl.domain.errors) --no-location --sort-output --omit-header -o docctl/web/translations/messages.pot .

clean:  ## remove the environment, the demonstration library and those of the benchmarks
	rm -rf .venv data/demonstration data/benchmarks
