# make demo      set up from nothing and subtitle the sample video into Chinese
# make test      set up from nothing and pass every check and test
# make setup     the environment for users; make develop: the one for developers
# make golden    renew the expected outputs of samples/
# make bench     measure this project beside plain faster-whisper and transformers; hours
# make audit     look for known vulnerabilities in what is installed; needs the network

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO := build/demo

.PHONY: setup develop demo test lint audit golden bench clean

setup: $(VENV)/.setup
develop: $(VENV)/.develop

$(BIN)/python:
	$(PYTHON) -m venv $(VENV) || { $(PYTHON) -m pip install --user virtualenv && $(PYTHON) -m virtualenv $(VENV); }
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"

$(VENV)/.setup: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/.develop: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable ".[train,search,evaluate,live]" --group dev
	@touch $@ $(VENV)/.setup

demo: setup
	$(BIN)/subtrans subtitle samples/talk.mp4 --to zh --transcript --overwrite --output-dir $(DEMO)
	@echo && echo "== $(DEMO)/talk.en.srt, what was heard" && cat $(DEMO)/talk.en.srt
	@echo "== $(DEMO)/talk.zh.srt, its subtitles in Chinese" && cat $(DEMO)/talk.zh.srt
	@echo "The subtitles are in $(DEMO)/talk.zh.srt: try"
	@echo "  mpv samples/talk.mp4 --sub-file=$(DEMO)/talk.zh.srt"

lint: develop
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

audit: develop
	$(BIN)/python -m pip install --quiet pip-audit
	$(BIN)/python -m pip_audit --skip-editable --progress-spinner off

test: lint
	$(BIN)/python -m pytest

golden: develop
	$(BIN)/python samples/golden.py
	COLUMNS=80 $(BIN)/python -m subtrans --help > subtrans/cli/help.txt

bench: develop
	$(BIN)/python benchmarks/start.py
	$(BIN)/python benchmarks/stages.py
	$(BIN)/python benchmarks/lanes.py
	$(BIN)/python benchmarks/end_to_end.py
	$(BIN)/python benchmarks/translation.py
	$(BIN)/python benchmarks/memory.py
	$(BIN)/python benchmarks/kills.py
	$(BIN)/python benchmarks/faults.py

clean:
	rm -rf $(VENV) build
