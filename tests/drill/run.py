"""Seeds one after the other on one stack: people, faults, settling after a power loss, judgement, the table."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import nullcontext
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, cast

from portal.embedded import die_with_parent
from tests.drill.backstage import SNAPSHOT_CODES
from tests.drill.checker import NOTICES_WITHIN, Finding, check, copies, facts_of
from tests.drill.client import AMBIGUOUS, CONFIRMED, History
from tests.drill.driver import Driver
from tests.drill.nemesis import Fault, Nemesis
from tests.drill.traffic import Traffic
from tests.native import Native
from tests.servers import BASE

PER_CASE = 1.9  # decisions: one by the head, one by the reviewer unless the head returned it
FRESH_WITHIN = 60.0  # N7
SNAPSHOT_EVERY = 5.0  # seconds
AT_ONCE = 3  # faults that overlap
SLOWEST = 2.0  # decisions a second that are waited for after the last fault


class Backstage:
    """The process of tests.drill.backstage; one caller at a time."""

    def __init__(self, native: Native) -> None:
        self.lock = threading.Lock()
        with (native.root / "backstage.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-W", "ignore", "-m", "tests.drill.backstage"],
                cwd=BASE,
                env=native.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                preexec_fn=die_with_parent(signal.SIGKILL),
            )

    def ask(self, **command: Any) -> dict[str, Any]:
        """Send a command and wait for its answer."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        with self.lock:
            self.process.stdin.write(json.dumps(command) + "\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        assert line, "the backstage process ended"
        return cast(dict[str, Any], json.loads(line))

    def close(self) -> None:
        """End it."""
        self.process.kill()
        self.process.wait(10)


class Observer:
    """Looks at the invariants in snapshots while the run goes on (N5)."""

    def __init__(self, backstage: Backstage, every: float) -> None:
        self.backstage, self.every = backstage, every
        self.looked = 0
        self.findings: list[Finding] = []
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "Observer":
        self.thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.ended.set()
        self.thread.join(60)

    def _watch(self) -> None:
        while not self.ended.wait(self.every):
            found = self.backstage.ask(do="look", codes=list(SNAPSHOT_CODES))
            if "away" not in found:
                self.looked += 1
                self.findings += broken(found, "during")


def broken(found: dict[str, list[str]], when: str) -> list[Finding]:
    """Return the broken invariants of one look."""
    return [Finding(f"N5 {code} {when}", "; ".join(lines)) for code, lines in found.items() if code != "looked"]


@dataclass
class Outcome:
    """One line of the table, and what was found."""

    seed: int
    decisions: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    ambiguous: int = 0
    mails: int = 0
    copies: int = 0
    snapshots: int = 0
    seconds: float = 0
    settled: float = 0
    traffic: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)

    def count(self, code: str) -> int:
        """Return how many findings name this promise."""
        return sum(finding.code.startswith(code) for finding in self.findings)


class Drill:
    """Runs seeds on a stack that is up."""

    def __init__(self, native: Native) -> None:
        self.native, self.backstage = native, Backstage(native)
        self.history = History(native.root / "history.jsonl")

    def seed(
        self,
        seed: int,
        *,
        decisions: int,
        faults: int,
        kinds: list[str] | None = None,
        honest: bool = False,
        drafts: int = 0,
        calm: float = 1.5,
    ) -> Outcome:
        """Run one seed and judge it.

        `honest` waits for leases in real time instead of moving them. With `drafts` other people use the portal
        meanwhile, some of them filling in so many drafts. `calm`: most seconds without a new fault.
        """
        began, outcome = time.time(), Outcome(seed)
        people = self.backstage.ask(do="people", seed=seed, cases=max(2, round(decisions / PER_CASE)) + 1 + drafts)
        others = [people["cases"].pop() for _ in range(drafts)]
        fresh = people["cases"].pop()
        traffic = Traffic(self.native, seed, people, others)
        before = len(self.history.calls)
        driver, nemesis = Driver(self.native, seed, people, self.history), Nemesis(self.native, seed)
        with Observer(self.backstage, SNAPSHOT_EVERY) as observer, traffic if drafts else nullcontext():
            driver.start()
            self._strike(nemesis, driver, nemesis.deck(faults, kinds), calm)
            healed = self.power_loss(nemesis)
            if not honest:
                self.two_minutes()
            driver.join(NOTICES_WITHIN + decisions / SLOWEST)
        outcome.findings += [
            Finding("N7 stuck", f"{case.number} at {case.stage}: {case.trouble}")
            for case in driver.cases
            if case.stage != "done"
        ]
        driver.cases += self._fresh(seed, people, fresh, outcome)
        outcome.settled = self._settle(time.time() + NOTICES_WITHIN) - healed
        self._judge(outcome, driver, before, nemesis, healed)
        outcome.findings += observer.findings + [Finding("traffic", what) for what in traffic.failed]
        outcome.traffic = traffic.done
        outcome.snapshots, outcome.seconds = observer.looked, time.time() - began
        return outcome

    def _strike(self, nemesis: Nemesis, driver: Driver, deck: list[Fault], calm: float) -> None:
        """Let the faults fall while the clients work, in step with their decisions; a stalled run gets them faster."""
        whole, last = len(deck), time.time()
        while deck:
            nemesis.mend()
            behind = 1 - len(deck) / whole <= driver.progress() * 1.2 or time.time() - last > calm
            chosen = next((fault for fault in deck if fault.target not in nemesis.open), None)
            if chosen is not None and behind and len(nemesis.open) < AT_ONCE:
                deck.remove(chosen)
                nemesis.strike(chosen)
                last = time.time()
            time.sleep(nemesis.dice.uniform(0.1, 0.4))
        while nemesis.open:
            nemesis.mend()
            time.sleep(0.1)

    def power_loss(self, nemesis: Nemesis) -> float:
        """kill -9 of everything at once (row 57) under the clients' hands; returns when all of it works again."""
        for process in self.native.processes.values():
            process.kill()
        self.native.valkey.kill()
        self.native.postgres.kill()
        nemesis.count["power loss"] += 1
        self.native.valkey.start()
        self.native.postgres.start()
        self.native.revive()
        for process in self.native.processes.values():
            process.wait_ready()
        return time.time()

    def two_minutes(self) -> None:
        """Do what two minutes of waiting do: every worker was just killed, so every lease is one of the dead."""
        self.native.sql("UPDATE mail_outgoingemail SET lease_until = now() WHERE state = 'sending'")
        self.native.sql("UPDATE mail_outgoingemail SET next_at = now() WHERE state = 'queued' AND attempts > 0")

    def _fresh(self, seed: int, people: dict[str, Any], fresh: dict[str, Any], outcome: Outcome) -> list[Any]:
        """N7: a new declaration passes the whole path."""
        started = time.time()
        driver = Driver(self.native, seed, {**people, "cases": [fresh]}, self.history, clients=1)
        driver.start()
        driver.join(FRESH_WITHIN)
        if driver.cases[0].stage != "done":
            outcome.findings.append(
                Finding("N7 wedged", f"{fresh['number']} at {driver.cases[0].stage} after a minute")
            )
        assert time.time() - started < FRESH_WITHIN + 15
        return driver.cases

    def _settle(self, until: float) -> float:
        """Wait until no mail waits, at most until the given time; returns when that was."""
        while time.time() < until:
            waiting = self.native.sql("SELECT count(*) FROM mail_outgoingemail WHERE state IN ('queued', 'sending')")
            if waiting == [(0,)]:
                break
            time.sleep(0.5)
        return time.time()

    def _judge(self, outcome: Outcome, driver: Driver, before: int, nemesis: Nemesis, healed: float) -> None:
        calls = self.history.calls[before:]
        numbers = [case.number for case in driver.cases]
        facts = facts_of(self.native, numbers, calls, faults=nemesis.count.total(), mended=healed)
        outcome.findings += check(facts)
        outcome.findings += broken(self.backstage.ask(do="look", codes=[]), "at the end")
        confirmed = {(call.case, call.op) for call in calls if call.verdict == CONFIRMED}
        outcome.decisions = sum(op in ("head", "review") for _case, op in confirmed)
        outcome.ambiguous = sum(call.verdict == AMBIGUOUS for call in calls)
        outcome.faults, outcome.mails = nemesis.count, len(facts.mails)
        outcome.copies = max(copies(facts.mails).values(), default=0)

    def close(self) -> None:
        """End the process beside the run."""
        self.backstage.close()


def table(outcomes: list[Outcome]) -> str:
    """Return the result of a run: a line for each seed, the sum, then how often each kind of fault fell."""
    head = "seed decisions faults ambiguous lost doubles mails copies snapshots settled seconds findings"
    lines = [head]
    for one in outcomes:
        cells: list[int] = [one.seed, one.decisions, one.faults.total(), one.ambiguous, one.count("N1 lost")]
        cells += [one.count("N1 double"), one.mails, one.copies, one.snapshots, round(one.settled), round(one.seconds)]
        cells.append(len(one.findings))
        lines.append(" ".join(f"{cell:>{len(word)}}" for cell, word in zip(cells, head.split(), strict=True)))
    kinds: Counter[str] = sum((one.faults for one in outcomes), Counter())
    lines.append(f"{sum(one.decisions for one in outcomes)} decisions, {kinds.total()} faults of {len(kinds)} kinds")
    lines += [f"  {count:>4} {kind}" for kind, count in sorted(kinds.items())]
    lines += [f"  {count:>4} times {act}, with its retries" for one in outcomes for act, count in one.traffic.items()]
    lines += [f"  seed {one.seed}: {each.code}: {each.what}" for one in outcomes for each in one.findings[:20]]
    return "\n".join(lines)


def size() -> tuple[int, int]:
    """Return how many seeds and decisions are asked for; without a word the small run of `make test`."""
    return int(os.environ.get("DRILL_SEEDS") or 1), int(os.environ.get("DRILL_DECISIONS") or 24)
