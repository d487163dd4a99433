"""What people do: file, decide by the link of the mail, take and decide on the dashboard, with retries."""

import random
import re
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from tests.drill.client import AMBIGUOUS, CHECK, CONFIRMED, REFUSED, Answer, Browser, Call, History, until_definite
from tests.native import Native
from tests.native.sink import Mail

STAGES = ("submit", "head", "review", "done", "stuck")
PATIENCE = 90.0  # seconds for one act with all its retries
REASON = "Isi kanal belum sejalan dengan ketentuan surat edaran; mohon disesuaikan lebih dahulu."
_REQUEST = re.compile(r"/k/[^/]+:[^/]+/$")


@dataclass
class Case:
    """One declaration on its way: 'submit', 'head', 'review', then 'done' or 'stuck'."""

    number: str
    filer: int
    session: str
    head: int
    head_mail: str
    nip: str = ""
    stage: str = "submit"
    head_choice: str = "endorsed"
    review_choice: str = "approved"
    trouble: str = ""
    since: float = field(default_factory=time.time)


class Mailbox:
    """The mails of the sink as the people read them: the newest request of each case."""

    def __init__(self, native: Native) -> None:
        self.native, self.lock, self.read_at, self.place = native, threading.Lock(), 0.0, 0
        self.links: dict[tuple[str, str], str] = {}

    def link(self, to: str, case: str) -> str:
        """Return the path of the decision page that was mailed, '' when no mail has come yet."""
        with self.lock:
            if (to, case) not in self.links and time.time() - self.read_at > 0.3:
                new, self.place = self.native.mails_from(self.place)
                for mail in new:
                    self._take(mail)
                self.read_at = time.time()
            return self.links.get((to, case), "")

    def _take(self, mail: Mail) -> None:
        for link in mail.links:
            path = "/" + link.split("/", 3)[3]
            if _REQUEST.fullmatch(path):
                self.links[mail.to, mail.case] = path


class Driver:
    """Several clients that share the cases of one seed."""

    def __init__(self, native: Native, seed: int, people: dict[str, Any], history: History, clients: int = 8) -> None:
        self.native, self.seed, self.history, self.clients = native, seed, history, clients
        self.dice = random.Random(seed)
        self.reviewers = people["reviewers"]
        self.cases = [self._case(each) for each in people["cases"]]
        self.waiting, self.lock = deque(self.cases), threading.Lock()
        self.mailbox = Mailbox(native)
        self.threads: list[threading.Thread] = []
        self.stopping = threading.Event()

    def _case(self, row: dict[str, Any]) -> Case:
        head = self.dice.choices(["endorsed", "endorsed_note", "returned"], [80, 12, 8])[0]
        review = self.dice.choices(["approved", "rejected"], [85, 15])[0]
        return Case(**row, head_choice=head, review_choice=review)

    def start(self) -> None:
        """Let the clients begin."""
        self.threads = [threading.Thread(target=self._work, args=(n,), daemon=True) for n in range(self.clients)]
        for thread in self.threads:
            thread.start()

    def join(self, seconds: float) -> None:
        """Wait until every case is done; then tell the clients to stop."""
        deadline = time.time() + seconds
        for thread in self.threads:
            thread.join(max(0.1, deadline - time.time()))
        self.stopping.set()

    def progress(self) -> float:
        """Return how much of the whole way all cases together have gone, from 0 to 1."""
        return sum(STAGES.index(case.stage) for case in self.cases) / (3 * len(self.cases))

    def _work(self, number: int) -> None:
        dice = random.Random(self.seed * 100 + number)
        while not self.stopping.is_set():
            with self.lock:
                if not self.waiting:
                    return
                case = self.waiting.popleft()
            try:
                self._advance(case, dice)
            except Exception as error:  # a client that dies would look like a quiet end
                case.stage, case.trouble = "stuck", f"{type(error).__name__}: {error}"
            if case.stage not in ("done", "stuck"):
                with self.lock:
                    self.waiting.append(case)

    def _advance(self, case: Case, dice: random.Random) -> None:
        if case.stage == "submit":
            self._submit(case, dice)
        elif case.stage == "head":
            self._decide_by_link(case, dice)
        else:
            self._review(case, dice)

    # -- one act, repeated until its answer is definite ----------------------------------------------------------------

    def _act(
        self, browser: Browser, op: str, case: Case, path: str, by: int, choice: str = "", **fields: str
    ) -> Answer:
        def note(answer: Answer, started: float) -> None:
            verdict = AMBIGUOUS if answer.ambiguous else CONFIRMED if self._done(op, case, answer) else REFUSED
            said = answer.problem or answer.location
            if answer.status >= 500 and CHECK not in answer.text:
                said = "no check offered"
            known = (self.seed, op, case.number, choice, by, verdict, answer.status, browser.web + 1, said)
            self.history.add(Call(started, time.time(), *known))

        until = time.time() + PATIENCE
        answer = until_definite(lambda: browser.post(path, **fields), note, until=until)
        if not answer.ambiguous and not self._done(op, case, answer):
            case.stage, case.trouble = "stuck", f"{op}: {answer.status} {answer.location}"
        return answer

    @staticmethod
    def _done(op: str, case: Case, answer: Answer) -> bool:
        """Whether the answer says that it is done: by this press or by the same press before it."""
        if op == "submit":
            return answer.status == 302 and answer.location.endswith("/terkirim/")
        if op == "head":
            receipt = answer.status == 200 and "Keputusan tercatat" in answer.text
            return receipt or (answer.status == 302 and answer.location.endswith(f"/k/kasus/{case.number}/"))
        return answer.status == 302 and f"/tinjau/{case.number}/" in answer.location

    def _read(self, browser: Browser, path: str) -> Answer:
        return until_definite(lambda: browser.get(path), lambda _a, _s: None, until=time.time() + PATIENCE)

    # -- the three stages ----------------------------------------------------------------------------------------------

    def _submit(self, case: Case, dice: random.Random) -> None:
        browser = Browser(self.native.ports, dice, session=case.session)
        answer = self._act(browser, "submit", case, f"/deklarasi/{case.number}/kirim/", case.filer)
        if self._done("submit", case, answer):
            case.stage, case.since = "head", time.time()

    def _decide_by_link(self, case: Case, dice: random.Random) -> None:
        path = self.mailbox.link(case.head_mail, case.number)
        if not path:
            time.sleep(0.05)
            return
        browser = Browser(self.native.ports, dice)
        entered = self._read(browser, path)
        page = self._read(browser, entered.location) if entered.location else entered
        revision = re.search(r'name="revisi" value="(\d+)"', page.text)
        if revision is None:
            if page.ambiguous:
                return  # the link still works: later
            case.stage, case.trouble = "stuck", f"decision page: {page.status}"
            return
        fields = {"keputusan": case.head_choice, "revisi": revision[1]}
        if case.head_choice == "endorsed_note":
            fields["catatan"] = "Mohon tetap di luar jam kerja."
        if case.head_choice == "returned":
            fields |= {"bagian": "waktu", "penjelasan": "Mohon dijelaskan jam pembuatan konten."}
        answer = self._act(browser, "head", case, entered.location, case.head, case.head_choice, **fields)
        if self._done("head", case, answer):
            case.stage, case.since = ("done" if case.head_choice == "returned" else "review"), time.time()

    def _review(self, case: Case, dice: random.Random) -> None:
        officer = self.reviewers[sum(map(ord, case.number)) % len(self.reviewers)]
        browser = Browser(self.native.ports, dice, session=officer["session"])
        self._act(browser, "take", case, f"/tinjau/{case.number}/ambil/", officer["pk"])
        page = self._read(browser, f"/tinjau/{case.number}/")
        step = re.search(r'name="langkah" value="(\d+)"', page.text)
        revision = re.search(r'name="revisi" value="(\d+)"', page.text)
        if case.stage == "stuck" or step is None or revision is None:
            if not page.ambiguous and case.stage != "stuck":
                case.stage, case.trouble = "stuck", f"case page: {page.status} {page.location}"
            return
        fields = {"langkah": step[1], "revisi": revision[1], "keputusan": case.review_choice}
        if case.review_choice == "rejected":
            fields["alasan"] = REASON
        path = f"/tinjau/{case.number}/keputusan/"
        filled = until_definite(lambda: browser.post(path, **fields), lambda _a, _s: None, until=time.time() + PATIENCE)
        sealed = re.search(r'name="isi" value="([^"]+)"', filled.text)
        if sealed is None:
            if not filled.ambiguous:
                case.stage, case.trouble = "stuck", f"confirm page: {filled.status} {filled.location}"
            return
        answer = self._act(browser, "review", case, path, officer["pk"], case.review_choice, isi=sealed[1])
        if self._done("review", case, answer):
            case.stage, case.since = "done", time.time()
