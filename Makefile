# Everything a contributor or a CI runs. The two commands of the README are `make demo` and `make test`.

PYTHON ?= python3
VENV := .venv
BIN := $(CURDIR)/$(VENV)/bin
# Node, cdk and python of the virtual environment come first; nothing of the system is used.
export PATH := $(BIN):$(PATH)
# CDK's built-in template validator adds seconds to every synth; one test runs it (see tests/infrastructure).
export CDK_VALIDATION := false
export CDK_DISABLE_CLI_TELEMETRY := 1

.DEFAULT_GOAL := help

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: setup
setup: $(VENV)/.installed .wheels/.fetched ## Install everything into .venv, and fetch what a function is shipped with

# uv installs from the lock file with hashes, five times as fast as pip (22 s instead of 106 s where it was measured).
$(VENV)/.installed: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 or newer is needed, $(PYTHON) is $$($(PYTHON) --version 2>&1)." \
	       "Choose another with: make PYTHON=python3.12 ..." >&2; exit 1; }
	@echo "Setting up .venv: about 100 packages, 800 MB ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==0.13.9
	@$(BIN)/uv pip install --python $(BIN)/python --require-hashes --requirements requirements.txt
	@touch $@

# The packages of two functions (stacks/constructs/function_source.py), from the lock file's own lines: for the
# architecture and the runtime of the functions (stacks/constructs/runtime_function.py), not for this machine.
SHIPPED := ahocorasick-rs|attrs|jsonschema|jsonschema-specifications|msgspec|rapidfuzz|referencing|rpds-py
.wheels/.fetched: requirements.txt Makefile $(VENV)/.installed
	@rm -rf .wheels && mkdir .wheels
	@awk '/^[^ #]/ { wanted = /^($(SHIPPED))==/ } wanted && !/^ +#/' requirements.txt > .wheels/requirements.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --target .wheels/python --python-version 3.14 \
	  --python-platform aarch64-manylinux_2_28 --only-binary :all: --no-deps --require-hashes \
	  --requirements .wheels/requirements.txt
	@touch $@

.PHONY: demo
demo: setup ## Deploy to the embedded AWS, train on the sample, serve, ask: the main job
	@$(BIN)/python -m ops demo

.PHONY: poisoned
poisoned: setup ## See the deployment refuse a sample full of mistakes, with findings and a report
	@$(BIN)/python -m ops demo --poisoned

.PHONY: promotion
promotion: setup ## See a model go from dev over staging to prod, by the workflows' own steps
	@$(BIN)/python -m tests.workflows

.PHONY: down
down: ## Stop the embedded AWS
	@if [ -x $(BIN)/python ]; then $(BIN)/python -m local stop; fi

.PHONY: test
test: setup ## Run all tests
	@$(BIN)/python -m pytest -n 2 --dist loadgroup --no-loadscope-reorder

.PHONY: simulate
simulate: setup ## Live through thousands of lifecycles under faults, on the real code: minutes
	@$(BIN)/python -m tests.simulation all

.PHONY: e2e-aws
e2e-aws: setup ## Deploy to a real account and remove everything again: at most 5 dollars, asks for what it needs
	@$(BIN)/python -m tests.e2e

.PHONY: lint
lint: setup ## Lint, format, types, import rules
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

.PHONY: check
check: lint ## Lint, and the unit and contract tests: run before each commit
	@$(BIN)/python -m pytest -q -n 2 --dist loadgroup tests/unit tests/contract

.PHONY: coverage
coverage: setup ## Measure which branches of what runs in Lambda the unit and contract tests take
	@$(BIN)/python -m coverage run -m pytest -q -n 0 tests/unit/lifecycle tests/unit/lambdas tests/contract
	@$(BIN)/python -m coverage report

.PHONY: format
format: setup ## Format the code
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

.PHONY: bench
bench: setup ## Measure, as ratios against a floor in the same run
	@$(BIN)/python -m benchmarks

.PHONY: lock
lock: setup ## Pin requirements.in anew
	@{ echo '# Made by `make lock` from requirements.in: every package pinned, with the hashes of its files. Do not edit.'; \
	  $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-header --no-emit-index-url \
	    --generate-hashes requirements.in; } > requirements.lock && mv requirements.lock requirements.txt

.PHONY: clean
clean: down ## Leave the clone as it was
	@rm -rf $(VENV) .coverage .wheels .local cdk.out cdk.context.json .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
