"""The processes that Dockerfile and docker-compose.yml describe, started natively so that tests can kill them.

    with Native(webs=2, workers=2) as native:          # own PostgreSQL, own Valkey, SMTP sink, web, worker, beat
        native.manage("check_invariants")              # any command of manage.py, with the environment of the stack
        native["web-1"].kill()                         # kill -9 of the whole group; also "worker-2", "beat-1", "mail"
        native["web-1"].start()                        # the same command on the same port; wait_ready() waits for it
        native["worker-1"].freeze()                    # SIGSTOP of the group; thaw() lets it go on
        native.valkey.kill(); native.valkey.start()    # comes back empty
        native.postgres.crash(); native.postgres.start()  # immediate stop; freeze(), thaw(), kill() as above
        native.mail.set_mode("451")                    # a Mode of tests.smtp
        native.mails()                                 # what the sink took, one `Mail` per copy
        native.sql("SELECT 1")                         # rows, past every process of ours
        native.request("GET", "/healthz/ready", web=1)

Children die with the thread that started them (the kernel watches the thread): start processes from the main thread.
"""

from tests.native.process import Process
from tests.native.sink import Mail
from tests.native.stack import Native

__all__ = ["Mail", "Native", "Process"]
