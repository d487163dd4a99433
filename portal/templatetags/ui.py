"""Filters and tags of every template: dates in words, NIP, icons, status and finding tags, query strings."""

from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django import template
from django.core.paginator import Paginator
from django.forms.forms import BaseForm
from django.forms.formsets import BaseFormSet
from django.http import QueryDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from portal import dates
from portal.icons import ICONS, STATUS_ICONS

register = template.Library()
Day = date | datetime | None


@register.filter
def tanggal(value: Day) -> str:
    """Return '3 November 2025', or nothing without a date."""
    return dates.long_date(value) if value else ""


@register.filter
def tanggal_hari(value: Day) -> str:
    """Return 'Senin, 3 November 2025'."""
    return dates.weekday_date(value) if value else ""


@register.filter
def tanggal_pendek(value: Day) -> str:
    """Return '3 Nov 2026'."""
    return dates.short_date(value) if value else ""


@register.filter
def bulan(value: Day) -> str:
    """Return 'November'."""
    return dates.month_name(value) if value else ""


@register.filter
def hari(value: Day) -> str:
    """Return 'Senin'."""
    return dates.weekday_name(value) if value else ""


@register.filter
def waktu(value: datetime | None) -> str:
    """Return '3 November 2026 pukul 14.05 WIB'."""
    return dates.moment(value) if value else ""


@register.filter
def waktu_pendek(value: datetime | None) -> str:
    """Return 'Jumat, 20 Nov 2026, 09.14 WIB'."""
    return dates.short_moment(value) if value else ""


@register.filter
def jam(value: datetime | None) -> str:
    """Return '14.05'."""
    return dates.clock_time(value) if value else ""


@register.filter
def lalu(value: Day) -> str:
    """Return '2 jam lalu', 'kemarin', '4 hari lalu' or '14 hari lagi'."""
    return dates.relative(value) if value else ""


@register.filter
def iso(value: Day) -> str:
    """Return the value of <time datetime=...>, in Western Indonesia Time."""
    if not value:
        return ""
    here = dates.local(value)
    return here.isoformat(timespec="seconds") if isinstance(here, datetime) else here.isoformat()


@register.filter
def nip(value: str | None) -> SafeString:
    """Return the NIP in its groups 8-6-1-3; the gaps are drawn, so that a copy holds plain digits."""
    digits = value or ""
    if len(digits) != 18:
        return format_html('<span class="num">{}</span>', digits)
    groups = format_html_join("", "<i>{}</i>", ((part,) for part in (digits[8:14], digits[14], digits[15:])))
    return format_html('<span class="num">{}{}</span>', digits[:8], groups)


@register.filter
def nip_masked(value: str | None) -> str:
    """Return the NIP with only its first four and last three digits."""
    digits = value or ""
    return f"{digits[:4]}{'•' * (len(digits) - 7)}{digits[-3:]}" if len(digits) > 7 else "•" * len(digits)


# Marks stand by the hundred on a page of a list and there are few different ones: each is drawn once by a process.
@register.simple_tag
@lru_cache(maxsize=256)
def icon(name: str, extra: str = "") -> SafeString:
    """Return the inline drawing of {% icon "check" %}; screen readers skip it, so a word must stand beside it."""
    return format_html(
        '<svg class="ic{}" viewBox="0 0 16 16" aria-hidden="true">{}</svg>',
        f" {extra}" if extra else "",
        mark_safe(ICONS[name]),  # noqa: S308 - our own drawings
    )


@register.simple_tag
def status_tag(
    declaration: Any = None, *, status: str = "", label: str = "", conditions: bool | None = None
) -> SafeString:
    """Show the status of a declaration (or a given status and label) as symbol and word."""
    status = status or getattr(declaration, "status", "")
    if conditions is None:
        conditions = bool(status == "approved" and getattr(declaration, "with_conditions", False))
    return _status_mark(status, label or getattr(declaration, "status_label", status), conditions)


@lru_cache(maxsize=256)
def _status_mark(status: str, label: str, conditions: bool) -> SafeString:
    symbol = "check-plus" if conditions else STATUS_ICONS.get(status, "circle")
    more = mark_safe(" data-syarat" if conditions else "")
    return format_html('<span class="tag" data-status="{}"{}>{}{}</span>', status, more, icon(symbol), label)


@register.simple_tag
def finding_tag(severity: str, count: int | None = None) -> SafeString:
    """Show the level of a finding as symbol and word, with the number of findings where it is given."""
    words = {"block": _("Tinggi"), "warn": _("Perlu perhatian"), "info": _("Info")}
    if count is not None:
        words["warn"] = _("Perhatian")
    return _finding_mark(severity, words.get(severity, severity), count)


@lru_cache(maxsize=256)
def _finding_mark(severity: str, label: str, count: int | None) -> SafeString:
    drawn = icon("info" if severity == "info" else "flag", "ic-solid" if severity == "block" else "")
    number = "" if count is None else f" ({count})"
    return format_html('<span class="tag tag-temuan">{}{}{}</span>', drawn, label, number)


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: Any) -> str:
    """Return the query of this page with changes: {% query hal=2 q=None %}; None removes, a list repeats the key."""
    request = context.get("request")
    values: QueryDict = request.GET.copy() if request else QueryDict(mutable=True)
    for key, value in changes.items():
        if value is None or value == "":
            values.pop(key, None)
        elif isinstance(value, (list, tuple)):
            values.setlist(key, [str(item) for item in value])
        else:
            values[key] = str(value)
    return f"?{values.urlencode()}" if values else "?"


@register.filter
def has_errors(value: Any) -> bool:
    """Tell whether a form or formset was sent and refused."""
    if isinstance(value, BaseFormSet):
        return value.is_bound and not value.is_valid()
    return isinstance(value, BaseForm) and bool(value.errors)


@register.simple_tag(takes_context=True)
def error_prefix(context: template.Context) -> str:
    """Return 'Kesalahan: ' for the title of a page that shows a refused form."""
    # `flatten` is for whole contexts; a template rendered from a plain dict has one too
    refused = any(has_errors(value) for value in context.flatten().values())
    return _("Kesalahan: ") if refused else ""


@register.filter
def positive(value: int) -> int:
    """Return the number without its sign."""
    return abs(value)


@register.filter
def page_numbers(paginator: "Paginator[Any]", current: int) -> list[int]:
    """Return the page numbers to show: first, last and the neighbours of the current one; 0 stands for a gap."""
    last = paginator.num_pages
    shown = sorted({1, last, *range(max(1, current - 1), min(last, current + 1) + 1)})
    numbers: list[int] = []
    for number in shown:
        if numbers and number - numbers[-1] > 1:
            numbers.append(0)
        numbers.append(number)
    return numbers
