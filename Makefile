# Runs on GNU Make 3.81 and later. `make help` lists the targets.
# Nothing here asks a question; every package is pinned in requirements*.txt and constraints.txt.

PORT = 8501
CASES = 50000
MOST = 150
SEED = 0
AGAIN =
PYTHON ?=
PY = .venv/bin/python
LOCK = constraints.txt requirements-core.txt requirements.txt

.DEFAULT_GOAL := help
.PHONY: help app setup test check docs bench fuzz soak mutate coverage

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

app: .venv/app.stamp ## start the app on http://localhost:8501 (another port: make app PORT=8502)
	@$(PY) -m tools.serve "$(PORT)"

setup: .venv/dev.stamp ## make .venv with everything needed to develop

test: .venv/dev.stamp ## run every test
	@$(PY) -m simulator.model.warm
	@$(PY) -m pytest -q -n 2 --dist loadgroup

check: .venv/dev.stamp ## lint, format, types and import contracts
	@$(PY) -m ruff check
	@$(PY) -m ruff format --check
	@$(PY) -m mypy
	@$(PY) -c "from importlinter.cli import lint_imports_command; lint_imports_command()" --no-cache

docs: .venv/dev.stamp ## build the documentation into build/docs
	@$(PY) -m sphinx -q -E -a -W --keep-going -d build/doctrees docs build/docs
	@echo "Open build/docs/index.html in a browser; it needs no network."

bench: .venv/dev.stamp ## time the engine against its vectorised NumPy rival
	@$(PY) -m benchmarks

fuzz: .venv/fuzz.stamp ## hand hostile input to everything that takes input (also: make fuzz CASES=1000000 SEED=1)
	@$(PY) -m tools.fuzz $(if $(AGAIN),--again "$(AGAIN)",--cases "$(CASES)" --seed "$(SEED)")
	@$(if $(AGAIN),true,$(PY) -m pytest -q -n 2 --hypothesis-profile=fuzz tests/properties)

soak: .venv/dev.stamp ## half an hour of mixed load with faults: killed servers and workers, cut connections, a full disk
	@$(PY) -m simulator.model.warm
	@$(PY) -m benchmarks.soak

mutate: .venv/dev.stamp ## change equations, arrival rule and money, and see whether a test notices (also: MOST=1000)
	@$(PY) -m tools.mutate --most "$(MOST)" --seed "$(SEED)"

coverage: .venv/dev.stamp ## tell which lines no test runs, those in a browser left out
	@$(PY) -m simulator.model.warm
	@$(PY) -m pytest -q -n 2 --dist loadgroup --cov=simulator --cov-report=term-missing:skip-covered \
		--ignore-glob='*browser*' --ignore=tests/app/test_every_page.py --ignore=tests/app/test_page_model_test.py

# `.venv/bin/python` is a prerequisite so that an interpreter that went away is replaced.
.venv/bin/python:
	@PYTHON="$(PYTHON)" sh tools/venv.sh

.venv/app.stamp: $(LOCK) .venv/bin/python
	@PYTHON="$(PYTHON)" sh tools/venv.sh
	@sh tools/install.sh requirements.txt
	@touch .venv/app.stamp

.venv/dev.stamp: $(LOCK) requirements-dev.txt .venv/bin/python
	@PYTHON="$(PYTHON)" sh tools/venv.sh
	@sh tools/install.sh requirements-dev.txt
	@touch .venv/app.stamp .venv/dev.stamp

.venv/fuzz.stamp: .venv/dev.stamp requirements-fuzz.txt
	@sh tools/install.sh requirements-fuzz.txt
	@touch .venv/fuzz.stamp
