"""A person at a browser, over plain HTTP, and the history of what he was told."""

import dataclasses
import http.client
import json
import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO
from urllib.parse import urlencode

CONFIRMED, REFUSED, AMBIGUOUS = "confirmed", "refused", "ambiguous"
CHECK = "Periksa status"  # the button that offers to look whether it was done (N8)
TOKEN = "latihanlatihanlatihanlatihanlati"  # a CSRF cookie of the client's own, sent twice


@dataclass(frozen=True, slots=True)
class Answer:
    """Status 0: no answer (time-out, cut, refused)."""

    status: int
    text: str = ""
    location: str = ""
    problem: str = ""

    @property
    def ambiguous(self) -> bool:
        """Whether the client cannot know what became of his request."""
        return self.status == 0 or self.status >= 500


@dataclass(frozen=True, slots=True)
class Call:
    """One call that may change something, as the client saw it: times in Unix seconds, verdict of three words."""

    start: float
    end: float
    seed: int
    op: str
    case: str
    choice: str
    by: int
    verdict: str
    status: int
    web: int
    note: str = ""


class History:
    """Appends one JSON line per call."""

    def __init__(self, path: Path) -> None:
        self.calls: list[Call] = []
        self.file: TextIO = path.open("a", buffering=1)
        self.lock = threading.Lock()

    def add(self, call: Call) -> None:
        """Write a call down."""
        with self.lock:
            self.calls.append(call)
            self.file.write(json.dumps(dataclasses.asdict(call)) + "\n")


class Browser:
    """Cookies, forms, and a web server chosen by chance at each request, as a front would."""

    def __init__(self, ports: Sequence[int], dice: random.Random, *, session: str = "", seconds: float = 10) -> None:
        self.ports, self.dice, self.seconds = ports, dice, seconds
        self.cookies = {"csrftoken": TOKEN} | ({"sessionid": session} if session else {})
        self.web = 0

    def get(self, path: str) -> Answer:
        """Read a page."""
        return self._ask("GET", path, None)

    def post(self, path: str, **fields: str) -> Answer:
        """Press a button."""
        return self._ask("POST", path, urlencode({**fields, "csrfmiddlewaretoken": TOKEN}))

    def _ask(self, method: str, path: str, body: str | None) -> Answer:
        self.web = self.dice.randrange(len(self.ports))
        headers = {
            "Host": f"localhost:{self.ports[0]}",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection("127.0.0.1", self.ports[self.web], timeout=self.seconds)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode(errors="replace")
        except (OSError, http.client.HTTPException) as error:
            return Answer(0, problem=type(error).__name__)
        finally:
            connection.close()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            if name != "csrftoken":
                self.cookies[name] = value
        return Answer(answer.status, text, answer.headers.get("Location", ""))


def until_definite(
    act: Callable[[], Answer], note: Callable[[Answer, float], None], *, until: float, pause: float = 0.4
) -> Answer:
    """Repeat an act until the answer is definite, as a person would, each try written down; give up at `until`."""
    while True:
        started = time.time()
        answer = act()
        note(answer, started)
        if not answer.ambiguous or time.time() > until:
            return answer
        time.sleep(pause)
        pause = min(pause * 1.5, 2)
