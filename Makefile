# Sarbon: the targets are the only commands anyone needs. Each sets up what it needs first.
.PHONY: demo test check fix schemas bench matching properties setup clean
.DEFAULT_GOAL := help

UV := .cache/uv/bin/uv
RUN := $(UV) run --frozen --no-sync

help:    ## say what the targets do
	@grep -E '^[a-z]+: .*##' Makefile | sed 's/:.*##/\t/'

setup:   ## install what is missing: Python packages here, RabbitMQ from the distribution
	@bash .ci/setup

demo: setup   ## three authorities, real RabbitMQ, a day on the corridor, every message proved
	@$(RUN) sarbon demo

test: setup   ## lint, types, import contracts, the whole suite against a real RabbitMQ
	@$(MAKE) --no-print-directory check
	@$(RUN) pytest -n 3 --dist loadfile --cov --cov-report=
	@$(RUN) coverage report --fail-under=100

check: setup  ## lint, types, import contracts, generated files; no broker needed
	@$(RUN) ruff format --check .
	@$(RUN) ruff check .
	@$(RUN) mypy
	@$(RUN) lint-imports --no-cache
	@$(RUN) sarbon schemas --check

fix: setup    ## format and repair what can be repaired by machine
	@$(RUN) ruff check --fix . ; $(RUN) ruff format .

schemas: setup ## write schemas/ from the models
	@$(RUN) sarbon schemas

bench: setup  ## Sarbon beside a bare relay and Celery's signed tasks, same broker, same run
	@$(RUN) python -m bench

matching: setup ## how well alerts are matched with notices, on a labelled corpus; renews docs/matching.md
	@$(RUN) python -m bench.matching --write

properties: setup ## ten thousand valid and ten thousand changed documents of every type; a quarter of an hour
	@DOCUMENTS_EACH=10000 $(RUN) pytest -o timeout=0 tests/message/test_garden.py tests/message/test_mutations.py

clean:   ## remove everything that setup and runs have made here
	rm -rf .venv .cache var
