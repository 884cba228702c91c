# Every verb works in an empty clone: what it needs is made first. `make help` lists them.
SHELL := /bin/bash
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON ?= python3
BIN := .venv/bin
UV := .tools/uv/bin/uv
T ?= tests
# Tests wait for a quarter of their time, for browsers and servers: half as many processes again as there are cores.
WORKERS ?= $(shell echo $$(( $$(nproc) * 3 / 2 )))

# uv reads no settings of pip: hand it pip's index, and the machine's own certificates where there are any.
export UV_DEFAULT_INDEX ?= $(or $(PIP_INDEX_URL),$(shell $(PYTHON) -m pip config get global.index-url 2>/dev/null),$(shell $(PYTHON) -m pip config get install.index-url 2>/dev/null))
ifeq ($(strip $(UV_DEFAULT_INDEX)),)
unexport UV_DEFAULT_INDEX
endif
export UV_PYTHON_DOWNLOADS := never
# A process that may not keep what it compiled compiles all of it again, and the tests start a hundred.
unexport PYTHONDONTWRITEBYTECODE
CERTIFICATES := $(firstword $(SSL_CERT_FILE) $(wildcard /etc/ssl/certs/ca-certificates.crt))
ifneq ($(CERTIFICATES),)
export UV_SYSTEM_CERTS := 1
export NODE_EXTRA_CA_CERTS ?= $(CERTIFICATES)
endif

LOCK := $(UV) pip compile pyproject.toml --quiet --group dev --generate-hashes --no-header --no-annotate \
	--python-version 3.11 --python-platform x86_64-manylinux_2_36 --exclude-newer "1 week"

.PHONY: run test sluggish coverage lint fix bench story year migration audit lock upgrade clean help

run: .venv/.ready ## start everything on this machine, with the demo region: FRESH=1 begins anew, PORT=8601
	$(BIN)/handover demo $(if $(PORT),--port $(PORT)) $(if $(FRESH),--fresh)

# Worksteal: the tests of a module stay together, so that what they share is made once and not by each process.
test: .venv/.ready node_modules/.ready .tools/.ready ## run the tests; T=tests/keys narrows
	$(BIN)/pytest -n $(WORKERS) --dist worksteal --durations=25 $(T)

# Those that start Chromium by themselves: what only asks a client cannot read a page too early.
sluggish: .venv/.ready node_modules/.ready .tools/.ready ## the tests in a browser, with a server that answers late and in halves
	$(BIN)/pytest -n $(WORKERS) --dist worksteal -p tests.sluggish $$(grep -rlE "Browser\b|\bTab\b" tests --include="test_*.py" | grep -v guards/)

coverage: .venv/.ready node_modules/.ready .tools/.ready ## the tests of `make test`, and which lines none of them reached
	$(BIN)/pytest -n $(WORKERS) --dist worksteal --cov $(T)

lint: .venv/.ready ## all that can be judged without running: quickest first
	$(BIN)/python -m tools.lock
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/djlint --lint --quiet handover
	$(BIN)/vulture
	$(BIN)/deptry .

fix: .venv/.ready ## repair and format what ruff can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/.ready ## measure, beside others, and print a table
	$(BIN)/python -m bench

# By way of the environment and unexpanded: a name may hold spaces, quotes and dollar signs.
story: export STORY_OKR = $(value OKR)
story: export STORY_OPP = $(value OPP)
story: .venv/.ready .tools/.age ## carry two files of yours from school to school: OKR=file.pdf OPP=file.pdf
	@$(BIN)/handover story --okr "$$STORY_OKR" --opp "$$STORY_OPP"

year: .venv/.ready ## play a year of two schools through the API: which transitions, which ends
	@$(BIN)/python -m tests.year 2>/dev/null

migration: .venv/.ready ## write a migration from the models: M="what it does"
	$(BIN)/handover db revision "$(M)"

audit: .venv/.ready ## look for known holes in what we lean on
	$(BIN)/pip-audit --strict --require-hashes --disable-pip -r requirements.lock.txt

lock: $(UV) ## write the lock anew after pyproject.toml changed, keeping the versions that still fit
	$(LOCK) -o requirements.lock.txt

upgrade: $(UV) ## write the lock anew with the newest versions of a week old
	$(LOCK) --upgrade -o requirements.lock.txt

clean: ## throw away what was made, but not your data under var/
	rm -rf .venv .tools node_modules .coverage .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

help: ## list these verbs
	@sed -nE 's/^([a-z]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

$(UV): tools/uv.txt
	$(PYTHON) -m tools.uv
	@touch $@

# The project is not built: a path file makes its packages importable, a script of three lines starts it.
.venv/.ready: $(UV) requirements.lock.txt tools/environment.py
	test -x $(BIN)/python || $(UV) venv --quiet --python $(PYTHON) .venv
	$(UV) pip sync --quiet --require-hashes --no-build --python .venv requirements.lock.txt
	$(BIN)/python -m tools.environment
	@touch $@

node_modules/.ready: .venv/.ready package-lock.json
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m tools.node_packages
	@touch $@

.tools/.ready: node_modules/.ready .tools/.age tools/chromium.py
	$(BIN)/python -m tools.chromium
	@touch $@

.tools/.age: .venv/.ready tools/age_program.py tools/debian.py
	$(BIN)/python -m tools.age_program
	@touch $@
