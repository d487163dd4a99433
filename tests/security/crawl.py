"""Reads pages as a hostile visitor does: every link, every form with its fields, every button."""

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

from django.test import Client
from django.urls import Resolver404, resolve


@dataclass
class Form:
    """One form: where it goes, by which method, and what it holds when nobody has touched it."""

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    blank: list[str] = field(default_factory=list)  # radio buttons and boxes that are not ticked
    choices: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        return [*dict.fromkeys([*(name for name, _value in self.fields), *self.choices, *self.blank])]


class Page(HTMLParser):
    """The links and forms of one page; addresses are paths of this site, everything else is left out."""

    def __init__(self, path: str, body: str) -> None:
        super().__init__()
        self.path, self.links, self.forms = path, set[str](), list[Form]()
        self._form: Form | None = None
        self._by_id: dict[str, Form] = {}
        self._select = self._area = ""
        self._text: list[str] = []
        self.feed(body)

    def _here(self, address: str) -> str:
        there = urljoin(self.path, address)
        return there if there.startswith("/") and not there.startswith("//") else ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and (there := self._here(given.get("href", "#").partition("#")[0] or self.path)):
            self.links.add(there)
        elif tag == "form":
            action = self._here(given.get("action") or self.path)
            self._form = Form(action, given.get("method", "get").lower())
            self.forms.append(self._form)
            self._by_id[given.get("id", "")] = self._form
        elif form := self._by_id.get(given["form"]) if "form" in given else self._form:
            self._control(form, tag, given)

    def _control(self, form: Form, tag: str, given: dict[str, str]) -> None:
        name, value, kind = given.get("name", ""), given.get("value", ""), given.get("type", "text")
        if tag == "button" or (tag == "input" and kind in ("submit", "image")):
            form.buttons.append((name, value))
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            form.choices.setdefault(self._select, []).append(value)
            if "selected" in given:
                form.fields.append((self._select, value))
        elif tag == "textarea":
            self._area, self._text = name, []
        elif tag == "input" and name and kind in ("radio", "checkbox"):
            form.choices.setdefault(name, []).append(value or "on")
            if "checked" in given:
                form.fields.append((name, value or "on"))
            else:
                form.blank.append(name)
        elif tag == "input" and name:
            form.fields.append((name, value))

    def handle_data(self, data: str) -> None:
        if self._area:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea" and self._area:
            if self._form is not None:
                self._form.fields.append((self._area, "".join(self._text)))
            self._area = ""


@dataclass
class Visit:
    """What one address answered."""

    path: str
    view: str
    answer: Any
    page: Page | None


def view_of(path: str) -> str:
    try:
        return resolve(urlsplit(path).path).view_name
    except Resolver404:
        return ""


def crawl(client: Client, starts: list[str], *, each: int) -> Iterator[Visit]:
    """Follow every link and ask every form's action by GET, at most `each` times for a view (and query)."""
    todo, seen, times = deque(starts), set(starts), Counter[tuple[str, frozenset[str]]]()
    while todo:
        path = todo.popleft()
        view = view_of(path)
        kind = (view, frozenset(name for name, _value in parse_qsl(urlsplit(path).query)) if each > 1 else frozenset())
        times[kind] += 1
        if not view or times[kind] > each:
            continue
        answer = client.get(path)
        page = None
        if answer.get("Content-Type", "").startswith("text/html") and not answer.streaming:
            page = Page(path, answer.content.decode())
            found = page.links | {form.action for form in page.forms}
            todo.extend(sorted(there for there in found if there and there not in seen))
            seen |= found
        elif answer.status_code in (301, 302) and (there := answer["Location"]) not in seen:
            todo.append(there)
            seen.add(there)
        yield Visit(path, view, answer, page)
