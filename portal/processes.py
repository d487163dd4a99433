"""The command lines of the portal's processes: `make run` starts these, and a test reads docker-compose.yml by them."""

WEB = ("gunicorn", "portal.wsgi")  # the rest stands in gunicorn.conf.py
WORKER = ("celery", "-A", "portal", "worker", "-l", "INFO", "--without-gossip", "--without-mingle")
BEAT = ("celery", "-A", "portal", "beat", "-l", "INFO", "--pidfile=")  # -s FILE: touched with every tick
