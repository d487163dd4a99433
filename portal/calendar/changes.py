"""What administrators do to the calendar: each act is one transaction with its reason, audit event and history."""

from datetime import date, time
from typing import TypedDict

from django.db import models, transaction
from django.utils.translation import gettext as _

from portal import clock
from portal.audit.log import record
from portal.calendar import days
from portal.calendar.models import (
    Act,
    Change,
    Holiday,
    HolidayKind,
    PatternCode,
    PatternUse,
    Ramadan,
    Source,
    WorkDay,
    WorkPattern,
)
from portal.dates import long_date, weekday_date
from portal.errors import Refused
from portal.people.models import Employee, Opd


class Hours(TypedDict):
    """The hours of one weekday as the form gives them."""

    weekday: int
    opens: time
    closes: time
    break_starts: time | None
    break_ends: time | None


def _note(subject: models.Model, act: Act, what: str, on: date, reason: str, *, by: Employee, moved: int = 0) -> Change:
    record(f"calendar_{act}", subject, by=by, via="dashboard", day=on.isoformat(), moved=moved)
    days.changed()
    return Change.objects.create(
        year=on.year, what=what[:250], act=act, reason=reason.strip()[:500], moved=moved, by=by, at=clock.now()
    )


@transaction.atomic
def add_holiday(day: date, name: str, kind: HolidayKind, reason: str, *, by: Employee) -> Change:
    """Close the offices on a day; deadlines that this day lies before move to the next working day."""
    days.seed(day.year)
    days.lock()
    if Holiday.objects.filter(day=day).exists():
        raise Refused(_("%s sudah ada di daftar hari libur.") % weekday_date(day), status=422)
    holiday = Holiday.objects.create(day=day, name=name, kind=kind, source=Source.BKPSDM)
    return _opened_or_closed(holiday, Act.ADDED, reason, free=True, by=by)


@transaction.atomic
def remove_holiday(holiday: Holiday, reason: str, *, by: Employee) -> Change:
    """Make a day a working day again; the row stays, so that the library does not bring it back."""
    days.lock()
    holiday = Holiday.objects.select_for_update().get(pk=holiday.pk)
    if holiday.removed_at is not None:
        raise Refused(_("Hari libur ini sudah dihapus."))
    holiday.removed_at = clock.now()
    holiday.save(update_fields=["removed_at"])
    return _opened_or_closed(holiday, Act.REMOVED, reason, free=False, by=by)


@transaction.atomic
def restore_holiday(holiday: Holiday, reason: str, *, by: Employee) -> Change:
    """Take a removed day back into the list."""
    days.lock()
    holiday = Holiday.objects.select_for_update().get(pk=holiday.pk)
    if holiday.removed_at is None:
        raise Refused(_("Hari libur ini sudah berlaku."))
    holiday.removed_at = None
    holiday.save(update_fields=["removed_at"])
    return _opened_or_closed(holiday, Act.RESTORED, reason, free=True, by=by)


def _opened_or_closed(holiday: Holiday, act: Act, reason: str, *, free: bool, by: Employee) -> Change:
    days.changed()
    moved = days.tell(holiday.day, free=free) if holiday.day.weekday() < 5 else 0
    what = f"{weekday_date(holiday.day)}: {holiday.name}"
    return _note(holiday, act, what, holiday.day, reason, by=by, moved=moved)


@transaction.atomic
def add_ramadan(starts: date, ends: date, reason: str, *, by: Employee) -> Change:
    """Enter the first and last day of a Ramadan; screening uses its hours for declarations sent within it."""
    days.lock()
    if Ramadan.objects.filter(starts__lte=ends, ends__gte=starts).exists():
        raise Refused(_("Tanggal ini bertabrakan dengan Ramadan lain yang sudah tercatat."), status=422)
    row = Ramadan.objects.create(starts=starts, ends=ends)
    return _note(row, Act.ADDED, _span(row), starts, reason, by=by)


@transaction.atomic
def remove_ramadan(row: Ramadan, reason: str, *, by: Employee) -> Change:
    """Take a wrongly entered Ramadan out."""
    days.lock()
    row = Ramadan.objects.select_for_update().get(pk=row.pk)
    change = _note(row, Act.REMOVED, _span(row), row.starts, reason, by=by)
    row.delete()
    return change


def _span(row: Ramadan) -> str:
    return _("Ramadan %(first)s sampai %(last)s") % {"first": long_date(row.starts), "last": long_date(row.ends)}


@transaction.atomic
def set_hours(code: PatternCode, starts: date, hours: list[Hours], reason: str, *, by: Employee) -> Change:
    """Give a pattern new hours from a day on; what was in force before stays for the days before."""
    days.lock()
    row, _made = WorkPattern.objects.get_or_create(code=code, starts=starts)
    row.days.all().delete()
    WorkDay.objects.bulk_create(WorkDay(pattern=row, **each) for each in hours)
    what = _("Jam kerja %(pattern)s mulai %(day)s") % {"pattern": code.label, "day": long_date(starts)}
    return _note(row, Act.CHANGED, what, starts, reason, by=by)


@transaction.atomic
def use_pattern(target: Opd | str, code: PatternCode, reason: str, *, by: Employee) -> Change:
    """Say which pattern a unit, or every unit of a kind, follows."""
    days.lock()
    key = {"opd": target} if isinstance(target, Opd) else {"unit_kind": target}
    row, _made = PatternUse.objects.update_or_create(**key, defaults={"code": code})
    what = _("Pola kerja %(unit)s: %(pattern)s") % {"unit": row.label, "pattern": code.label}
    return _note(row, Act.CHANGED, what, clock.today(), reason, by=by)


@transaction.atomic
def drop_use(row: PatternUse, reason: str, *, by: Employee) -> Change:
    """Let a unit follow the default again."""
    days.lock()
    row = PatternUse.objects.select_for_update(of=("self",)).get(pk=row.pk)
    what = _("Pola kerja %(unit)s: %(pattern)s") % {"unit": row.label, "pattern": row.get_code_display()}
    change = _note(row, Act.REMOVED, what, clock.today(), reason, by=by)
    row.delete()
    return change
