"""How gunicorn serves the portal, in the container and in `make run`; it finds this file beside manage.py by itself.

The settings are checked first, in the process that the workers are forked from: a wrong one ends the start with a
sentence. WEB_WORKERS is the number of processes.
"""

import os
import sys

import django
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from portal import env

bind = "0.0.0.0:8000"
worker_class = "portal.patient.PatientWorker"  # gthread, but a slow sender holds no thread
threads = 4
preload_app = True  # the workers share the memory of the code
graceful_timeout = 25  # less than stop_grace_period of docker-compose.yml
control_socket_disable = True  # it would be made in the home folder
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
# no access log: it would write the tokens of mailed links; the portal writes a line per request itself

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
try:
    workers = env.number("WEB_WORKERS", 2)
    django.setup()
    call_command("check")
except (env.EnvError, SystemCheckError) as error:
    sys.exit(str(error))
except OSError:  # the disk of the log is full: the check has passed, only its words found no room
    pass
