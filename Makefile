PYTHON ?= python3
BIN := .venv/bin

.PHONY: install install-dev chat demo check test studio clean

install: .venv/installed
install-dev: .venv/installed-dev

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/installed: pyproject.toml constraints.txt | .venv/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	touch $@

.venv/installed-dev: pyproject.toml constraints.txt | .venv/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@ .venv/installed

demo: install
	$(BIN)/mneme demo

chat: install
	$(BIN)/mneme chat

studio: install-dev
	LANGGRAPH_CLI_NO_ANALYTICS=1 $(BIN)/langgraph dev --n-jobs-per-worker 10

check: install-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest tests/unit/test_imports.py

test: install-dev
	$(BIN)/pytest -n auto --maxprocesses 4 --dist loadfile

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .langgraph_api *.egg-info
