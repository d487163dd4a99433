"""The account PostgreSQL runs as, since it refuses to run as root."""

import hashlib
import os
import pwd
import shutil
import subprocess
from pathlib import Path
from typing import IO

from portal.embedded.process import EmbeddedError, die_with_parent, signal_name

# no_setuid_fixup: without it the kernel drops the ambient capability at the change of user.
CAPABILITIES = ["--inh-caps=+dac_override", "--ambient-caps=+dac_override", "--securebits=+no_setuid_fixup"]


class Account:
    """Starts a program as an account that PostgreSQL accepts.

    user: an ordinary user starts it as itself. plain: root starts it as `nobody`. caps: the folder lies below a
    closed one (/root), so `nobody` keeps the right to pass, and nothing is opened up and no user is made. staged:
    where the kernel refuses that, binaries and data live in /var/tmp.
    """

    def __init__(self, root: Path, binaries: Path) -> None:
        self.binaries, self.data_root, self.mode = binaries, root, "user"
        self.uid, self.gid = os.geteuid(), os.getegid()
        if self.uid != 0:
            return
        nobody = pwd.getpwnam("nobody")
        self.uid, self.gid = nobody.pw_uid, nobody.pw_gid
        self.mode = os.environ.get("EMBEDDED_ROOT_MODE") or self._best_mode()
        if self.mode == "staged":
            self._stage()

    def _best_mode(self) -> str:
        if traversable(self.binaries) and traversable(self.data_root):
            return "plain"
        return "caps" if self._caps_work() else "staged"

    def _setpriv(self) -> list[str]:
        return ["setpriv", f"--reuid={self.uid}", f"--regid={self.gid}", "--clear-groups", *CAPABILITIES]

    def _caps_work(self) -> bool:
        if shutil.which("setpriv") is None:
            return False
        command = [*self._setpriv(), str(self.binaries / "bin" / "initdb"), "--version"]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0

    def _stage(self) -> None:
        stage = Path("/var/tmp") / f"portal-embedded-{hashlib.sha256(str(self.data_root).encode()).hexdigest()[:12]}"
        stage.mkdir(mode=0o755, exist_ok=True)
        if stage.stat().st_uid != 0:
            raise EmbeddedError(f"{stage} milik akun lain. Hapus folder itu lalu coba lagi.")
        site = self.binaries.parent.parent
        for part in (self.binaries, site / f"{self.binaries.parent.name}.libs"):  # found by a relative rpath
            target = stage / part.relative_to(site)
            if part.exists() and not target.exists():
                new = target.with_name(target.name + ".new")
                shutil.rmtree(new, ignore_errors=True)
                shutil.copytree(part, new, symlinks=True)
                new.rename(target)
        self.binaries, self.data_root = stage / self.binaries.relative_to(site), stage

    def own(self, path: Path) -> None:
        """Hand a file or folder to the account."""
        if self.mode != "user":
            os.chown(path, self.uid, self.gid)

    def popen(self, *command: str, sig: int, output: int | IO[bytes]) -> subprocess.Popen[bytes]:
        """Start a program that gets `sig` when this process dies, in a group of its own (Ctrl-C does not reach it)."""
        other_user = self.mode in ("plain", "staged")
        if self.mode == "caps":  # setpriv asks after the change of user, which resets the request
            command = (*self._setpriv(), f"--pdeathsig={signal_name(sig)}", *command)
        return subprocess.Popen(
            command,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=die_with_parent(sig),
            env={**os.environ, "LC_ALL": "C"},
            user=self.uid if other_user else None,
            group=self.gid if other_user else None,
            extra_groups=[] if other_user else None,
        )


def traversable(path: Path) -> bool:
    """Whether every account may pass through the folder and all above it."""
    path = path.resolve()
    return all(folder.stat().st_mode & 0o001 for folder in [path, *path.parents] if folder.is_dir())
