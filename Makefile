VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
DATA := $(wildcard loaders/curated/*/*.csv ontology/*.ttl ontology/*/*.ttl loaders/*.py loaders/*/*.rq queries/*.py)

.PHONY: serve test check audit bench clean

serve: .plenary/current
	$(BIN)/plenary serve

test: $(READY) .plenary/current
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder --max-worker-restart 0

check: .plenary/current
	$(BIN)/plenary check

audit: $(READY)
	$(BIN)/python .ci/audit.py

bench: .plenary/current .venv-bench/.ready
	$(BIN)/python -m bench

clean:
	rm -rf $(VENV) .venv-bench .plenary server/static/vendor server/frontend/node_modules build dist *.egg-info

$(READY): requirements.lock pyproject.toml server/frontend/build.py server/frontend/package-lock.json
	python3 -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

# The peer that `make bench` measures against lives apart, so that nothing of it enters the project's own environment.
.venv-bench/.ready: bench/requirements.lock
	python3 -m venv .venv-bench
	.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	touch $@

.plenary/current: $(READY) $(DATA)
	$(BIN)/plenary build
