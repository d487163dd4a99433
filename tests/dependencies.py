"""`make check`: ask the advisory service about every locked package; say plainly when it could not be asked.

Where it is not reachable pip-audit itself reports "no known vulnerabilities" about packages nobody looked at. So a
control comes first: an old Django with holes known for years. Only a service that knows those is believed.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

BASE = Path(__file__).resolve().parent.parent
LOCK = BASE / "requirements" / "run.txt"  # all that is installed outside tests
CONTROL = "django==2.2.0\n"
NOT_ASKED = (
    "Tidak satu paket pun diaudit: layanan celah keamanan (pypi.org) tidak terjangkau dari mesin ini. "
    "Jalankan lagi di mesin dengan internet."
)
Audit = Callable[[Path], dict[str, list[str]] | None]


def pip_audit(file: Path) -> dict[str, list[str]] | None:
    """Return the holes of each package in a requirements file, None when not every package could be asked about."""
    command = [sys.executable, "-m", "pip_audit", "--strict", "--disable-pip", "--no-deps", "--timeout", "10"]
    command += ["--progress-spinner", "off", "-f", "json", "-r", str(file)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=240)
        found = json.loads(done.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, json.JSONDecodeError, KeyError):
        return None
    return {f"{each['name']} {each['version']}": [hole["id"] for hole in each["vulns"]] for each in found}


def main(audit: Audit = pip_audit) -> int:
    """Return 1 when a locked package has a known hole; 0, with a sentence, when there is none or nobody to ask."""
    with tempfile.TemporaryDirectory() as folder:
        control = Path(folder) / "control.txt"
        control.write_text(CONTROL)
        known = audit(control)
    if not known or not any(known.values()):
        print(NOT_ASKED)
        return 0
    packages = audit(LOCK)
    if packages is None:
        print(
            "Audit tidak selesai: tidak setiap paket dapat ditanyakan. Jalankan lagi, atau lihat `pip-audit --strict`."
        )
        return 1
    bad = {package: holes for package, holes in packages.items() if holes}
    for package, holes in bad.items():
        print(f"{package}: {', '.join(holes)}")
    print(f"{len(packages)} paket diaudit, {len(bad)} dengan celah yang diketahui.")
    return int(bool(bad))


if __name__ == "__main__":
    sys.exit(main())
