"""Rows that time has made useless: counters, codes and rescued forms."""

from datetime import datetime, timedelta

from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef

from portal.accounts.models import Counter, Device, OneTimeCode, RescuedForm

KEPT = timedelta(days=1)


def forget(now: datetime) -> int:
    """Delete what ended a day ago (rescued forms at once) and return how many rows went; safe to call at any time."""
    rows = (
        Counter.objects.filter(until__lte=now - KEPT),
        OneTimeCode.objects.filter(expires_at__lte=now - KEPT),
        RescuedForm.objects.filter(expires_at__lte=now),
        Session.objects.filter(expire_date__lte=now - KEPT),
        Device.objects.filter(~Exists(Session.objects.filter(session_key=OuterRef("session_key")))),
    )
    return sum(each.delete()[0] for each in rows)
