"""What lies on the desks of the demo, each put there by the real deed; the declarants of the cast are not touched."""

from collections.abc import Callable
from datetime import date, timedelta

from django.db.models import QuerySet

from approvals import ownership
from approvals.casework import comments, saved
from approvals.coverage import calling
from approvals.inserts import texts
from approvals.inserts.models import Language
from approvals.privacy import corrections, holding
from approvals.privacy.models import Correction, Datum
from declarations.models import Channel, Declaration, Platform
from declarations.nil import statement
from declarations.status import Status
from portal import clock
from portal.accounts import help as registration_help
from portal.accounts import users
from portal.people import head_changes
from portal.people.demo import REGISTRABLE
from portal.people.models import Employee, HeadAssignment
from portal.people.roles import ADMINISTRATOR, INSPECTORATE, REVIEWER

_NIL = 12
_SEASON = "Menjelang libur panjang, telaah dilanjutkan pada hari kerja berikutnya; batas waktu ikut bergeser."


def seed_desk() -> None:
    """Fill the desks once."""
    if Correction.objects.filter(person__is_demo=True).exists():
        return
    administrator, reviewer, inspector = (_officer(role) for role in (ADMINISTRATOR, REVIEWER, INSPECTORATE))
    people = list(_ordinary()[: _NIL + 4])
    deeds: list[Callable[[], object]] = [
        lambda: _reviewing(reviewer),
        lambda: _asked_to_correct(people[-4:]),
        lambda: _campaign(administrator, people[:_NIL]),
        lambda: _waiting_for_the_second(administrator, people[-1]),
        _proof,
        lambda: _hold(inspector),
        lambda: _notice(administrator),
    ]
    for deed in deeds:
        deed()


def _officer(role: str) -> Employee:
    return Employee.objects.filter(groups__name=role, is_demo=True).order_by("pk")[0]


def _ordinary() -> QuerySet[Employee]:
    """Return people without account, case, post or role, who can be mailed; not the one who is there to register."""
    idle = Employee.objects.filter(is_demo=True, is_active=True, assignments=None, groups=None, contact_email=None)
    return idle.exclude(email="").exclude(nip=REGISTRABLE).filter(declarations=None).order_by("-pk")


def _reviewing(reviewer: Employee) -> None:
    """Remarks at two answers of a case under review, and two views of the queue under names."""
    for name, query in (
        ("Guru, batas terdekat", "opd=DISDIKBUD"),
        ("Berbayar dan Tinggi", "temuan=block&komersial=ya"),
    ):
        saved.save(name, query, by=reviewer)
    cases = Declaration.objects.filter(declarant__is_demo=True, status=Status.AWAITING_REVIEW)
    case = cases.filter(opd__code="DPMPTSP").order_by("pk").first()
    if case is None:
        return
    for code, text, visible in (
        ("A3", "Apakah Anda juga memproses izin usaha yang Anda ulas? Sebutkan tugasnya.", True),
        ("D1", "Unggahan yang diperiksa semuanya malam hari; tidak perlu ditanyakan.", False),
    ):
        row = comments.row_of(case, code, "")
        if row is not None:
            comments.write(case, row, text, visible=visible, by=reviewer)


def _asked_to_correct(people: list[Employee]) -> None:
    first, second, third, _last = people
    address = f"baru.{first.email}"
    corrections.ask(first, Datum.EMAIL, f"Alamat kantor lama sudah tidak dipakai. Yang benar {address}.")
    corrections.ask(second, Datum.POST, "Sejak Maret saya Guru Ahli Madya; SK-nya sudah ada di SIASN.")
    name = f"{third.name.split()[0]} Contoh"
    registration_help.ask(name, third.unit.office or third.unit, f"pribadi.{third.email}")


def _campaign(administrator: Employee, people: list[Employee]) -> None:
    """This year's campaign: a few have said that they have no channel, the rest is silent."""
    today = clock.today()
    first = max(date(today.year, 1, 1), today - timedelta(days=20))
    last = min(date(today.year, 12, 31), today + timedelta(days=25))
    calling.plan(f"Pendataan kanal {today.year}", first, last, by=administrator)
    for person in people:
        statement.make(person)


def _waiting_for_the_second(administrator: Employee, person: Employee) -> None:
    """What one officer proposed and another has to confirm: a head's address, and a role."""
    head = HeadAssignment.objects.filter(opd__code="DISPORA", person__is_demo=True).order_by("pk").first()
    if head is not None:
        head_changes.ask_address(head.opd, head.person, f"kepala.{head.person.mailbox}", by=administrator)
    users.ask(person, REVIEWER, give=True, by=administrator)


def _proof() -> None:
    """An Instagram channel whose owner says that the code is there; officers look."""
    channels = Channel.objects.filter(owner__is_demo=True, platform=Platform.INSTAGRAM, closed_at=None)
    channel = channels.exclude(owner__groups__isnull=False).order_by("pk").first()
    if channel is not None:
        ownership.issue(channel, by=channel.owner)
        ownership.ask(channel, by=channel.owner)


def _hold(inspector: Employee) -> None:
    case = Declaration.objects.filter(declarant__is_demo=True, status=Status.REVOKED).order_by("pk").first()
    if case is not None:
        reason = "Pemeriksaan atas pencabutan ini sedang berjalan di Inspektorat."
        holding.switch(case, reason, stand=True, by=inspector)


def _notice(administrator: Employee) -> None:
    starts = clock.today() + timedelta(days=14)
    ends = starts + timedelta(days=14)
    texts.plan(texts.INSERTS["musiman"], Language.INDONESIAN, _SEASON, starts, ends, by=administrator)
