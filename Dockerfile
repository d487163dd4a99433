# Two stages: packages are installed in the first, the second carries no compiler, no cache of pip and no root process.
# For a build that can be repeated to the byte give the base by digest (docs/operations.md, "Upgrade").
ARG PYTHON_IMAGE=python:3.13-slim
FROM ${PYTHON_IMAGE} AS packages
# compiled files carry hashes of their source instead of times
ENV SOURCE_DATE_EPOCH=1 PYTHONHASHSEED=0
COPY requirements/prod.txt /tmp/prod.txt
RUN python -m venv --without-pip /venv \
 && pip --python /venv/bin/python install --no-cache-dir --disable-pip-version-check \
    --require-hashes --only-binary :all: -r /tmp/prod.txt

FROM ${PYTHON_IMAGE}
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DJANGO_SETTINGS_MODULE=portal.settings
RUN groupadd --system --gid 10001 portal && useradd --system --uid 10001 --gid portal --home-dir /app portal
COPY --from=packages /venv /venv
WORKDIR /app
COPY manage.py gunicorn.conf.py ./
COPY portal portal
COPY declarations declarations
COPY approvals approvals
COPY templates templates
COPY static static
COPY locale locale
# User 10001 reads the code whatever umask it was checked out with. The settings are only read here, nothing is contacted.
# Static files become part of the image, each also compressed (gzip, Brotli); the code is compiled once, for the running
# container cannot write.
RUN find . ! -perm -a=r -exec chmod a+rX {} + \
 && SECRET_KEY=build DATABASE_URL=postgresql://x:x@127.0.0.1/x REDIS_URL=redis://127.0.0.1 PORTAL_URL=http://localhost \
    python manage.py collectstatic --noinput --verbosity 0 \
 && python -m compileall -q --invalidation-mode unchecked-hash portal declarations approvals
USER 10001:10001
EXPOSE 8000
CMD ["gunicorn", "portal.wsgi"]
