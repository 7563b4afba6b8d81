# Everything a developer types. Needs Python >= 3.11 and make; the rest is installed into .venv.
PYTHON ?= python3
BIN := .venv/bin
.DEFAULT_GOAL := help

.venv/.ready: requirements.lock package-lock.json pyproject.toml scripts/hatch_build.py mesinfos/directory/logos.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "MesInfos needs Python 3.11 or newer")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	touch $@

.PHONY: help install run demo test check bench campaign fuzz quality screenshots messages lock clean
help:  ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## */  make \1\t/' | expand -t 20

install: .venv/.ready  ## the virtual environment, from the hashed lock file

run: install  ## an empty instance on http://127.0.0.1:8000, data in ./data
	MESINFOS_DATA_DIR=$${MESINFOS_DATA_DIR:-data} $(BIN)/mesinfos serve

demo: install  ## a sample household, read through the real connector, ready to open
	$(BIN)/mesinfos demo

test: install  ## every test; those that need Dovecot or Chromium say so when it is missing
	$(BIN)/pytest -n 2 --cov --cov-report=term:skip-covered

check: install  ## linters, types, import directions
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: install  ## sync, pages and merchant reads against mbsync, notmuch, mu and a Solid server, in one run
	$(BIN)/python -m bench

campaign: install  ## the attacks of docs/threats.md at full numbers: make campaign IDS="D1 C2"
	$(BIN)/python -m tests.campaign $(IDS)

fuzz: install  ## mails bred by coverage for an hour (MINUTES=60); what breaks is kept in ./fuzz/found (needs atheris)
	$(BIN)/pip install --quiet --disable-pip-version-check --group fuzz
	$(BIN)/python -m tests.campaign.fuzz --minutes $(or $(MINUTES),60)
	@test ! -d fuzz/found

quality: install  ## recognition measured on the golden samples and on ../shared/mail
	$(BIN)/python -m scripts.quality

messages: install  ## collects the texts of pages and errors into mesinfos/locale
	$(BIN)/pybabel -q extract -F mesinfos/locale/babel.cfg -k N_ --no-location --sort-output -o mesinfos/locale/mesinfos.pot .
	$(BIN)/pybabel -q update -i mesinfos/locale/mesinfos.pot -o mesinfos/locale/fr.po -l fr --no-fuzzy-matching

screenshots: install  ## the pictures of README, from the demo household
	$(BIN)/python -m scripts.screenshots

LOCK := uv pip compile -q --python-version 3.11 --universal --generate-hashes --no-header --no-annotate
lock:  ## renews the lock files (needs uv)
	$(LOCK) pyproject.toml --group dev -o requirements.lock
	$(LOCK) pyproject.toml -c requirements.lock -o requirements/runtime.lock
	$(LOCK) requirements/build.in -c requirements.lock -o requirements/build.lock

clean:  ## removes the environment and every cache
	rm -rf .venv node_modules web/static/vendor .mypy_cache .ruff_cache .pytest_cache .hypothesis fuzz .coverage*
