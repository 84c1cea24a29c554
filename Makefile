# Two commands: `make demo` shows what the program does, `make test` shows that it works.
# Both build .venv where there is none and repeat nothing: the stamps in it are renewed only when
# setup.cfg, pyproject.toml or constraints.txt has changed. README.md has the same as plain lines.

PYTHON ?= $(shell for python in python3.11 python3.12 python3.13 python3; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; \
	done)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
PINS := setup.cfg pyproject.toml constraints.txt

.PHONY: help demo test generated

help:
	@echo "make demo       analyze the sample partnership into results/"
	@echo "make test       run ruff, mypy, the import contract and the tests"
	@echo "make generated  write data/samples/ and docs/reference.md again"

demo: .venv/ready-to-run
	$(BIN)/analyzer analyze data/samples/bank_it --out results

test: .venv/ready-to-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest --numprocesses 2 --dist loadfile --cov --cov-report=term:skip-covered

generated: .venv/ready-to-test
	$(BIN)/python data/make_samples.py
	$(BIN)/python docs/make_reference.py

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; name one: make PYTHON=python3.12 ..."; exit 2; }
	$(PYTHON) -m venv .venv

.venv/ready-to-run: $(PINS) | $(BIN)/python
	@echo "Installing what running needs into .venv; this happens once and takes a minute or two."
	@$(PIP) install --quiet --constraint constraints.txt --editable .
	@touch $@

# torch comes first and by its exact name, so that a build for this machine (with or without GPU)
# that pip already has, or is set up to take, is kept.
.venv/ready-to-test: $(PINS) | $(BIN)/python
	@echo "Installing torch and the tools into .venv; this happens once and takes some minutes."
	@$(PIP) install --quiet torch==2.13.0
	@$(PIP) install --quiet --constraint constraints.txt --editable '.[dev]'
	@touch .venv/ready-to-run $@
