"""What every page's frame shows: navigation by role, language switch, help line, version and server time."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.translation import gettext as _

from portal import clock
from portal.people.models import DECIDING, covers
from portal.people.roles import ROLES, groups_of, standing_of
from portal.version import VERSION


@dataclass
class Item:
    """One entry of the navigation."""

    label: str
    url: str
    views: tuple[str, ...] = ()
    post: bool = False
    current: bool = False


@cache
def address(name: str) -> str:
    """Return the address of a view, or nothing where this installation has no such page."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def roles(request: HttpRequest) -> frozenset[str]:
    """Return the roles of the signed-in person."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return frozenset()
    return groups_of(user) & frozenset(ROLES)


def _entries(request: HttpRequest) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield (label, view name, further views the entry stands for)."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        yield _("Cek cepat"), "self_check", ()
        yield _("Aturan"), "rules", ()
        yield _("Periksa surat"), "verify", ("verify_code",)
        yield _("Masuk"), "account_login", ()
        return
    held = roles(request)
    if held & {"reviewer", "inspectorate"}:
        yield _("Ringkasan"), "approvals:summary", ()
        yield _("Antrean"), "approvals:queue", ()
    if held & {"reviewer", "inspectorate", "administrator"}:
        yield _("Tugas"), "approvals:tasks", ("approvals:proof_queue", "approvals:proof_judge")
    posts, today = standing_of(user).posts, clock.today()
    if held or any(post.kind in DECIDING and covers(today, post.starts, post.ends) for post in posts):
        yield _("Laporan"), "approvals:reports", ("approvals:coverage", "approvals:coverage_office")
    if held & {"reviewer", "administrator"}:
        yield _("Akun baru"), "help_requests", ("help_request",)
    if held & {"reviewer", "inspectorate", "administrator"}:
        yield _("Kelola"), "manage", ()
    if posts or "leadership" in held:
        yield _("Persetujuan"), "approvals:inbox", ()
    if user.nip:
        yield _("Deklarasi saya"), "declarations:list", ("declarations:detail",)
        if not held & {"reviewer", "inspectorate", "administrator"}:  # their frame is full; it is one click away
            yield _("Kanal saya"), "channels", ()
    yield _("Profil"), "profile", ()


def navigation(request: HttpRequest) -> list[Item]:
    """Return the entries of the person's role that exist in this installation, the current one marked."""
    items = [Item(label, url, (name, *views)) for label, name, views in _entries(request) if (url := address(name))]
    match = getattr(request, "resolver_match", None)
    here = match.view_name if match else ""
    if match and "nomor" in match.kwargs and request.path.startswith(address("approvals:summary") or "//"):
        here = "approvals:queue"  # whatever is done about a case of the queue
    marked = next((item for item in items if here in item.views), None)
    if marked is None:
        above = [item for item in items if request.path.startswith(item.url)]
        marked = max(above, key=lambda item: len(item.url), default=None)
    if marked:
        marked.current = True
    if getattr(request, "user", None) and request.user.is_authenticated and (url := address("account_logout")):
        items.append(Item(_("Keluar"), url, post=True))
    return items


def other_language(request: HttpRequest) -> dict[str, str]:
    """Return the switch to the other language: the same page with the same query."""
    english = (translation.get_language() or "id").startswith("en")
    code, name = ("id", "Bahasa Indonesia") if english else ("en", "English")
    query = request.GET.copy()
    query["bahasa"] = code
    return {"code": code, "name": name, "url": f"?{query.urlencode()}"}


def signed_in_as(request: HttpRequest) -> str:
    """Return the name of the signed-in person, with the office for those who work on other people's cases."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return ""
    held = roles(request)
    offices = {"reviewer": "BKPSDM", "administrator": "BKPSDM", "inspectorate": _("Inspektorat")}
    office = next((word for role, word in offices.items() if role in held), "")
    return f"{user.name} ({office})" if office else str(user.official_name)


def bare(request: HttpRequest) -> dict[str, Any]:
    """What the frame shows without asking who it is for: pages of failure must not need the database."""
    return {
        "DEMO": settings.DEMO,
        "LANGUAGE_CODE": (translation.get_language() or "id")[:2],
        "other_language": other_language(request),
        "help_line": settings.HELP_LINE,
        "version": VERSION,
        "server_time": clock.now(),
        "printed_from": settings.PORTAL_URL.partition("://")[2] + request.path,
    }


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: all that base.html needs."""
    return bare(request) | {"nav": navigation(request), "signed_in_as": signed_in_as(request)}
