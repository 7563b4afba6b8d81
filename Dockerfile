# Two stages: the first builds the wheel (Node comes as a Python wheel, for that stage only), the second runs it.
FROM python:3.11-slim-bookworm AS build
WORKDIR /src
COPY requirements ./requirements
RUN python -m venv /opt/build && /opt/build/bin/pip install --no-cache-dir --require-hashes -r requirements/build.lock \
 && python -m venv /opt/mesinfos && /opt/mesinfos/bin/pip install --no-cache-dir --require-hashes -r requirements/runtime.lock
COPY . .
RUN /opt/build/bin/pip wheel --no-cache-dir --no-build-isolation --no-deps --wheel-dir /wheels . \
 && /opt/mesinfos/bin/pip install --no-cache-dir --no-deps /wheels/*.whl

FROM python:3.11-slim-bookworm
COPY --from=build /opt/mesinfos /opt/mesinfos
# Any user id works: the data volume is the only place written to, so the root file system may be read-only.
RUN install -d -o 10001 -g 0 -m 2770 /data
USER 10001:0
ENV PATH=/opt/mesinfos/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 MESINFOS_DATA_DIR=/data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/health/ready', timeout=4)"]
ENTRYPOINT ["mesinfos"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]
