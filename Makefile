PY ?= .venv/bin/python
.PHONY: check check-static lint types imports test docs reference

check: check-static test

check-static: lint types imports docs

lint:
	$(PY) -m ruff check src tests tools docs
	$(PY) -m ruff format --check src tests tools docs

types:
	$(PY) -m mypy

imports:
	$(dir $(PY))lint-imports

test:
	$(PY) -m pytest

reference:
	$(PY) tools/make_reference.py

docs:
	$(PY) -m mkdocs build --strict -q
