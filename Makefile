# Everything lives in this folder: .venv (packages), var (data of the embedded servers; DATA_DIR moves it).
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help run test check types style bench drill sweep planted lock fmt clean browser

PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
# The first Python from 3.11 on that can make a virtual environment; PYTHON=… names another.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	command -v $$p >/dev/null && $$p -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes --only-binary :all:
export PORT DATA_DIR

help:
	@echo "make run     pasang dan jalankan portal dengan data demo di http://localhost:$(PORT) (PORT=8001 untuk port lain)"
	@echo "make test    jalankan semua uji (ARGS='tests/people -x' untuk sebagian)"
	@echo "make check   yang dijalankan CI: gaya, tipe, templat, migrasi, celah paket, semua uji"
	@echo "make bench   pengukuran kecepatan"
	@echo "make drill   latihan gangguan yang lama: proses dimatikan, server surat hilang"
	@echo "make sweep   setiap halaman setiap peran, di HP dan komputer, diperiksa axe"
	@echo "make planted 18 cacat ditanam satu per satu di salinan kode: setiap cacat harus tertangkap ujinya"
	@echo "make lock    tulis ulang requirements/*.txt dari pyproject.toml"
	@echo "make fmt     rapikan gaya kode"
	@echo "make clean   hapus .venv dan cache; data di var/ tetap ada"

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Perlu Python 3.11, 3.12 atau 3.13 dengan venv (Debian: apt-get install python3 python3-venv). PYTHON=/jalur/python memilih yang lain."; exit 1; }
	@echo "[1/3] membuat .venv dengan $(PYTHON)"
	@rm -f $(VENV)/.run $(VENV)/.test $(VENV)/.check
	@$(PYTHON) -m venv $(VENV)

# One stamp per lock: a changed lock installs again, an unchanged one costs nothing.
$(VENV)/.run: requirements/run.txt | $(BIN)/python
	@echo "[2/3] memasang paket dari requirements/run.txt (sekitar 90 MB, sekali saja) …"
	@$(PIP) -r $<
	@touch $@
$(VENV)/.test: requirements/test.txt | $(BIN)/python
	@echo "memasang paket uji dari requirements/test.txt (sekali saja) …"
	@$(PIP) -r $<
	@touch $@ $(VENV)/.run
$(VENV)/.check: requirements/check.txt | $(BIN)/python
	@echo "memasang paket pemeriksaan dari requirements/check.txt (sekali saja) …"
	@$(PIP) -r $<
	@touch $@ $(VENV)/.test $(VENV)/.run

run: $(VENV)/.run
	@echo "[3/3] memulai portal"
	@exec $(BIN)/python -m portal.run --port $(PORT)

# A Chromium where there is none and the run may install one; without it the browser tests are left out, in words.
browser:
	@if test "$$(id -u)" = 0 && command -v apt-get >/dev/null && ! { command -v chromium chromium-browser google-chrome >/dev/null \
			&& ldconfig -p | grep -q 'libatomic\.so\.1'; }; then \
		echo "memasang Chromium (sekali saja) …"; \
		{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
			chromium fonts-dejavu-core libatomic1; } >/dev/null || echo "Chromium tidak dapat dipasang."; fi

test: $(VENV)/.test browser
	@$(BIN)/python -m pytest -n 2 --dist loadgroup $(ARGS)

# mypy's Django plugin and makemigrations read the settings; neither connects to anything.
DUMMY := SECRET_KEY=check DATABASE_URL=postgresql://x:x@127.0.0.1:9/x REDIS_URL=redis://127.0.0.1:9 PORTAL_URL=http://localhost:8000 DEMO=1
# The types take as long as all other checks together: both cores are at work, and the output of each stays whole.
check: $(VENV)/.check
	@$(MAKE) --no-print-directory -j2 --output-sync=target types style
	@$(MAKE) --no-print-directory test

types: $(VENV)/.check
	$(DUMMY) $(BIN)/mypy portal declarations approvals

style: $(VENV)/.check
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint --lint --quiet templates
	$(DUMMY) $(BIN)/python -W ignore manage.py makemigrations --check --dry-run
	@$(BIN)/python -m tests.dependencies

bench: $(VENV)/.test
	@$(BIN)/python -m pytest tests/bench -q -s -o python_files='bench_*.py' $(ARGS)

drill: $(VENV)/.test
	@DRILL_SEEDS=$${DRILL_SEEDS:-20} DRILL_DECISIONS=$${DRILL_DECISIONS:-3000} STATEFUL_STEPS=25000 \
		RACE_CASES=500 FUZZ_POSTS=50000 CRAWL_EACH=3 ENUMERATION_ROUNDS=200 \
		$(BIN)/python -m pytest -m "fault or drill" $(ARGS)

sweep: $(VENV)/.test browser
	@$(BIN)/python -m pytest tests/sweep -q -s -o python_files='sweep_*.py' $(ARGS)

planted: $(VENV)/.test
	@$(BIN)/python -m tests.planted $(ARGS)

fmt: $(VENV)/.check
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Universal (Python 3.11.2 and newer differ by markers), with hashes, and no address of an index inside.
UV := env -u PIP_FIND_LINKS -u PIP_EXTRA_INDEX_URL UV_NO_CONFIG=1 $(BIN)/uv pip compile --quiet --universal --python-version 3.11 \
	--generate-hashes --no-header --no-emit-index-url --no-emit-find-links pyproject.toml
lock: | $(BIN)/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(UV) -o requirements/prod.txt
	$(UV) --group embedded -o requirements/run.txt
	$(UV) --group test -o requirements/test.txt
	$(UV) --group test --group lint -o requirements/check.txt
	@! grep -nE '://|--(index|extra|find|trusted)' requirements/*.txt

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis staticfiles test-results
