# Built where the compilers and pip are, run where they are not.
FROM python:3.11-slim-bookworm AS build
WORKDIR /app
RUN python -m venv .venv
ENV PATH=/app/.venv/bin:$PATH
COPY requirements/build.txt requirements/run.txt requirements/
RUN pip install --no-cache-dir -r requirements/build.txt -r requirements/run.txt
COPY pyproject.toml README.md LICENSE ./
COPY oblivious oblivious
# Editable, so that the package finds migrations/ beside it, as in a clone.
RUN pip install --no-cache-dir --no-build-isolation --no-deps --editable . \
    && pip uninstall --yes setuptools pip

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 8400 --no-create-home oblivious \
    && install --directory --owner=oblivious --group=oblivious /data
WORKDIR /app
COPY --from=build /app /app
COPY migrations migrations
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    OBLIVIOUS_DATA_DIR=/data \
    OBLIVIOUS_HOST=0.0.0.0 \
    OBLIVIOUS_PORT=8400
USER oblivious
VOLUME /data
EXPOSE 8400
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ['OBLIVIOUS_PORT'] + '/healthz', timeout=2)"]
ENTRYPOINT ["oblivious"]
CMD ["serve"]
