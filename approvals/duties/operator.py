"""One mail each working morning to whoever runs the portal: what failed, or that nothing did; its absence says most."""

from collections.abc import Iterator, Mapping
from datetime import time, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from approvals.invariants import INVARIANTS as OF_CASES
from approvals.models import Letter, WorkItem
from declarations.models import Declaration
from declarations.status import Status
from portal import clock, dates, health
from portal.accounts.models import Counter, OneTimeCode
from portal.audit import log
from portal.audit.models import LogReading
from portal.invariants import INVARIANTS, OF_THE_LOG
from portal.mail.compose import compose
from portal.mail.models import OutgoingEmail, State

REPORT_AT = time(7, 0)
GUESSED_AT_ONCE = 100  # accounts with a wrong password in the same quarter of an hour
UNKNOWN_AT_ONCE = 100  # NIPs within an hour that asked for a code and belong to nobody a code could go to


def report() -> int:
    """Send the report of the day once, from seven o'clock on."""
    local = timezone.localtime(clock.now())
    key = f"operator.{local:%Y%m%d}"
    if not settings.OPERATOR_EMAIL or local.time() < REPORT_AT or not clock.is_working_day(local.date()):
        return 0
    if OutgoingEmail.objects.filter(key=key).exists():
        return 0
    failures = list(_failures())
    context = {"day": dates.long_date(local.date()), "failures": failures, "mark": log.fingerprint()[:16]}
    with transaction.atomic():
        compose("operator_report", settings.OPERATOR_EMAIL, context, key=key, purpose="operator_report").send()
    return 1


def prove() -> int:
    """Read the whole audit log once a day: what is broken, alarm, report and monitor say."""
    last = LogReading.objects.first()
    if not last or timezone.localdate(last.at) != timezone.localdate():
        log.prove()
    return 0  # nobody was told or asked anything


def alarm() -> int:
    """Tell the operator at once, and once a day each: the audit log is broken or refuses, somebody guesses."""
    if not settings.OPERATOR_EMAIL:
        return 0
    found = sum(_warn(f"audit.{kind}", {"audit": sentence}) for kind, sentence in health.chains().sentences())
    return found + _guessing()


def _guessing() -> int:
    """Warn when one password, or one NIP after the other, is tried."""
    now = clock.now()
    passwords = Counter.objects.filter(name="password", until__gt=now).count()
    asked = OneTimeCode.objects.filter(purpose="register", sent_to=[], created_at__gt=now - timedelta(hours=1))
    nips = asked.values("subject").distinct().count()
    done = 0
    if passwords >= GUESSED_AT_ONCE:
        done += _warn("guessing", {"accounts": passwords})
    if nips >= UNKNOWN_AT_ONCE:
        done += _warn("nips", {"nips": nips})
    return done


def _warn(what: str, context: Mapping[str, int | str]) -> int:
    key = f"operator.{what}.{clock.today():%Y%m%d}"
    if OutgoingEmail.objects.filter(key=key).exists():
        return 0
    with transaction.atomic():
        compose("operator_alarm", settings.OPERATOR_EMAIL, context, key=key, purpose="operator_alarm").send()
    return 1


def _failures() -> Iterator[str]:
    """Yield a sentence for everything that needs a person; numbers and codes only, no names."""
    since = clock.now() - timedelta(days=3)
    failed = OutgoingEmail.objects.filter(state=State.FAILED, failed_at__gte=since).count()
    if failed:
        yield _("%(n)d email gagal terkirim dalam tiga hari terakhir. Perbaiki alamatnya, lalu kirim ulang.") % {
            "n": failed
        }
    waiting = Declaration.objects.filter(status=Status.AWAITING_HEAD, steps__assigned_to=None, steps__decided_at=None)
    waiting = waiting.filter(steps__cancelled_at=None).distinct()
    if number := waiting.count():
        yield _("%(n)d deklarasi belum ada pejabatnya.") % {"n": number}
    unmade = Letter.objects.filter(file=None, issued_at__lt=clock.now() - timedelta(hours=1)).count()
    if unmade:
        yield _("%(n)d surat keterangan belum dapat dibuat. Lihat catatan kesalahan worker.") % {"n": unmade}
    old = WorkItem.objects.filter(done_at=None, opened_at__lt=clock.now() - timedelta(days=14)).count()
    if old:
        yield _("%(n)d tugas terbuka lebih dari 14 hari.") % {"n": old}
    yield from health.look().sentences()
    for invariant in (*INVARIANTS, *OF_CASES):
        if invariant.code == OF_THE_LOG:
            continue  # read by `prove` already
        if found := invariant.violations():
            values = {"code": invariant.code, "n": len(found)}
            yield _("Janji %(code)s dilanggar %(n)d kali. Jalankan check_invariants.") % values
