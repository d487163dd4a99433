"""What is still missing before real people use the portal: computed from facts, never ticked by hand."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db.models import Count, Max, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from approvals.models import LegalBasis
from approvals.policies import ADMINISTRATOR, INSPECTORATE, REVIEWER
from declarations.registries.models import Entry, Registry
from portal import clock, health
from portal.calendar.models import Holiday
from portal.dates import moment
from portal.mail.models import OutgoingEmail, State
from portal.people.heads import in_force
from portal.people.models import DECIDING, Employee, Opd

_WAITS = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Line:
    """One fact: whether it is as it should be, what it is, and where it is mended."""

    key: str
    title: str
    ready: bool
    text: str
    url: str = ""


def lines() -> list[Line]:
    """Return the whole list; the number of queries does not depend on the data."""
    return [*_people(), *_offices(), *_rules(), *_mail(), *_server()]


def _people() -> Iterator[Line]:
    known = Employee.objects.filter(is_active=True).count()
    text = _("%d pegawai aktif dalam daftar.") % known if known else _("Daftar pegawai masih kosong.")
    yield Line("roster", _("Daftar pegawai"), known > 0, text, reverse("rosters:list"))
    held = dict(
        Employee.objects.filter(is_active=True, groups__isnull=False)
        .values_list("groups__name")
        .annotate(Count("pk"))
        .order_by()
    )
    for role, title, needed in (
        (ADMINISTRATOR, _("Pengelola"), 2),
        (REVIEWER, _("Peninjau"), 2),
        (INSPECTORATE, _("Inspektorat"), 1),
    ):
        count = held.get(role, 0)
        text = _("%(count)d orang; perlu sedikitnya %(needed)d.") % {"count": count, "needed": needed}
        yield Line(role, title, count >= needed, text, reverse("users"))


def _offices() -> Iterator[Line]:
    terms = in_force(clock.today()).filter(person__is_active=True)
    reachable = terms.exclude(Q(person__email="", person__email_gov="") & Q(person__contact_email=None))
    offices = Opd.objects.filter(kind__in=DECIDING, is_active=True)
    without = offices.exclude(pk__in=reachable.values("opd")).count()
    text = _("%d OPD belum punya pejabat dengan alamat email.") % without if without else _("Semua OPD punya pejabat.")
    yield Line("heads", _("Pejabat yang memutus"), not without and offices.exists(), text, reverse("approvals:offices"))
    ending = terms.filter(ends__lte=clock.today() + timedelta(days=14)).count()
    text = _("%d berakhir dalam 14 hari.") % ending if ending else _("Tidak ada yang berakhir dalam 14 hari.")
    yield Line("ending", _("Masa tugas pejabat"), not ending, text, reverse("approvals:offices"))


def _rules() -> Iterator[Line]:
    year = clock.today().year
    years = set(
        Holiday.objects.filter(day__year__in=(year, year + 1), removed_at=None).values_list("day__year", flat=True)
    )
    missing = [str(each) for each in (year, year + 1) if each not in years]
    text = _("Hari libur belum ada untuk %s.") % ", ".join(missing) if missing else _("Hari libur dua tahun ada.")
    yield Line("calendar", _("Kalender kerja"), not missing, text, reverse("calendar:year"))
    unverified = LegalBasis.objects.filter(verified_at=None).count()
    text = _("%d teks hukum belum diverifikasi.") % unverified if unverified else _("Semua teks hukum terverifikasi.")
    yield Line("bases", _("Dasar hukum"), not unverified, text, reverse("approvals:rules"))
    vendors = Entry.objects.filter(registry=Registry.VENDOR, ended_by=None).exists()
    text = _("Register penyedia terisi.") if vendors else _("Register penyedia kosong; temuan KK-01 hanya dari isian.")
    yield Line("vendors", _("Register penyedia"), vendors, text, reverse("registries:list"))


def _mail() -> Iterator[Line]:
    now = timezone.now()
    last = OutgoingEmail.objects.filter(state=State.SENT).aggregate(last=Max("sent_at"))["last"]
    text = _("Email terakhir terkirim %s.") % moment(last) if last else _("Belum ada email yang terkirim.")
    yield Line("sent", _("Email keluar"), last is not None, text, reverse("approvals:mails") + "?status=terkirim")
    late = OutgoingEmail.objects.filter(state=State.QUEUED, next_at__lt=now - _WAITS).exists()
    text = (
        _("Ada email yang menunggu lebih dari 10 menit; periksa pekerja dan server surat.")
        if late
        else _("Tidak ada email yang tertahan.")
    )
    yield Line("waiting", _("Antrean email"), not late, text, reverse("approvals:mails") + "?status=antre")
    failed = OutgoingEmail.objects.failed().count()
    text = _("%d email gagal dan belum ditangani.") % failed if failed else _("Tidak ada email yang gagal.")
    yield Line("failed", _("Email gagal"), not failed, text, reverse("approvals:mails"))


def _server() -> Iterator[Line]:
    demo = settings.DEMO
    text = _("Portal ini memakai data fiktif.") if demo else _("Portal ini memakai data sungguhan.")
    yield Line("demo", _("Data"), not demo, text)
    safe = settings.PORTAL_URL.startswith("https://")
    text = _("Alamat portal memakai HTTPS.") if safe else _("Alamat portal belum memakai HTTPS (PORTAL_URL).")
    yield Line("https", _("Alamat portal"), safe, text)
    second = bool(settings.SECOND_FACTOR)
    text = _("Wajib bagi petugas.") if second else _("Tidak diwajibkan (SECOND_FACTOR).")
    yield Line("second", _("Faktor kedua"), second, text)
    chains = health.chains()
    wrong = " ".join(sentence for _kind, sentence in chains.sentences())
    read = _("Dibaca utuh %s.") % moment(chains.read_at) if chains.read_at else _("Belum pernah dibaca seluruhnya.")
    yield Line("audit", _("Jejak audit"), bool(chains.read_at) and not wrong, wrong or read)
    told = bool(settings.OPERATOR_EMAIL)
    text = _("Dikirim setiap hari kerja.") if told else _("Belum ada alamat pengelola server (OPERATOR_EMAIL).")
    yield Line("operator", _("Laporan harian"), told, text)
