"""Dates and times in words, in Indonesian (Western Indonesia Time, dots in times) or in English."""

from datetime import date, datetime

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal import clock

_MONTHS = {
    "id": "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember",
    "en": "January February March April May June July August September October November December",
}
_SHORT_MONTHS = {
    "id": "Jan Feb Mar Apr Mei Jun Jul Agu Sep Okt Nov Des",
    "en": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
}
_DAYS = {
    "id": ["Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"],
    "en": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
}


def _language() -> str:
    return "en" if (translation.get_language() or "id").startswith("en") else "id"


def local(value: date | datetime) -> date | datetime:
    """Return a moment in Western Indonesia Time; a plain day stays as it is."""
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


def day(value: date | datetime) -> date:
    """Return the day of a date or, in Western Indonesia Time, of a moment."""
    here = local(value)
    return here.date() if isinstance(here, datetime) else here


def long_date(value: date | datetime) -> str:
    """Return '3 November 2025'."""
    on = day(value)
    return f"{on.day} {_MONTHS[_language()].split()[on.month - 1]} {on.year}"


def short_date(value: date | datetime) -> str:
    """Return '3 Nov 2026'."""
    on = day(value)
    return f"{on.day} {_SHORT_MONTHS[_language()].split()[on.month - 1]} {on.year}"


def weekday_date(value: date | datetime) -> str:
    """Return 'Senin, 3 November 2025'."""
    return f"{_DAYS[_language()][day(value).weekday()]}, {long_date(value)}"


def month_name(value: date | datetime) -> str:
    """Return 'November'."""
    return _MONTHS[_language()].split()[day(value).month - 1]


def weekday_name(value: date | datetime) -> str:
    """Return 'Senin'."""
    return _DAYS[_language()][day(value).weekday()]


def clock_time(value: datetime) -> str:
    """Return '14.05' (English: '14:05')."""
    here = local(value)
    return f"{here:%H:%M}" if _language() == "en" else f"{here:%H.%M}"


def moment(value: datetime) -> str:
    """Return '3 November 2026 pukul 14.05 WIB'."""
    return _("%(date)s pukul %(time)s WIB") % {"date": long_date(value), "time": clock_time(value)}


def short_moment(value: datetime) -> str:
    """Return 'Jumat, 20 Nov 2026, 09.14 WIB', as the timeline writes it."""
    return f"{_DAYS[_language()][day(value).weekday()]}, {short_date(value)}, {clock_time(value)} WIB"


def relative(value: date | datetime) -> str:
    """Return how long ago or ahead: '5 menit lalu', 'kemarin', '4 hari lalu', '14 hari lagi'."""
    now = clock.now()
    days = (day(value) - day(now)).days
    if days == 0 and isinstance(value, datetime):
        return _within_a_day(int((value - now).total_seconds()))
    if -1 <= days <= 1:
        return {-1: _("kemarin"), 0: _("hari ini"), 1: _("besok")}[days]
    if days < 0:
        return ngettext("%(n)s hari lalu", "%(n)s hari lalu", -days) % {"n": -days}
    return ngettext("%(n)s hari lagi", "%(n)s hari lagi", days) % {"n": days}


def _within_a_day(seconds: int) -> str:
    minutes = abs(seconds) // 60
    hours = minutes // 60
    if minutes == 0:
        return _("baru saja") if seconds <= 0 else _("sebentar lagi")
    if hours == 0:
        if seconds < 0:
            return ngettext("%(n)s menit lalu", "%(n)s menit lalu", minutes) % {"n": minutes}
        return ngettext("%(n)s menit lagi", "%(n)s menit lagi", minutes) % {"n": minutes}
    if seconds < 0:
        return ngettext("%(n)s jam lalu", "%(n)s jam lalu", hours) % {"n": hours}
    return ngettext("%(n)s jam lagi", "%(n)s jam lagi", hours) % {"n": hours}
