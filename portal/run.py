"""`make run`: embedded servers, one preparing command, then web, worker, beat and mail sink until Ctrl-C."""

import argparse
import fcntl
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from typing import TextIO
from urllib.parse import urlsplit

from portal.embedded import EmbeddedError, Postgres, Valkey, die_with_parent, free_port, stop
from portal.embedded.postgres import foreign
from portal.embedded.process import ask_death_signal
from portal.processes import BEAT, WEB, WORKER
from portal.runenv import BASE, data_dir

SETTINGS = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "FIELD_KEYS", "PORTAL_URL", "ALLOWED_HOSTS", "EMAIL_URL", "DEMO")
OPTIONAL = (
    "SECRET_KEY_FALLBACKS",
    "APPROVAL_STEP_UP",
    "SECOND_FACTOR",
    "DEFAULT_FROM_EMAIL",
    "HELP_LINE",
    "STATIC_ROOT",
)
ORDER_OF_STOPPING = ("beat", "worker", "web", "mail")
CAST = """  Kata sandi semua akun demo: demo-pasbar-2026
    198504122010012901  Rahmi Oktavia, guru, DISDIKBUD           (pendeklarasi)
    199307212023211902  Ilham Nasution, perawat PPPK, DINKES     (pendeklarasi)
    197811032003121903  Hendra Efendi, Kabid Perizinan, DPMPTSP  (pendeklarasi, berbenturan)
    197203151998031904  Kepala DISDIKBUD                         (atasan)
    197506201999032905  Plt. Kepala DINKES                       (atasan)
    197009091995031906  Sekretaris Daerah                        (atasan kepala OPD)
    198001052005012907  Verifikator BKPSDM                       (penelaah)
    198203172006041908  Verifikator BKPSDM kedua                 (penelaah)
    197404251999031909  Kepala BKPSDM                            (atasan dan penelaah)
    197712012002121910  Inspektorat
    198811112012121911  Pengelola BKPSDM                         (administrator)"""


def refuse_taken(port: int) -> None:
    """Say in a sentence why the port cannot be listened on, if so."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError as error:
            raise EmbeddedError(f"Port {port} hanya boleh dipakai root. Pilih port lain: make run PORT=8000") from error
        except OverflowError as error:
            raise EmbeddedError(f"Port {port} tidak ada. Pilih 1 sampai 65535: make run PORT=8000") from error
        except OSError as error:
            mend = f"make run PORT={port + 1 if port < 65535 else 8000}"
            raise EmbeddedError(f"Port {port} sedang dipakai program lain. Pilih port lain: {mend}") from error


class Stopped(Exception):
    """Ctrl-C or SIGTERM came while something was being started."""


class Run:
    """The processes of one `make run`, in the order they are started."""

    def __init__(self, port: int) -> None:
        self.port, self.data, self.began = port, data_dir(), time.monotonic()
        self.stopping, self.sink_port = False, 0
        self.servers: list[Postgres | Valkey] = []
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.started: dict[str, float] = {}
        self.quick_deaths: dict[str, int] = {}

    # -- before anything is started --------------------------------------------------------------------------------

    def claim(self) -> None:
        """Take the data folder and see that the port is free, or say in a sentence what to do."""
        try:
            self.data.mkdir(parents=True, exist_ok=True)
            if self.data.stat().st_uid != os.geteuid() and any(self.data.iterdir()):
                raise foreign(self.data)
            self.lock: TextIO = (self.data / "run.lock").open("w")
        except PermissionError as error:
            raise foreign(self.data) from error
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise EmbeddedError(
                f"Portal di folder ini sudah berjalan{self._where()}. Hentikan dahulu dengan Ctrl-C di jendelanya, "
                "atau pakai folder data lain: make run PORT=8001 DATA_DIR=var2"
            ) from error
        refuse_taken(self.port)

    def _where(self) -> str:
        path = self.data / "run.env"
        lines = path.read_text().splitlines() if path.exists() else []
        return next((f" di {line.partition('=')[2]}" for line in lines if line.startswith("PORTAL_URL=")), "")

    def secret(self, name: str) -> str:
        """Return a secret that stays the same across starts."""
        path = self.data / f"{name.lower()}.secret"
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(48))
        return path.read_text().strip()

    # -- start -----------------------------------------------------------------------------------------------------

    def prepare(self) -> None:
        """Start what the environment does not name, leave run.env, prepare database and files."""
        env = os.environ
        defaults = {"DEMO": "1", "PORTAL_URL": f"http://localhost:{self.port}"}
        defaults |= {"SECRET_KEY": self.secret("SECRET_KEY"), "FIELD_KEYS": self.secret("FIELD_KEYS")}
        for name, value in defaults.items():
            if not env.get(name) and not env.get(f"{name}_FILE"):
                env[name] = value
        own = urlsplit(env["PORTAL_URL"]).hostname or ""
        env["ALLOWED_HOSTS"] = env.get("ALLOWED_HOSTS") or ",".join(dict.fromkeys([own, "localhost", "127.0.0.1"]))
        env.setdefault("STATIC_ROOT", str(self.data / "static"))
        for name, server in (("DATABASE_URL", Postgres(self.data)), ("REDIS_URL", Valkey(self.data))):
            if not env.get(name) and not env.get(f"{name}_FILE"):
                self._go_on()
                self.say(f"  memulai {server.title} …")
                self.servers.append(server)
                env[name] = server.start()
        if not env.get("EMAIL_URL") and not env.get("EMAIL_URL_FILE"):
            self.sink_port = free_port()
            env["EMAIL_URL"] = f"smtp://127.0.0.1:{self.sink_port}"
        self._write_run_env()
        self._go_on()
        self.say("  menyiapkan data")
        self._manage("prepare")

    def _write_run_env(self) -> None:
        names = [name for name in (*SETTINGS, *OPTIONAL) if os.environ.get(name)]
        path = self.data / "run.env"
        path.unlink(missing_ok=True)
        path.touch(mode=0o600)
        path.write_text("".join(f"{name}={os.environ[name]}\n" for name in names))

    def _manage(self, command: str) -> None:
        child = subprocess.Popen(
            [sys.executable, str(BASE / "manage.py"), command],
            cwd=BASE,
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGKILL),
        )
        try:
            while child.poll() is None:
                self._go_on()
                time.sleep(0.05)
        finally:
            stop(child, signal.SIGTERM, 5)
        if child.returncode:
            raise EmbeddedError("Portal belum dapat dimulai; sebabnya tertulis di atas.")

    def command(self, name: str) -> list[str]:
        """Return the command line of a child."""
        python = [sys.executable, "-m"]
        if name == "web":
            return [*python, *WEB, "-b", f"127.0.0.1:{self.port}", "--graceful-timeout", "5"]
        if name == "worker":  # threads: no semaphores in /dev/shm, half the memory
            return [*python, *WORKER, "-P", "threads", "-c", "4"]
        if name == "beat":
            return [*python, *BEAT, "-s", str(self.data / "beat")]
        return [sys.executable, "-m", "portal.sink", "--port", str(self.sink_port)]

    def spawn(self, name: str) -> None:
        """Start a child; its output goes to a log file of its own."""
        sig = signal.SIGTERM if name == "web" else signal.SIGKILL
        with (self.data / f"{name}.log").open("ab") as log:
            self.children[name] = subprocess.Popen(
                self.command(name),
                cwd=BASE,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=die_with_parent(sig),
            )
        self.started[name] = time.monotonic()

    # -- while it runs ---------------------------------------------------------------------------------------------

    def serve(self) -> None:
        """Start the site, when it answers the others, and restart what dies."""
        if self.sink_port:
            self.spawn("mail")
        self.spawn("web")
        while not self.stopping:
            if "worker" not in self.children and self.answers():  # the site has both cores until it answers
                self.spawn("worker")
                self.spawn("beat")
                self.announce()
            self.watch()
            time.sleep(0.1)

    def answers(self) -> bool:
        """Whether the web process answers at all."""
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz/live", timeout=2).read()
        except urllib.error.HTTPError as error:
            return error.code < 500
        except OSError:
            return False
        return True

    def watch(self) -> None:
        """Restart what has died; give up on a child that keeps dying at once."""
        for name, child in list(self.children.items()):
            if child.poll() is None:
                continue
            log = self.data / f"{name}.log"
            quick = time.monotonic() - self.started[name] < 10
            self.quick_deaths[name] = self.quick_deaths.get(name, 0) + 1 if quick else 0
            if self.quick_deaths[name] == 3:
                raise EmbeddedError(f"Proses {name} tiga kali berhenti segera setelah dimulai. Lihat {log}")
            self.say(f"proses {name} berhenti (kode {child.returncode}) dan dimulai lagi; lihat {log}")
            self.spawn(name)
        for server in self.servers:
            if server.process is None or server.process.poll() is not None:
                self.say(f"{server.title} berhenti dan dimulai lagi; lihat {server.log}")
                time.sleep(1)  # what it left behind notices its end first
                server.start()

    def announce(self) -> None:
        """Print the address and, with demo data, who can sign in."""
        url = os.environ["PORTAL_URL"]
        print(f"\nPortal siap dalam {time.monotonic() - self.began:.1f} detik: {url}/", flush=True)
        if os.environ["DEMO"] == "1":
            print(f"  Kotak surat demo: {url}/demo/surel/\n{CAST}", flush=True)
        print("  Ctrl-C untuk berhenti.\n", flush=True)

    # -- end -------------------------------------------------------------------------------------------------------

    def close(self) -> None:
        """Stop everything, the servers last."""
        for name in ORDER_OF_STOPPING:
            if name in self.children and self.children[name].poll() is None:
                self.children[name].send_signal(signal.SIGTERM)
        for name in ORDER_OF_STOPPING:
            stop(self.children.get(name), signal.SIGTERM, 10)
        for server in reversed(self.servers):
            server.stop()
        if self.servers:
            (self.data / "run.env").unlink(missing_ok=True)

    def on_signal(self, _signum: int, _frame: object) -> None:
        """Remember that the end was asked for."""
        self.stopping = True

    def _go_on(self) -> None:
        if self.stopping:
            raise Stopped

    def say(self, sentence: str) -> None:
        """Print a line of progress at once, also into a pipe."""
        print(sentence, flush=True)


def main() -> int:
    """Run until Ctrl-C; every refusal is one sentence and exit code 1."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8000))
    run = Run(parser.parse_args().port)
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, run.on_signal)
    if os.environ.get("MAKELEVEL"):
        ask_death_signal(signal.SIGTERM)  # kill -9 of make is an end, too
    try:
        run.claim()
    except EmbeddedError as error:
        print(error, file=sys.stderr)
        return 1
    try:
        run.prepare()
        run.serve()
    except Stopped:
        pass
    except EmbeddedError as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        print("Menghentikan portal …", flush=True)
        run.close()
    print("Portal berhenti; data tersimpan di", run.data, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
