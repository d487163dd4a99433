"""`make planted`: plant each defect in a copy of the tree and show that its test fails there, and only there."""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.planted.defects import DEFECTS, Defect

BASE = Path(__file__).resolve().parent.parent.parent
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "var", "__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache")
LONGEST = 300


def run(tree: Path, tests: list[str]) -> subprocess.CompletedProcess[str]:
    """Run tests in a tree and return how it went."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "--tb=line", *tests]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(tree)}
    return subprocess.run(
        command, cwd=tree, env=environment, capture_output=True, text=True, timeout=LONGEST, check=False
    )


def planted(defect: Defect, tree: Path) -> tuple[bool, str]:
    """Plant one defect, run its test, take the defect out again; tell whether the test itself failed, and how."""
    before = {change.path: (tree / change.path).read_text() for change in defect.changes}
    for change in defect.changes:
        text = (tree / change.path).read_text()
        if text.count(change.old) != 1:
            return False, f"{change.path} has changed: the place is not there"
        (tree / change.path).write_text(text.replace(change.old, change.new))
    try:
        done = run(tree, [defect.test])
    except subprocess.TimeoutExpired:
        return False, f"no answer in {LONGEST} s"
    finally:
        for path, text in before.items():
            (tree / path).write_text(text)
    failed = re.search(rf"^FAILED {re.escape(defect.test)}.*", done.stdout, re.MULTILINE)
    said = re.search(r"^(?:E +|/\S+: )(.+)", done.stdout, re.MULTILINE)
    return failed is not None, said[1][:90] if said and failed else ("" if failed else done.stdout[-300:])


def main() -> int:
    """Print a line for each defect; the exit status tells whether all were caught."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("numbers", nargs="*", type=int, help="only these defects")
    chosen = set(parser.parse_args().numbers) or {defect.number for defect in DEFECTS}
    defects = [defect for defect in DEFECTS if defect.number in chosen]
    with tempfile.TemporaryDirectory(prefix="planted-") as folder:
        tree = Path(folder) / "tree"
        shutil.copytree(BASE, tree, ignore=LEFT_OUT, symlinks=True)
        sound = run(tree, sorted({defect.test for defect in defects}))
        if sound.returncode:
            print(f"the named tests fail without any defect:\n{sound.stdout[-2000:]}")
            return 1
        caught = 0
        for defect in defects:
            began = time.monotonic()
            seen, said = planted(defect, tree)
            caught += seen
            word = "caught" if seen else "MISSED"
            print(f"{defect.number:>2}  {word}  {defect.says} ({time.monotonic() - began:.0f} s)")
            print(f"            {defect.test}\n            {said}", flush=True)
    print(f"{caught} of {len(defects)} planted defects caught")
    return int(caught < len(defects))


if __name__ == "__main__":
    sys.exit(main())
