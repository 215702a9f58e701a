# make site sets everything up on a fresh machine and builds site/. make help lists the rest.

PYTHON ?= python3
VENV := .venv
PMP := $(VENV)/bin/pmp
SITE_READY := $(VENV)/.ready-site
TEST_READY := $(VENV)/.ready-test

# Debian packages, each checked before anything is installed.
SITE_PACKAGES := python3-venv libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0
TEST_PACKAGES := chromium default-jre-headless poppler-utils qpdf

# Install those of $(1) that are missing, where this user may; otherwise print the exact command. Other systems: `pmp doctor`.
define debian_packages
	@command -v dpkg-query >/dev/null || exit 0; \
	missing=""; for package in $(1); do \
	  case "$$package" in python3-venv) $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null && continue;; esac; \
	  dpkg-query -W -f='$${Status}' $$package 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$package"; done; \
	[ -n "$$missing" ] || exit 0; \
	if [ "$$(id -u)" = 0 ]; then as=""; elif sudo -n true 2>/dev/null; then as="sudo"; else \
	  echo "Some system packages are missing. Run this once, then make again:"; \
	  echo "    sudo apt-get install --no-install-recommends$$missing"; exit 2; fi; \
	echo "Installing$$missing"; \
	$$as apt-get -qq update && DEBIAN_FRONTEND=noninteractive $$as apt-get -qq install -y --no-install-recommends $$missing >/dev/null
endef

# Locked packages into the environment: with uv where it is there, else with pip.
define python_packages
	@[ -x $(VENV)/bin/python ] || { command -v uv >/dev/null && uv venv -q --python $(PYTHON) $(VENV) || $(PYTHON) -m venv $(VENV); }
	@if command -v uv >/dev/null; then \
	  uv pip install -q --python $(VENV)/bin/python --require-hashes -r $(1) && \
	  uv pip install -q --python $(VENV)/bin/python --no-build-isolation --no-deps -e .; \
	else \
	  $(VENV)/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r $(1) && \
	  $(VENV)/bin/python -m pip install -q --disable-pip-version-check --no-build-isolation --no-deps -e .; \
	fi
endef

.PHONY: site serve check test fuzz look bench measure search-report ratings lock help clean
.DEFAULT_GOAL := site

site: $(SITE_READY)  ## Build the website and its sheets into site/
	@$(PMP) build

serve: $(SITE_READY)  ## Show the site in your browser, and follow every change you save
	@$(PMP) serve

check: $(SITE_READY)  ## List what has to be mended in the content
	@$(PMP) check

test: $(TEST_READY)  ## Run every test, a real browser included
	@$(VENV)/bin/ruff check . && $(VENV)/bin/ruff format --check -q . && $(VENV)/bin/mypy && $(VENV)/bin/typos
	@$(VENV)/bin/python -m pytest

fuzz: $(TEST_READY)  ## Try damaged and hostile projects by the thousand, and builds that are killed: about half an hour
	@$(VENV)/bin/python -m tests.tools.fuzz

look: site $(TEST_READY)  ## Photograph each kind of page in light and dark, on a phone and a desktop: .cache/look/
	@$(VENV)/bin/python -m tests.tools.look

bench: $(TEST_READY)  ## Measure our commands beside what one would use instead, against targets: an hour or more; OPTIONS=--help says how to ask for less
	@$(VENV)/bin/python -m tests.tools.bench $(OPTIONS)

measure: site $(TEST_READY)  ## Measure the pages beside Material as it comes and the frontend of nhs.uk (needs node)
	@$(VENV)/bin/python -m tests.tools.measure

search-report: $(TEST_READY)  ## Say how well the search finds, beside the theme's own, and what it misses
	@$(VENV)/bin/python -m tests.tools.search_report

ratings: $(TEST_READY)  ## Say in RATINGS.md how readers rated each sheet, and which have changed since
	@$(VENV)/bin/python -m tests.tools.ratings

lock: pyproject.toml  ## Renew the lock files (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --group build -o requirements.lock pyproject.toml
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --group test --group build -c requirements.lock -o requirements-test.lock pyproject.toml

help:  ## Show this list
	@sed -n 's/^\([a-z-]*\):.*##  *\(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

clean:  ## Remove what was built and installed here
	rm -rf site .cache $(VENV)

$(SITE_READY): requirements.lock pyproject.toml
	$(call debian_packages,$(SITE_PACKAGES))
	$(call python_packages,requirements.lock)
	@touch $@

$(TEST_READY): requirements-test.lock $(SITE_READY)
	$(call debian_packages,$(TEST_PACKAGES))
	$(call python_packages,requirements-test.lock)
	@touch $@
