# The node of one authority, and the ceremony that founds the trial network of docker-compose.yml.
# In earnest add the digest to the base image: python:3.11-slim-bookworm@sha256:…
FROM python:3.11-slim-bookworm AS build
ENV UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1
RUN pip install --no-cache-dir 'uv>=0.9,<1'
WORKDIR /build
COPY pyproject.toml uv.lock README.md LICENSE ./
COPY node ./node
COPY schemas/templates ./schemas/templates
# Exactly the locked packages, hashes checked, nothing for development; the project itself is installed, not linked.
RUN UV_PROJECT_ENVIRONMENT=/opt/sarbon uv sync --frozen --no-dev --no-editable

FROM python:3.11-slim-bookworm AS node
RUN groupadd --gid 10001 sarbon \
 && useradd --uid 10001 --gid sarbon --home-dir /sarbon --no-create-home --shell /usr/sbin/nologin sarbon \
 && install -d -o sarbon -g sarbon -m 700 /sarbon
COPY --from=build /opt/sarbon /opt/sarbon
COPY config/compose/ping.py /opt/sarbon/ping.py
ENV PATH=/opt/sarbon/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER sarbon
WORKDIR /sarbon
STOPSIGNAL SIGTERM
CMD ["sarbon", "run"]

FROM node AS ceremony
COPY --chown=sarbon:sarbon config /ceremony/config
# An empty volume takes its owner from the folder it is mounted on: so the ceremony needs no root.
USER root
RUN for file in /ceremony/config/*/node.toml; do \
      name=$(basename "$(dirname "$file")"); \
      install -d -o sarbon -g sarbon -m 700 "/ceremony/out/$name" "/ceremony/out/$name/node"; \
      install -d -o sarbon -g sarbon -m 755 "/ceremony/out/$name/broker"; \
    done \
 && install -d -o sarbon -g sarbon -m 700 /ceremony/out/founder \
 && chown sarbon:sarbon /ceremony /ceremony/out
USER sarbon
WORKDIR /ceremony
CMD ["python", "config/compose/ceremony.py", "out", "--config", "config"]
