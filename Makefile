# make help explains every target.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup demo demo-down test lab-city lab-parts lab-simulated check lint unit molecule goldens lock \
	clean distclean

BIN := .venv/bin
# The lab makes containers and namespaces: root, or sudo for exactly those commands.
ROOT := $(if $(filter 0,$(shell id -u)),,sudo env XDG_CACHE_HOME=$(or $(XDG_CACHE_HOME),$(HOME)/.cache))
export PATH := $(CURDIR)/$(BIN):$(PATH)
export XDG_CACHE_HOME ?= $(HOME)/.cache

help: ## Show this help
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Install everything the other targets need (they call it themselves)
	@scripts/bootstrap

demo: setup ## Take a small city from blank to its standard, before your eyes
	@$(ROOT) $(BIN)/python scripts/demo.py

demo-down: ## Remove the demo's lab: containers, namespaces, processes
	@if [ -x $(BIN)/muniform ]; then $(ROOT) $(BIN)/python scripts/demo.py --down; fi

test: setup check demo-down ## Prove everything: check, unit tests, Molecule, the whole lab
	@$(ROOT) $(BIN)/python scripts/molecule-all
	@$(MAKE) --no-print-directory -j2 --output-sync=target lab-city lab-parts
	@$(MAKE) --no-print-directory lab-simulated

# Side by side, since both mostly wait for devices: a whole city, and its parts at other addresses.
lab-city:
	@$(ROOT) $(BIN)/pytest -q --durations=5 -m city

lab-parts:
	@$(ROOT) $(BIN)/pytest -q --durations=5 -m '(lab or engine) and not city and not simulated'

lab-simulated:
	@$(BIN)/pytest -q --durations=10 tests/simulated

check: setup lint unit ## The quick part: linters, types, layers, unit tests

lint: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/yamllint --strict .
	@$(BIN)/ansible-lint --offline

unit: setup
	@$(BIN)/pytest -q -n 2 -m 'not lab and not engine'

molecule: setup ## Test every role on systemd containers
	@$(ROOT) $(BIN)/python scripts/molecule-all

goldens: setup ## Write the expected files of the golden tests anew; read the diff before you commit
	@$(BIN)/pytest -q tests/golden --update-goldens

lock: ## Pin all Python packages anew (needs uv)
	@uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--no-emit-index-url --extra dev pyproject.toml -o requirements.lock

clean: demo-down ## Remove the lab, the environment and all that was made here; caches stay
	@$(ROOT) rm -rf .venv .cache .muniform .pytest_cache .mypy_cache .ruff_cache .hypothesis .ansible
	@$(ROOT) find scripts tests playbooks pulumi -name __pycache__ -prune -exec rm -rf {} +

distclean: clean ## Remove the caches too: the Pulumi engine, the lab's image
	@-$(ROOT) podman rmi --force $$($(ROOT) podman images -q --filter reference=localhost/muniform-lab) 2>/dev/null
	@$(ROOT) rm -rf $(XDG_CACHE_HOME)/muniform
