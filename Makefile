# Everything sets itself up: a machine needs git, make, and either uv or a Python with pip.
MAKEFLAGS += --no-builtin-rules --no-print-directory
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
# Images of Python for containers set it; here it costs each of many short processes its compiled modules.
unexport PYTHONDONTWRITEBYTECODE
.PHONY: help dev test check build bench audit corpus faults fuzz load guards shots clean browser

PYTHON := .venv/bin/python
PACKAGES := .venv/.synced
EMULATOR := .tools/ministack/.installed
SAM := .tools/sam/.installed
CATALOGUES := .cache/catalogues
TRANSLATIONS := $(wildcard templates/locales/*/LC_MESSAGES/*.po)

help: ## show this
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

dev: $(PACKAGES) $(EMULATOR) $(CATALOGUES) ## run the whole service on this machine, on PORT (8000), until Ctrl-C
	@exec $(PYTHON) -m intake_ops.local

test: check $(EMULATOR) $(SAM) $(CATALOGUES) browser ## check, then run every test
	@$(PYTHON) -m pytest -n auto

check: $(PACKAGES) ## lint, formatting and types
	@$(PYTHON) -m ruff check --quiet functions infra tests
	@$(PYTHON) -m ruff format --check --quiet functions infra tests
	@$(PYTHON) -m mypy --no-error-summary

build: $(PACKAGES) $(SAM) $(CATALOGUES) ## what sam deploy takes, for arm64, into .aws-sam/
	@SAM_CLI_TELEMETRY=0 .tools/sam/bin/sam build

bench: $(PACKAGES) $(CATALOGUES) browser ## measure cold starts, inspections (BENCH_FILES: of more files) and requests
	@infra/setup.sh bench
	@PYTHONPATH=functions:infra:tests POWERTOOLS_SERVICE_NAME=bench POWERTOOLS_METRICS_NAMESPACE=bench \
		$(PYTHON) -W ignore -m bench.run

shots: $(PACKAGES) $(EMULATOR) $(CATALOGUES) browser ## pictures of every page, state and mail, into shots/
	@$(PYTHON) -m intake_ops.shots shots

audit: $(PACKAGES) ## ask for known vulnerabilities of every package that ships or is used here; needs the network
	@infra/setup.sh audit

corpus: $(PACKAGES) ## judge every file in the folder CORPUS: counts by verdict and reason, and the slowest ten
	@$(if $(CORPUS),,$(error which folder? make corpus CORPUS=dir))$(PYTHON) -m intake_ops.cli inspect --counts '$(CORPUS)'

faults: $(PACKAGES) $(EMULATOR) $(CATALOGUES) ## kill every worker at each of its calls, then 500 applications over a line that fails
	@PYTHONPATH=functions:infra:tests POWERTOOLS_SERVICE_NAME=faults POWERTOOLS_METRICS_NAMESPACE=faults \
		$(PYTHON) -W ignore -m faults

guards: $(PACKAGES) $(CATALOGUES) ## take one guard at a time out of a copy of the code: which test misses it
	@PYTHONPATH=functions:infra:tests $(PYTHON) -m guards.run $(GUARDS)

fuzz: $(PACKAGES) ## throw changed documents at every format for FUZZ_MINUTES (10): each must end with a verdict, in time
	@infra/setup.sh fuzz
	@PYTHONPATH=functions:infra:tests $(PYTHON) -W ignore -m fuzz.run

load: $(PACKAGES) $(EMULATOR) $(CATALOGUES) ## applicants for LOAD_MINUTES (10), LOAD_FAULTS (2) percent of all calls failing, into docs/benchmarks.md
	@infra/setup.sh load
	@PYTHONPATH=functions:infra:tests $(PYTHON) -W ignore -m load.run

clean: ## remove what was built, cached and logged; the tools stay
	@rm -rf .aws-sam .cache .intake .hypothesis .mypy_cache .pytest_cache .ruff_cache
	@find functions infra templates tests -name __pycache__ -prune -exec rm -rf {} +
	@find templates -name '*.mo' -delete

browser:
	@infra/setup.sh browser

$(PACKAGES): uv.lock pyproject.toml
	@infra/setup.sh python
	@touch $@

.tools/%/.installed: infra/tools/%.txt
	@infra/setup.sh tool $*
	@touch $@

$(CATALOGUES): $(TRANSLATIONS) $(PACKAGES)
	@$(PYTHON) -m intake_ops.catalogues compile
	@mkdir -p $(@D) && touch $@
