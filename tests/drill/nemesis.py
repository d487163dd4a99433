"""Seeded faults: each kind breaks something for a while, then mends it; several may overlap, never on one target."""

import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import psycopg
import redis
from celery import Celery

from tests.native import Native
from tests.native.process import Process
from tests.smtp import Mode

Heal = Callable[[], None]
Inject = Callable[[], Heal | None]


@dataclass(frozen=True, slots=True)
class Fault:
    """`target`: what it breaks; `hold`: least and most seconds until it is mended; `rows`: of the fault matrix."""

    kind: str
    target: str
    hold: tuple[float, float]
    rows: tuple[str, ...]
    weight: int  # how often it stands in a deck beside its one sure place
    inject: Inject


class Nemesis:
    """Draws faults from a deck in which every kind stands at least once."""

    def __init__(self, native: Native, seed: int) -> None:
        self.native, self.dice = native, random.Random(f"nemesis {seed}")
        self.broker = redis.Redis.from_url(native.environment["REDIS_URL"], socket_timeout=1, socket_connect_timeout=1)
        self.celery = Celery(broker=native.environment["REDIS_URL"])
        self.celery.conf.update(broker_transport_options={"socket_timeout": 1, "max_retries": 0})
        self.count: Counter[str] = Counter()
        self.open: dict[str, tuple[float, Fault, Heal]] = {}
        self.line: list[tuple[float, str, str]] = []  # time line: when, which kind, begun or mended
        self.faults = [*self._processes(), *self._servers(), *self._mail(), *self._work()]
        self.last_healed = time.time()

    def deck(self, size: int, kinds: list[str] | None = None) -> list[Fault]:
        """Return a shuffled deck: each kind once, on a target by chance; the weights fill the other places."""
        allowed = [fault for fault in self.faults if not kinds or fault.kind in kinds]
        self.dice.shuffle(allowed)
        sure = list({fault.kind: fault for fault in allowed}.values())[:size]
        deck = [*sure, *self.dice.choices(allowed, [fault.weight for fault in allowed], k=size - len(sure))]
        self.dice.shuffle(deck)
        return deck

    def strike(self, fault: Fault) -> bool:
        """Break one thing, unless its target is broken already."""
        if fault.target in self.open:
            return False
        self.line.append((time.time(), fault.kind, "begun"))
        heal = fault.inject()
        self.count[fault.kind] += 1
        hold = self.dice.uniform(*fault.hold)
        self.open[fault.target] = (time.time() + hold, fault, heal or (lambda: None))
        return True

    def mend(self, *, everything: bool = False) -> None:
        """Mend what has been broken long enough, and start what ended by itself, as Docker would."""
        for target, (until, fault, heal) in list(self.open.items()):
            if everything or time.time() >= until:
                heal()
                del self.open[target]
                self.last_healed = time.time()
                self.line.append((self.last_healed, fault.kind, "mended"))
        for name, process in self.native.processes.items():
            if name not in self.open and not name.startswith("extra") and not process.alive():
                process.start()

    # -- processes of ours ---------------------------------------------------------------------------------------------

    def _processes(self) -> list[Fault]:
        faults = []
        for name in ("web-1", "web-2", "worker-1", "worker-2"):
            process, kind = self.native[name], name[:-2]
            rows = ("1", "2") if kind == "web" else ("9", "10", "11", "29")
            stop_rows = ("5",) if kind == "web" else ("13",)
            child_rows = ("1", "2") if kind == "web" else ("30",)
            faults += [
                Fault(f"{kind} kill -9", name, (0.2, 1.5), rows, 1, self._killed(process)),
                Fault(f"{kind} child kill -9", name, (0.1, 0.5), child_rows, 6, self._child(process)),
                Fault(f"{kind} STOP", name, (0.5, 3), stop_rows, 6, self._frozen(process)),
            ]
        web, beat = self.native["web-1"], self.native["beat-1"]
        faults.append(Fault("web SIGTERM", "web-1", (0.5, 1), ("7",), 0, self._terminated(web)))
        faults.append(Fault("beat kill -9", "beat-1", (0.5, 3), ("35",), 1, self._killed(beat)))
        faults.append(Fault("two beats", "beats", (5, 8), ("35",), 0, self._second_beat))
        return faults

    @staticmethod
    def _killed(process: Process) -> Inject:
        def inject() -> Heal:
            process.kill()
            return process.start

        return inject

    @staticmethod
    def _child(process: Process) -> Inject:
        def inject() -> None:
            process.kill_child()

        return inject

    @staticmethod
    def _frozen(process: Process) -> Inject:
        def inject() -> Heal:
            process.freeze()
            return process.thaw

        return inject

    @staticmethod
    def _terminated(process: Process) -> Inject:
        def inject() -> Heal:
            process.terminate(8)
            return process.start

        return inject

    def _second_beat(self) -> Heal:
        beat = self.native.add_beat("extra-beat")
        beat.start()

        def heal() -> None:
            beat.kill()
            del self.native.processes["extra-beat"]

        return heal

    # -- PostgreSQL and Valkey -----------------------------------------------------------------------------------------

    def _servers(self) -> list[Fault]:
        pg, valkey = "postgres", "valkey"
        return [
            Fault("PostgreSQL immediate stop", pg, (0.1, 1.5), ("36", "37"), 2, self._crashed),
            Fault("PostgreSQL STOP", pg, (0.5, 3), ("38",), 3, self._postgres_frozen),
            Fault("pg_terminate_backend", pg, (0.1, 0.3), ("39",), 9, self._terminate_backends),
            Fault("connections exhausted", pg, (0.5, 2), ("40",), 3, self._exhausted),
            Fault("table locked", pg, (0.5, 2), ("41",), 4, self._locked),
            Fault("cut after COMMIT", "proxy", (0.5, 1.5), ("3", "42"), 9, self._cut_commits),
            Fault("connections cut", "proxy", (0.1, 0.3), ("2",), 5, self._cut_all),
            Fault("Valkey kill -9, empty", valkey, (0.2, 3), ("23", "24"), 4, self._valkey_killed),
            Fault("Valkey STOP", valkey, (0.5, 4), ("25",), 4, self._valkey_frozen),
            Fault("FLUSHALL", valkey, (0.1, 0.2), ("27",), 6, self._flushed),
            Fault("Valkey full", valkey, (1, 4), ("26", "28"), 4, self._full),
            Fault("Valkey flapping", valkey, (0.1, 0.2), ("29a",), 2, self._flapping),
        ]

    def _crashed(self) -> Heal:
        self.native.postgres.crash()
        return lambda: void(self.native.postgres.start())

    def _postgres_frozen(self) -> Heal:
        self.native.postgres.freeze()
        return self.native.postgres.thaw

    def _terminate_backends(self) -> None:
        with suppress(psycopg.OperationalError):
            self.native.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")

    def _exhausted(self) -> Heal:
        taken: list[psycopg.Connection[tuple[object, ...]]] = []
        with suppress(psycopg.OperationalError):
            while len(taken) < 60:
                taken.append(psycopg.connect(self.native.database_url, connect_timeout=2))

        def heal() -> None:
            for connection in taken:
                connection.close()

        return heal

    def _locked(self) -> Heal | None:
        try:
            connection = psycopg.connect(self.native.database_url, connect_timeout=2)
            connection.execute("SET lock_timeout = '2s'")
            table = self.dice.choice(["declarations_declaration", "approvals_step", "mail_outgoingemail"])
            connection.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        except psycopg.Error:
            return None
        return connection.close

    def _cut_commits(self) -> None:
        for _ in range(self.dice.randint(1, 4)):
            self.native.cut_next_commit()

    def _cut_all(self) -> None:
        self.native["proxy"].signal(signal.SIGUSR2)

    def _valkey_killed(self) -> Heal:
        self.native.valkey.kill()
        return lambda: void(self.native.valkey.start())

    def _valkey_frozen(self) -> Heal:
        self.native.valkey.freeze()
        return self.native.valkey.thaw

    def _flushed(self) -> None:
        with suppress(redis.RedisError):
            self.broker.flushall()

    def _full(self) -> Heal:
        def limit(size: str) -> None:
            with suppress(redis.RedisError):
                self.broker.config_set("maxmemory", size)

        limit("1")
        return lambda: limit("0")

    def _flapping(self) -> None:
        for _ in range(3):
            self.native.valkey.kill()
            self.native.valkey.start()
            time.sleep(self.dice.uniform(0.1, 0.5))

    # -- mail server ---------------------------------------------------------------------------------------------------

    def _mail(self) -> list[Fault]:
        modes: list[tuple[str, Mode, str]] = [
            ("SMTP 451", "451", "16"),
            ("SMTP hang", "hang", "13"),
            ("SMTP drop", "drop", "19"),
            ("SMTP accept, then hang", "accept_then_hang", "18"),
        ]
        faults = [Fault(kind, "mail", (0.5, 3), (row,), 3, self._mode(mode)) for kind, mode, row in modes]
        sink = self.native.mail
        faults.append(Fault("SMTP refused", "mail", (0.5, 3), ("14",), 2, self._killed(sink)))
        faults.append(Fault("SMTP silent", "mail", (0.5, 3), ("15",), 3, self._frozen(sink)))
        return faults

    def _mode(self, mode: Mode) -> Inject:
        def inject() -> Heal:
            self.native.mail.set_mode(mode)
            return lambda: self.native.mail.set_mode("ok")

        return inject

    # -- work done twice, late, side by side ---------------------------------------------------------------------------

    def _work(self) -> list[Fault]:
        return [
            Fault("run_due twice at once", "due", (0.5, 1), ("32", "35"), 6, self._due_twice),
            Fault("deliver twice, sweep twice", "tasks", (0.1, 0.3), ("12", "32", "33"), 6, self._deliver_again),
        ]

    def _send(self, task: str, *arguments: int) -> None:
        with suppress(Exception):  # the broker may be the one that is broken now
            self.celery.send_task(task, args=arguments, retry=False, ignore_result=True)

    def _due_twice(self) -> None:
        for _ in range(2):
            self._send("approvals.tasks.run_due")

    def _deliver_again(self) -> None:
        with suppress(psycopg.OperationalError):
            rows = self.native.sql("SELECT id FROM mail_outgoingemail ORDER BY random() LIMIT 3")
            for (row,) in rows:
                self._send("portal.mail.tasks.deliver", row)
                self._send("portal.mail.tasks.deliver", row)
        for _ in range(2):
            self._send("portal.mail.tasks.sweep")


def void(_value: object) -> None:
    """Return nothing: what a mending returns is of no interest."""
