# A small image that serves an index. Build:  docker build -t report-search .
# Run with compose.yaml, or:                  docker run --read-only --tmpfs /tmp -v reports:/data -p 127.0.0.1:8000:8000 report-search
FROM python:3.11-slim-bookworm AS build

WORKDIR /src
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
# Locked versions first: this layer is made anew only when requirements.lock changes.
COPY requirements.lock ./
RUN python -m venv /venv && /venv/bin/pip install --require-hashes --requirement requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY src ./src
COPY indexer ./indexer
COPY webui ./webui
RUN /venv/bin/pip install --no-deps .

FROM python:3.11-slim-bookworm

# No shell tools, no compiler, no root: the program needs to write /data alone.
RUN useradd --system --uid 10001 --home-dir /data --create-home report-search
COPY --from=build /venv /venv
COPY corpus /corpus
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    REPORT_SEARCH_INDEX=/data/index
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
ENTRYPOINT ["report-search"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]
