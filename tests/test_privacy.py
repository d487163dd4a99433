"""What the portal owes the person: own data, who read it, corrections in 72 hours, deletion by two officers."""

import json
import re
import time
from datetime import timedelta
from zipfile import ZipFile

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from approvals.bundles import making
from approvals.due import perform
from approvals.models import Outcome, WorkItem
from approvals.privacy import accesses, corrections, holding, owndata, retention
from approvals.privacy.models import Correction, Deletion, Hold, Period
from declarations.models import Declaration, SealedAnswers
from portal import clock, dates
from portal.audit.log import verify_all
from portal.audit.models import AuditEvent
from portal.errors import Refused
from portal.mail.models import OutgoingEmail
from portal.people.models import Employee
from tests.factories import World, draft, endorse, person, review, sent

pytestmark = pytest.mark.django_db
OWN, FIX, LOG, KEEP = "/profil/data/", "/kelola/koreksi/", "/kelola/log/", "/kelola/retensi/"


@pytest.fixture
def world() -> World:
    return World()


def signed_in(who: Employee, *, proven: bool = True) -> Client:
    client = Client()
    client.force_login(who)
    session = client.session
    session["proven"] = time.time() if proven else 0
    session.save()
    return client


# -- own data --------------------------------------------------------------------------------------------------------


def test_own_data_hold_all_of_ones_own_and_nothing_of_others(world: World) -> None:
    case = review(endorse(sent(world.teacher, F4="YA")), world.reviewer)
    sent(world.colleague)
    told = json.loads(signed_in(world.teacher).post(f"{OWN}data.json").content)
    text = json.dumps(told, ensure_ascii=False)
    assert case.number in text
    assert world.teacher.nip in text
    assert "Partai, calon, atau tim kampanye dalam keluarga" in text  # his own sensitive answer
    assert case.letters.get().number in text
    assert world.colleague.name not in text
    assert world.reviewer.name not in text
    assert "KK-" not in text
    event = AuditEvent.objects.get(event="own_data_fetched")
    assert event.actor_id == world.teacher.pk


def test_own_data_as_pdf_hold_what_was_typed_as_text(world: World) -> None:
    sent(world.teacher, NOTE='#import "x" *tebal* $a$ </b>')
    pdf = owndata.as_pdf(world.teacher)
    assert pdf.startswith(b"%PDF-")
    answer = signed_in(world.teacher).post(f"{OWN}data.pdf")
    assert answer["Content-Disposition"].endswith('.pdf"')
    assert world.teacher.nip not in answer["Content-Disposition"]


def test_downloading_asks_for_the_password_again_and_is_no_get(world: World) -> None:
    client = signed_in(world.teacher, proven=False)
    assert client.post(f"{OWN}data.json").status_code == 302
    assert client.get(f"{OWN}data.json").status_code == 405


def test_who_opened_my_case_is_told_by_office(world: World) -> None:
    case = endorse(sent(world.teacher, F4="YA"))
    officer = signed_in(world.reviewer)
    officer.get(f"/tinjau/{case.number}/")
    officer.post(f"/tinjau/{case.number}/jawaban-sensitif/")
    page = signed_in(world.teacher).get(OWN).content.decode()
    assert f"Jawaban sensitif dibaca oleh BKPSDM ({case.number})" in page
    assert f"Deklarasi dibuka oleh BKPSDM ({case.number})" in page
    assert world.reviewer.name not in page
    assert case.number not in signed_in(world.colleague).get(OWN).content.decode()


# -- corrections -----------------------------------------------------------------------------------------------------


def test_a_correction_has_72_hours_and_its_answer_is_mailed(world: World) -> None:
    client = signed_in(world.teacher)
    form = {"data": "post", "perbaikan": "Jabatan saya Guru Ahli Madya sejak Maret."}
    client.post(OWN, form)
    client.post(OWN, form)
    asked = Correction.objects.get()
    assert asked.due_at - asked.asked_at == timedelta(hours=72)
    assert WorkItem.objects.filter(kind="correction", done_at=None).count() == 1
    officer = signed_in(world.administrator)
    assert "Sisa 71 jam" in officer.get(FIX).content.decode()
    with clock.pretend(clock.now() + timedelta(hours=73)):
        assert "Lewat batas" in officer.get(FIX).content.decode()
        perform()
    officer, client = signed_in(world.administrator), signed_in(world.teacher)  # the old sessions ended meanwhile
    asked.refresh_from_db()
    assert asked.answered_at is None  # nothing is closed by time
    said = {"permintaan": str(asked.pk), "hasil": "ya", "jawaban": "Sudah sesuai SK terbaru."}
    for wrong in ({"hasil": ""}, {"jawaban": "ya"}):
        answer = officer.post(FIX, {**said, **wrong})
        assert answer.status_code == 422
    officer.post(FIX, said)
    mail = OutgoingEmail.objects.get(purpose="correction_answer")
    assert "Sudah sesuai SK terbaru." in mail.text
    assert not WorkItem.objects.filter(kind="correction", done_at=None).exists()
    assert officer.post(FIX, said).status_code == 409
    assert "Sudah sesuai SK terbaru." in client.get(OWN).content.decode()


def asked_for(who: Employee, wish: str = "Alamat saya baru@demo.pasbar.example, bukan yang lama.") -> Correction:
    return corrections.ask(who, "email", wish)


def test_the_answer_puts_a_declarants_new_address_in_and_tells_the_old_one(world: World) -> None:
    world.teacher.contact_email, world.teacher.email = None, "lama@demo.pasbar.example"
    world.teacher.save()
    asked, officer = asked_for(world.teacher), signed_in(world.administrator)
    assert 'value="baru@demo.pasbar.example"' in officer.get(FIX).content.decode()
    said = {"permintaan": str(asked.pk), "hasil": "ya", "jawaban": "Alamat sudah diganti."}
    assert officer.post(FIX, {**said, "alamat": "bukan alamat"}).status_code == 422
    assert officer.post(FIX, {**said, "alamat": "Lama@demo.pasbar.example"}).status_code == 422
    assert not AuditEvent.objects.filter(event="address_changed").exists()
    officer.post(FIX, {**said, "alamat": "baru@demo.pasbar.example"})
    world.teacher.refresh_from_db()
    assert world.teacher.mailbox == "baru@demo.pasbar.example"
    assert AuditEvent.objects.get(event="address_changed").data == {"about": "correction", "row": asked.pk}
    told = OutgoingEmail.objects.get(purpose="address_changed")
    assert told.to == "lama@demo.pasbar.example"
    assert "dua petugas" not in told.text
    assert OutgoingEmail.objects.get(purpose="correction_answer").to == "baru@demo.pasbar.example"


def test_a_heads_address_and_a_proven_one_are_not_changed_by_an_answer(world: World) -> None:
    page, before = signed_in(world.administrator), (world.head.mailbox, world.teacher.mailbox)
    for someone in (world.head, world.teacher):
        asked = asked_for(someone)
        said = {"permintaan": str(asked.pk), "hasil": "ya", "jawaban": "Akan diurus.", "alamat": "baru@x.example"}
        shown = page.get(FIX).content.decode()
        assert f'id="alamat-{asked.pk}"' not in shown
        assert ("Ganti alamat pejabat" in shown) == (someone == world.head)
        assert ("hanya ia yang menggantinya" in shown) == (someone == world.teacher)
        page.post(FIX, said)
    world.head.refresh_from_db()
    world.teacher.refresh_from_db()
    assert (world.head.mailbox, world.teacher.mailbox) == before


def test_an_officers_address_is_not_changed_by_an_answer(world: World) -> None:
    world.reviewer.contact_email, world.reviewer.email = None, "lama@demo.pasbar.example"
    world.reviewer.save()
    asked, page = asked_for(world.reviewer), signed_in(world.administrator)
    assert f'id="alamat-{asked.pk}"' not in page.get(FIX).content.decode()
    said = {"permintaan": str(asked.pk), "hasil": "ya", "jawaban": "Ganti di Profil.", "alamat": "milik.saya@x.example"}
    page.post(FIX, said)
    world.reviewer.refresh_from_db()
    assert world.reviewer.mailbox == "lama@demo.pasbar.example"


def test_an_answer_asks_for_the_password_again_and_keeps_what_was_typed(world: World) -> None:
    asked = corrections.ask(world.teacher, "post", "Jabatan saya keliru ditulis.")
    client = signed_in(world.administrator, proven=False)
    said = {"permintaan": str(asked.pk), "hasil": "ya", "jawaban": "Sudah sesuai SK terbaru."}
    assert client.post(FIX, said).status_code == 302
    asked.refresh_from_db()
    assert asked.answered_at is None
    again = client.get(f"{FIX}?simpanan=1")
    assert again.status_code == 200
    assert "Sudah sesuai SK terbaru.</textarea>" in again.content.decode()
    assert "SIASN atau SIMPEG" in again.content.decode()


@pytest.mark.parametrize("form", [{"data": "", "perbaikan": "x" * 20}, {"data": "post", "perbaikan": "salah"}])
def test_a_request_that_says_too_little_stays_in_its_fields(world: World, form: dict[str, str]) -> None:
    answer = signed_in(world.teacher).post(OWN, form)
    assert answer.status_code == 422
    assert answer.context["wish"] == form["perbaikan"]
    assert not Correction.objects.exists()


def test_nobody_answers_himself_and_five_open_ones_are_enough(world: World) -> None:
    asked = corrections.ask(world.administrator, "post", "Jabatan saya keliru ditulis.")
    with pytest.raises(Refused):
        corrections.answer(asked, done=True, text="Sudah saya betulkan.", by=world.administrator)
    for index in range(4):
        corrections.ask(world.administrator, "post", f"Jabatan saya keliru ditulis {index}.")
    with pytest.raises(Refused):
        corrections.ask(world.administrator, "post", "Satu lagi yang keliru ini.")


# -- the log ---------------------------------------------------------------------------------------------------------


def test_the_inspektorat_reads_all_administrators_only_the_administration(world: World) -> None:
    case = endorse(sent(world.teacher, F4="YA"))
    signed_in(world.reviewer).post(f"/tinjau/{case.number}/jawaban-sensitif/")
    corrections.ask(world.teacher, "post", "Jabatan saya keliru ditulis.")
    inspector, administrator = signed_in(world.inspector), signed_in(world.administrator)
    page = inspector.get(f"{LOG}?kejadian=sensitive_read&nomor={case.number}").content.decode()
    assert 'data-kejadian="sensitive_read"' in page
    assert world.reviewer.name in page
    page = administrator.get(LOG).content.decode()
    assert 'data-kejadian="correction_asked"' in page
    assert 'data-kejadian="submitted"' not in page
    assert case.number not in administrator.get(f"{LOG}?nomor={case.number}").content.decode().split("<table")[-1]
    assert inspector.get(f"{LOG}?sejak=salah").status_code == 200
    assert signed_in(world.reviewer).get(LOG).status_code == 403


def test_the_log_costs_the_same_for_few_and_for_many(world: World) -> None:
    client = signed_in(world.inspector)
    endorse(sent(world.teacher))
    client.get(LOG)
    with CaptureQueriesContext(connection) as few:
        client.get(LOG)
    for _case in range(3):
        endorse(sent(person("Guru lain", world.school)))
    with CaptureQueriesContext(connection) as many:
        client.get(LOG)
    assert len(few) == len(many)


# -- deletion --------------------------------------------------------------------------------------------------------


def ended(world: World) -> SealedAnswers:
    case = review(
        endorse(sent(world.teacher, F4="YA")), world.reviewer, Outcome.REJECTED, reason="Bersinggungan dengan tugas."
    )
    return SealedAnswers.objects.get(declaration=case, snapshot__isnull=False)


def test_sensitive_answers_go_after_two_officers_and_the_log_stays_whole(world: World) -> None:
    """[O11]"""
    sealed, period = ended(world), Period.objects.get(code="sensitive")
    second = person("Pengelola Dua", world.school, "administrator")
    assert retention.count(period) == 0
    with clock.pretend(clock.now() + timedelta(days=200)):
        first, other = signed_in(world.administrator), signed_in(second)
        first.post(KEEP, {"tindakan": "usulkan", "kunci": str(period.pk)})
        first.post(KEEP, {"tindakan": "usulkan", "kunci": str(period.pk)})
        deletion = Deletion.objects.get()
        assert first.post(KEEP, {"tindakan": "setuju", "kunci": str(deletion.pk)}).status_code == 403
        assert retention.work_off() == 0
        assert SealedAnswers.objects.filter(pk=sealed.pk).exists()
        other.post(KEEP, {"tindakan": "setuju", "kunci": str(deletion.pk)})
        assert retention.work_off() == 1
        assert "1 baris dihapus" in other.get(KEEP).content.decode()
    assert not SealedAnswers.objects.filter(pk=sealed.pk).exists()
    assert not list(verify_all())
    page = signed_in(world.reviewer).get(f"/tinjau/{sealed.declaration.number}/")
    assert page.status_code == 200  # the case is read without them


def test_an_approval_that_holds_keeps_everything(world: World) -> None:
    review(endorse(sent(world.teacher, F4="YA")), world.reviewer)
    with clock.pretend(clock.now() + timedelta(days=300)):
        assert retention.count(Period.objects.get(code="sensitive")) == 0


def test_a_refused_list_deletes_nothing_and_a_held_kind_cannot_be_proposed(world: World) -> None:
    ended(world)
    with clock.pretend(clock.now() + timedelta(days=200)):
        deletion = retention.propose(Period.objects.get(code="sensitive"), by=world.administrator)
        retention.decide(deletion, accepted=False, by=world.administrator)
        assert retention.work_off() == 0
        with pytest.raises(Refused):
            retention.propose(Period.objects.get(code="audit"), by=world.administrator)


# -- hold ------------------------------------------------------------------------------------------------------------

WHY = "Pemeriksaan Inspektorat nomor 12 sedang berjalan."
WHERE_TO = "Pemeriksaan khusus triwulan keempat"


def test_a_held_case_is_passed_by_until_the_hold_is_lifted(world: World) -> None:
    sealed, period = ended(world), Period.objects.get(code="sensitive")
    address = f"/tinjau/{sealed.declaration.number}/tahan/"
    inspector = signed_in(world.inspector)
    assert inspector.post(address, {"tahan": "1", "alasan": "singkat"}).status_code == 422
    inspector.post(address, {"tahan": "1", "alasan": WHY})
    inspector.post(address, {"tahan": "1", "alasan": WHY})
    assert Hold.objects.get().reason == WHY
    shown = signed_in(world.reviewer).get(f"/tinjau/{sealed.declaration.number}/").content.decode()
    assert "Penghapusan ditahan" in shown
    assert address not in shown
    with clock.pretend(clock.now() + timedelta(days=200)):
        assert retention.count(period) == 0
        holding.switch(
            sealed.declaration, "Pemeriksaan sudah selesai; tidak ada lanjutan.", stand=False, by=world.inspector
        )
        assert retention.count(period) == 1
    assert [event.event for event in AuditEvent.objects.filter(event__startswith="hold_")] == [
        "hold_set",
        "hold_lifted",
    ]


def test_the_reason_of_a_hold_is_read_by_the_inspektorat_only(world: World) -> None:
    case = ended(world).declaration
    holding.switch(case, WHY, stand=True, by=world.inspector)
    page = f"/tinjau/{case.number}/"
    seen = signed_in(world.reviewer).get(page).content.decode()
    assert "Penghapusan ditahan" in seen
    assert f"sejak {dates.short_date(clock.now())}" in seen
    assert WHY not in seen
    assert WHY in signed_in(world.inspector).get(page).content.decode()
    _bundle, file = making.make(case, by=world.inspector, purpose=WHERE_TO, sensitive=True)
    with file, ZipFile(file) as packed:
        assert [name for name in packed.namelist() if WHY.encode() in packed.read(name)] == []
    exported = signed_in(world.reviewer).post("/tinjau/ekspor.csv?status=rejected", {"keperluan": WHERE_TO})
    rows = exported.getvalue().decode()
    assert case.number in rows
    assert WHY not in rows
    own = signed_in(world.teacher).get(OWN).content.decode() + json.dumps(owndata.collect(world.teacher), default=str)
    for text in (WHY, "Penghapusan ditahan", "Penghapusan data ditahan", world.inspector.name):
        assert text not in own


def test_a_list_confirmed_before_a_hold_leaves_the_held_case(world: World) -> None:
    sealed, period = ended(world), Period.objects.get(code="sensitive")
    second = person("Pengelola Dua", world.school, "administrator")
    with clock.pretend(clock.now() + timedelta(days=200)):
        deletion = retention.propose(period, by=world.administrator)
        retention.decide(deletion, accepted=True, by=second)
        holding.switch(sealed.declaration, WHY, stand=True, by=world.inspector)
        assert retention.work_off() == 0
    assert SealedAnswers.objects.filter(pk=sealed.pk).exists()


def test_only_the_inspektorat_holds_and_nobody_his_own_case(world: World) -> None:
    case = endorse(sent(world.teacher))
    world.teacher.groups.add(*world.inspector.groups.all())
    for someone in (world.reviewer, world.administrator, world.teacher):
        with pytest.raises(Refused):
            holding.switch(case, WHY, stand=True, by=someone)
    assert not Hold.objects.exists()


def test_a_held_draft_is_not_deleted(world: World) -> None:
    kept, gone = draft(world.teacher), draft(world.colleague)
    holding.switch(kept, WHY, stand=True, by=world.inspector)
    for days in (84, 92):
        with clock.pretend(clock.now() + timedelta(days=days)):
            perform()
    assert list(Declaration.objects.all()) == [kept]
    assert not OutgoingEmail.objects.filter(case=kept.number).exists()
    assert OutgoingEmail.objects.filter(case=gone.number).exists()


def test_every_event_that_is_recorded_has_words() -> None:
    source = "".join(
        path.read_text()
        for package in ("portal", "declarations", "approvals")
        for path in (settings.BASE_DIR / package).rglob("*.py")
    )
    named = set(re.findall(r'\brecord\(\s*"([a-z_]+)"', source))
    assert len(named) > 60
    assert named - {*accesses.EVENTS} == set()
