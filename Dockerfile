# sot in a container: docker build -t sot . && docker run --rm -v "$PWD:/data" sot dedupe exports
FROM python:3.11-slim AS build
WORKDIR /src
COPY . .
RUN pip wheel --no-cache-dir --no-deps --wheel-dir /wheels .

FROM python:3.11-slim
COPY requirements.lock /tmp/requirements.lock
COPY --from=build /wheels /wheels
RUN pip install --no-cache-dir --require-hashes -r /tmp/requirements.lock \
 && pip install --no-cache-dir --no-deps /wheels/*.whl \
 && rm -rf /wheels /tmp/requirements.lock \
 && sot rules check --all \
 && useradd --create-home --uid 1000 sot
USER sot
WORKDIR /data
VOLUME /data
HEALTHCHECK --interval=1h --timeout=30s CMD ["sot", "--version"]
ENTRYPOINT ["sot"]
CMD ["--help"]
