"""Everything else that people do meanwhile: read public pages, sign in, fill drafts, work through the queue, export."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from types import TracebackType
from typing import Any

from tests.drill.client import Answer, Browser, until_definite
from tests.factories import PASSWORD
from tests.native import Native

PATIENCE = 90.0
LOGINS = 60  # an address may try 100 passwords in a quarter of an hour, and each press that is repeated counts
DRAFT = {"D1": "LUAR_JAM_KERJA", "D2": "TIDAK", "D3": "TIDAK_ADA", "D4": "TIDAK", "D5": "TIDAK"}
PUBLIC = ("/", "/aturan/", "/cek/", "/privasi/", "/masuk/")


class Traffic:
    """A few people beside those who decide; each repeats what had no definite answer, and counts what failed."""

    def __init__(self, native: Native, seed: int, people: dict[str, Any], drafts: list[dict[str, Any]]) -> None:
        self.native, self.seed, self.people, self.drafts = native, seed, people, drafts
        self.done: Counter[str] = Counter()
        self.failed: list[str] = []
        self.ended = threading.Event()
        self.logins = threading.Semaphore(LOGINS)
        self.threads = [threading.Thread(target=self._go_on, args=(number,), daemon=True) for number in range(3)]

    def __enter__(self) -> "Traffic":
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.ended.set()
        for thread in self.threads:
            thread.join(PATIENCE + 30)

    def _go_on(self, number: int) -> None:
        dice = random.Random(f"traffic {self.seed} {number}")
        acts: list[tuple[int, str, Callable[[random.Random], tuple[Answer, bool]]]] = [
            (5, "public page", self._public),
            (2, "login", self._login),
            (3, "own list", self._own),
            (4, "draft saved", self._draft),
            (4, "queue", self._queue),
            (1, "export", self._export),
        ]
        while not self.ended.is_set():
            _weight, name, act = dice.choices(acts, [each[0] for each in acts])[0]
            try:
                answer, good = act(dice)
            except Exception as error:  # a thread that dies would look like quiet traffic
                self.failed.append(f"{name}: {type(error).__name__}: {error}")
                continue
            if good:
                self.done[name] += 1
            else:
                self.failed.append(f"{name}: {answer.status} {answer.location} {answer.problem}")
            self.ended.wait(0.05)

    def _as(self, dice: random.Random, session: str = "") -> Browser:
        return Browser(self.native.ports, dice, session=session)

    @staticmethod
    def _ask(act: Callable[[], Answer]) -> Answer:
        return until_definite(act, lambda _answer, _started: None, until=time.time() + PATIENCE)

    def _public(self, dice: random.Random) -> tuple[Answer, bool]:
        browser, path = self._as(dice), dice.choice(PUBLIC)
        answer = self._ask(lambda: browser.get(path))
        return answer, answer.status == 200

    def _login(self, dice: random.Random) -> tuple[Answer, bool]:
        if not self.logins.acquire(blocking=False):
            return self._public(dice)
        browser, nip = self._as(dice), dice.choice(self.people["cases"])["nip"]
        answer = self._ask(lambda: browser.post("/masuk/", login=nip, password=PASSWORD))
        return answer, answer.status == 302 and "sessionid" in browser.cookies

    def _own(self, dice: random.Random) -> tuple[Answer, bool]:
        browser = self._as(dice, dice.choice(self.people["cases"])["session"])
        answer = self._ask(lambda: browser.get("/deklarasi/"))
        return answer, answer.status == 200

    def _draft(self, dice: random.Random) -> tuple[Answer, bool]:
        draft = dice.choice(self.drafts)
        browser = self._as(dice, draft["session"])
        answer = self._ask(lambda: browser.post(f"/deklarasi/{draft['number']}/waktu/", **DRAFT))
        return answer, answer.status == 302

    def _queue(self, dice: random.Random) -> tuple[Answer, bool]:
        browser = self._as(dice, dice.choice(self.people["reviewers"])["session"])
        query = dice.choice(["", "?status=awaiting_review", "?q=pegawai"])
        answer = self._ask(lambda: browser.get(f"/tinjau/antrean/{query}"))
        return answer, answer.status == 200

    def _export(self, dice: random.Random) -> tuple[Answer, bool]:
        browser = self._as(dice, dice.choice(self.people["reviewers"])["session"])
        answer = self._ask(lambda: browser.post("/tinjau/ekspor.csv", keperluan="Rekapitulasi mingguan pimpinan"))
        return answer, answer.status == 200 and "DK-" in answer.text
