# make run | demo | test | lint | bench | screenshots | package | package-test
PYTHON ?= python3
PHOTO ?=
# cpu or gpu: onnxruntime and onnxruntime-gpu share a directory, so exactly one is installed.
RUNTIME ?= $(shell nvidia-smi >/dev/null 2>&1 && echo gpu || echo cpu)
BIN := .venv/bin

.PHONY: run demo test lint bench screenshots package package-test clean

run: .venv/run .venv/system
	@$(BIN)/python packaging/run.py $(PHOTO)

demo: .venv/run
	@$(BIN)/python packaging/demo.py $(PHOTO)

test: .venv/dev .venv/system lint
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest -q -n auto --dist loadfile

lint: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/dev .venv/system
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest -q -m bench tests/bench

screenshots: .venv/dev .venv/system
	QT_QPA_PLATFORM=offscreen $(BIN)/python packaging/screenshots.py

# An environment of its own for each runtime: what is installed there is what is in the bundle.
PACKAGE := build/venv-$(RUNTIME)

package: $(PACKAGE)/package .venv/system
	$(PACKAGE)/bin/python -m pip install -q --force-reinstall --no-deps .
	RUNTIME=$(RUNTIME) $(PACKAGE)/bin/python packaging/build.py

package-test:
	sh packaging/test_bundle.sh

# Debian splits venv's pip into a package of its own; pip can install into a bare one from outside.
%/pip:
	$(PYTHON) -m venv $* >/dev/null 2>&1 \
	|| ($(PYTHON) -m venv --clear --without-pip $* \
	    && $(PYTHON) -m pip --python $*/bin/python install -q pip)
	touch $@

.venv/run: .venv/pip pyproject.toml
	$(BIN)/python -m pip install -q -e '.[$(RUNTIME),demo]'
	touch $@

.venv/dev: .venv/pip pyproject.toml
	$(BIN)/python -m pip install -q -e '.[$(RUNTIME),dev]'
	touch $@ .venv/run

$(PACKAGE)/package: $(PACKAGE)/pip pyproject.toml
	$(PACKAGE)/bin/python -m pip install -q '.[$(RUNTIME),package]'
	touch $@

.venv/system: packaging/system-libraries.sh .venv/pip
	sh packaging/system-libraries.sh
	touch $@

clean:
	rm -rf .venv build dist tests/output
