"""The sessions of a person as devices: listed, ended one by one or all but this one."""

import re
from typing import Any

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest

from portal import clock
from portal.accounts.models import Device
from portal.audit.log import record
from portal.people.models import Employee

_BROWSERS = ("Edg", "OPR", "SamsungBrowser", "UCBrowser", "Firefox", "Chrome", "Safari")
_NAMES = {"Edg": "Edge", "OPR": "Opera", "SamsungBrowser": "Samsung Internet", "UCBrowser": "UC Browser"}
_SYSTEMS = ("Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux")


def label(agent: str) -> str:
    """Return browser and system in two words; versions say nothing to the person."""
    browser = next((name for name in _BROWSERS if re.search(rf"\b{name}/", agent)), "")
    system = next((name for name in _SYSTEMS if name in agent), "")
    return " · ".join(filter(None, (_NAMES.get(browser, browser), system)))


def remember(request: HttpRequest, person: Employee) -> None:
    """Write down a new session."""
    key = request.session.session_key
    if key:
        known = label(request.META.get("HTTP_USER_AGENT", "")[:500])
        values: dict[str, Any] = {"person": person, "label": known, "since": clock.now(), "seen_at": clock.now()}
        Device.objects.update_or_create(session_key=key, defaults=values)


def seen(request: HttpRequest) -> None:
    """Move the time of the last visit along."""
    Device.objects.filter(session_key=request.session.session_key).update(seen_at=clock.now())


def of(person: Employee) -> QuerySet[Device]:
    """Return the person's devices whose session still lives, latest first."""
    living = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=clock.now())
    return Device.objects.filter(Exists(living), person=person).order_by("-seen_at", "-pk")


@transaction.atomic
def end(devices: QuerySet[Device], person: Employee, *, by: Employee) -> int:
    """Sign these devices out at once and return how many there were."""
    keys = list(devices.filter(person=person).values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    Device.objects.filter(session_key__in=keys).delete()
    if keys:
        record("sessions_ended", person, by=by, via="portal", count=len(keys))
    return len(keys)
