# One image for migrate, web and worker; the command says which. Written with care, never built: see docs/operations.md.
FROM python:3.11-slim-bookworm AS build
COPY tools/uv.txt /build/tools/uv.txt
RUN python -m pip install --no-cache-dir --require-hashes --target /opt/uv --requirement /build/tools/uv.txt
COPY pyproject.toml requirements.lock.txt README.md LICENSE /build/
COPY handover /build/handover
COPY keys /build/keys
COPY schemas /build/schemas
WORKDIR /build
RUN /opt/uv/bin/uv venv /opt/handover \
 && /opt/uv/bin/uv pip install --no-cache --python /opt/handover/bin/python --constraints requirements.lock.txt .

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin handover \
 && install --directory --owner handover --mode 0700 /keys
COPY --from=build /opt/handover /opt/handover
ENV PATH=/opt/handover/bin:$PATH PYTHONUNBUFFERED=1
USER handover
WORKDIR /keys
VOLUME /keys
CMD ["handover", "web", "--bind", "0.0.0.0:8600"]
