"""The mail queue of administrators: states, why it failed in words, sending anew, mending an address."""

import time

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from approvals import mailqueue
from portal.audit.models import AuditEvent
from portal.mail.models import OutgoingEmail, State
from portal.people.models import Employee
from tests.factories import World, endorse, person, sent

pytestmark = pytest.mark.django_db
URL = "/kelola/antrian-email/"


@pytest.fixture
def world() -> World:
    return World()


def signed_in(who: Employee) -> Client:
    client = Client()
    client.force_login(who)
    session = client.session
    session["proven"] = time.time()
    session.save()
    return client


def fail(mail: OutgoingEmail, error: str = "550 5.1.1 <guru@x.example> tidak ada") -> OutgoingEmail:
    OutgoingEmail.objects.filter(pk=mail.pk).update(
        state=State.FAILED, failed_at=timezone.now(), lease_until=None, sent_at=None, last_error=error
    )
    return OutgoingEmail.objects.get(pk=mail.pk)


def notice(world: World) -> OutgoingEmail:
    """Return a notice to a teacher who has not proven an address."""
    teacher = person("Guru Uji", world.school, email="salah@demo.pasbar.example", contact_email=None)
    case = endorse(sent(teacher))
    return fail(OutgoingEmail.objects.filter(case=case.number, purpose="case_notice").latest("pk"))


def test_the_queue_names_state_and_reason_but_no_person_and_no_text(world: World) -> None:
    mail = notice(world)
    page = signed_in(world.administrator).get(URL).content.decode()
    assert f'data-surel="{mail.pk}"' in page
    assert "Alamat tidak dikenal atau ditolak server penerima (550)" in page
    assert "s•••@demo.pasbar.example" in page
    assert "salah@demo" not in page
    assert "guru@x.example" not in page
    assert mail.subject not in page
    assert mail.case in page


@pytest.mark.parametrize("query", ["status=antre", "status=terkirim", "jenis=case_notice", "nomor=DK-2611-00001-0"])
def test_every_view_is_a_link(world: World, query: str) -> None:
    notice(world)
    assert signed_in(world.administrator).get(f"{URL}?{query}").status_code == 200


def test_chosen_failed_mails_are_sent_anew_once(world: World) -> None:
    mail, client = notice(world), signed_in(world.administrator)
    assert "1 email dikirim ulang" in client.post(URL, {"pilih": [str(mail.pk)]}, follow=True).content.decode()
    again = client.post(URL, {"pilih": [str(mail.pk)]}, follow=True).content.decode()
    assert "sudah dikirim ulang" in again
    assert mail.resends.count() == 1
    assert not mailqueue.listed(State.FAILED, "", "").exists()
    assert AuditEvent.objects.filter(event="mail_resent").count() == 1
    assert "Pilih sedikitnya satu" in client.post(URL, {}, follow=True).content.decode()


def test_a_declarants_address_is_mended_the_old_one_told_and_the_mail_sent(world: World) -> None:
    mail, client = notice(world), signed_in(world.administrator)
    url = f"{URL}{mail.pk}/"
    for wrong in ("", "bukan alamat", mail.to):
        answer = client.post(url, {"tindakan": "perbaiki", "alamat": wrong})
        assert answer.status_code == 422
        assert answer.context["typed"] == wrong
    client.post(url, {"tindakan": "perbaiki", "alamat": "benar@demo.pasbar.example"})
    assert Employee.objects.get(name="Guru Uji").email == "benar@demo.pasbar.example"
    assert mail.resends.get().to == "benar@demo.pasbar.example"
    assert OutgoingEmail.objects.filter(purpose="address_changed", to="salah@demo.pasbar.example").exists()


def test_a_heads_address_needs_two_officers_and_a_proven_one_its_owner(world: World) -> None:
    client = signed_in(world.administrator)
    sent(world.colleague)
    head = fail(OutgoingEmail.objects.filter(purpose="head_request").latest("pk"))
    page = client.get(f"{URL}{head.pk}/").content.decode()
    assert "petugas kedua" in page
    assert client.post(f"{URL}{head.pk}/", {"tindakan": "perbaiki", "alamat": "a@x.example"}).status_code == 409
    mail = notice(world)
    Employee.objects.filter(name="Guru Uji").update(contact_email=mail.to)
    assert client.post(f"{URL}{mail.pk}/", {"tindakan": "perbaiki", "alamat": "a@x.example"}).status_code == 409


def test_one_officer_alone_does_not_get_the_mail_of_another_officer(world: World) -> None:
    """Whoever reads the mail of an officer without an account could register as that officer and be a second one."""
    mail, client = notice(world), signed_in(world.administrator)
    officer = Employee.objects.get(name="Guru Uji")
    officer.groups.add(Group.objects.get_or_create(name="reviewer")[0])
    page = client.get(f"{URL}{mail.pk}/").content.decode()
    assert "Alamat pemegang peran tidak diganti satu petugas" in page
    assert 'name="alamat"' not in page
    mine = {"tindakan": "perbaiki", "alamat": "milik.saya@demo.pasbar.example"}
    assert client.post(f"{URL}{mail.pk}/", mine).status_code == 409
    officer.refresh_from_db()
    assert officer.email == "salah@demo.pasbar.example"


def test_codes_and_mails_that_went_out_are_not_sent_again(world: World) -> None:
    mail, client = notice(world), signed_in(world.administrator)
    OutgoingEmail.objects.filter(pk=mail.pk).update(purpose="account_code")
    assert client.post(f"{URL}{mail.pk}/", {"tindakan": "ulang"}).status_code == 409
    OutgoingEmail.objects.filter(pk=mail.pk).update(
        purpose="case_notice", state=State.SENT, failed_at=None, sent_at=timezone.now()
    )
    assert client.post(f"{URL}{mail.pk}/", {"tindakan": "ulang"}).status_code == 409


@pytest.mark.parametrize(
    ("error", "words"),
    [("552 penuh", "penuh"), ("421 nanti", "mencoba lagi"), ("554 tidak", "Ditolak"), ("TimeoutError: x", "dihubungi")],
)
def test_the_reason_is_in_plain_words(error: str, words: str) -> None:
    assert words in mailqueue.why(OutgoingEmail(to="a@x.example", last_error=error))


def test_the_list_costs_the_same_for_one_and_for_many(world: World) -> None:
    client, mail = signed_in(world.administrator), notice(world)
    client.get(URL)
    with CaptureQueriesContext(connection) as one:
        client.get(URL)
    for index in range(20):
        mail.pk, mail.key, mail.message_id = None, f"uji{index}", f"<uji{index}>"
        mail.save()
    with CaptureQueriesContext(connection) as many:
        client.get(URL)
    assert len(one) == len(many)
