# Two stages: packages are installed in the first, the second carries no compiler, no pip cache and no root process.
FROM python:3.13-slim AS packages
COPY requirements/prod.txt /tmp/prod.txt
RUN python -m venv /venv \
 && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --only-binary :all: -r /tmp/prod.txt

FROM python:3.13-slim
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DJANGO_SETTINGS_MODULE=portal.settings
RUN useradd --system --uid 10001 --home-dir /app portal
COPY --from=packages /venv /venv
WORKDIR /app
COPY . .
# The settings are only read here, nothing is contacted; static files become part of the image.
RUN SECRET_KEY=build DATABASE_URL=postgresql://x:x@127.0.0.1/x REDIS_URL=redis://127.0.0.1 PORTAL_URL=http://localhost \
    python manage.py collectstatic --noinput --verbosity 0
USER portal
EXPOSE 8000
CMD ["sh", "-c", "python manage.py check && exec gunicorn portal.wsgi -b 0.0.0.0:8000 -k gthread -w ${WEB_WORKERS:-2} --threads 4 --no-control-socket --worker-tmp-dir /dev/shm"]
