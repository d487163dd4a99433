"""The yearly campaign: its days, and one mail to each who is silent, whoever orders it and however often."""

import time
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from approvals.coverage import calling, counting
from approvals.coverage.models import Call, Called, Campaign
from approvals.due import perform
from declarations.nil import statement
from portal import clock
from portal.audit.models import AuditEvent
from portal.errors import Refused
from portal.mail.models import OutgoingEmail
from portal.people.models import Employee
from tests.factories import World, nip, sent

CAMPAIGN, CALL, BOARD = "/kelola/kampanye/", "/laporan/cakupan/kirim/", "/laporan/cakupan/"


@pytest.fixture
def world(db: None) -> World:
    return World()


@pytest.fixture
def campaign(world: World) -> Campaign:
    today = clock.today()
    starts, ends = date(today.year, 1, 1), date(today.year, 12, 31)
    return Campaign.objects.create(year=today.year, name="Pendataan", starts=starts, ends=ends)


def signed(client: Client, person: Employee) -> Client:
    client.force_login(person)
    return client


def proven(client: Client, *, ago: int) -> None:
    """Pretend that password or second factor was asked so many seconds ago."""
    session = client.session
    session["proven"] = time.time() - ago
    session.save()


def called() -> list[str]:
    return sorted(OutgoingEmail.objects.filter(purpose="campaign_call").values_list("to", flat=True))


def given(first: date, last: date, name: str = "Pendataan kanal") -> dict[str, str]:
    return {"nama": name, "mulai": f"{first:%d-%m-%Y}", "berakhir": f"{last:%d-%m-%Y}"}


def test_a_campaign_is_made_once_a_year_and_its_end_can_be_moved(world: World, client: Client) -> None:
    signed(client, world.administrator)
    today = clock.today()
    answer = client.post(CAMPAIGN, given(today, today))
    assert (answer.status_code, answer["Location"]) == (302, CAMPAIGN)
    campaign = Campaign.objects.get()
    assert (campaign.year, campaign.runs(today), campaign.runs(today + timedelta(days=1))) == (today.year, True, False)
    twice: Any = client.post(CAMPAIGN, given(today, today))
    assert twice.status_code == 422
    assert "sudah ada" in twice.content.decode()
    # begun: the first day stays whatever is sent, the last one moves
    moved = client.post(f"{CAMPAIGN}{campaign.pk}/", {**given(date(today.year, 1, 2), date(today.year, 12, 31))})
    assert moved.status_code == 302
    campaign.refresh_from_db()
    assert (campaign.starts, campaign.ends) == (today, date(today.year, 12, 31))
    assert AuditEvent.objects.filter(event="campaign_set").count() == 2


@pytest.mark.parametrize(
    ("first", "last", "says"),
    [
        (date(2030, 5, 2), date(2030, 5, 1), "sama dengan atau setelah"),
        (date(2020, 5, 2), date(2020, 6, 1), "sudah lewat"),
        (date(2030, 12, 2), date(2031, 1, 1), "tahun yang sama"),
    ],
)
def test_wrong_days_are_said_and_what_was_typed_stays(
    world: World, client: Client, first: date, last: date, says: str
) -> None:
    signed(client, world.administrator)
    answer = client.post(CAMPAIGN, given(first, last, "Pendataan semester"))
    assert answer.status_code == 422
    text = answer.content.decode()
    assert says in text
    assert "Pendataan semester" in text
    assert not Campaign.objects.exists()


def test_one_click_mails_each_silent_person_once(world: World, campaign: Campaign, client: Client) -> None:
    sent(world.teacher)
    statement.make(world.colleague)
    silent = {person.pk: person for person in counting.silent()}
    assert world.teacher.pk not in silent
    assert world.colleague.pk not in silent
    expected = sorted(person.mailbox for person in silent.values() if person.mailbox)
    signed(client, world.reviewer)
    assert f'data-jumlah="{len(expected)}"' in client.get(CALL).content.decode()
    assert not called()
    answer = client.post(CALL, {"opd": ""})
    order = Call.objects.get()
    assert answer["Location"] == f"{CALL}{order.pk}/"
    assert client.post(CALL, {"opd": ""})["Location"] == answer["Location"]  # pressed twice: the same order
    assert "orang dilalui" in client.get(answer["Location"]).content.decode()
    calling.work_off()
    assert called() == expected
    perform()
    order.refresh_from_db()
    assert (order.mailed, order.without_address) == (len(expected), len(silent) - len(expected))
    assert order.done_at is not None
    assert "Selesai." in client.get(answer["Location"]).content.decode()
    # an order for one office, later, finds nobody who was mailed already
    calling.work_off()
    with pytest.raises(Refused):
        calling.order(campaign, world.ptsp, by=world.reviewer)
    assert called() == expected
    event = AuditEvent.objects.get(event="campaign_call")
    assert event.data["expected"] == len(expected)


def test_only_who_came_since_is_mailed_by_a_second_order(world: World, campaign: Campaign) -> None:
    calling.order(campaign, None, by=world.reviewer)
    calling.work_off()
    before = called()
    fresh = Employee.objects.create(
        name="Pegawai Baru", nip=nip(700), unit=world.dinas, employment_type="pns", email="baru@demo.pasbar.example"
    )
    calling.order(campaign, world.dinas, by=world.administrator)
    calling.work_off()
    assert called() == sorted([*before, "baru@demo.pasbar.example"])
    assert Called.objects.filter(person=fresh).count() == 1


def test_parts_go_on_where_the_last_one_stopped(
    world: World, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calling, "_PART", 2)
    monkeypatch.setattr(calling, "_PARTS", 1)
    order = calling.order(campaign, None, by=world.reviewer)
    assert calling.work_off() <= 2
    answered = next(person for person in counting.silent().order_by("-pk") if person.mailbox)
    statement.make(answered)  # answers before the turn comes
    for _round in range(20):
        calling.work_off()
    order.refresh_from_db()
    assert order.done_at is not None
    assert len(called()) == len(set(called())) == order.mailed
    assert answered.mailbox not in called()


def test_after_the_last_day_nothing_is_mailed(world: World, campaign: Campaign, client: Client) -> None:
    calling.order(campaign, None, by=world.reviewer)
    Campaign.objects.update(ends=clock.today() - timedelta(days=1), starts=clock.today() - timedelta(days=2))
    calling.work_off()
    assert not called()
    assert Call.objects.get().done_at is not None
    signed(client, world.reviewer)
    assert "Tidak ada kampanye" in client.get(CALL).content.decode()
    assert client.post(CALL, {"opd": ""}).status_code == 409


def test_the_mail_names_both_ways_to_answer_and_no_nip(world: World, campaign: Campaign) -> None:
    calling.order(campaign, world.dinas, by=world.reviewer)
    calling.work_off()
    mail = OutgoingEmail.objects.get(purpose="campaign_call", to=world.teacher.mailbox)
    assert "nihil" in mail.text
    assert "deklarasikan" in mail.text
    assert str(campaign.year) in mail.subject
    assert str(world.teacher.nip) not in mail.text + mail.html + mail.subject
    assert mail.next_at == clock.next_mail_hour(mail.next_at)


def test_names_leave_as_a_file_only_with_a_purpose(world: World, client: Client) -> None:
    Employee.objects.filter(pk=world.colleague.pk).update(post='=HYPERLINK("http://x")')
    counting.refresh()
    signed(client, world.reviewer)
    address = f"{BOARD}{world.dinas.pk}/"
    proven(client, ago=86_400)
    asked = client.post(address, {"keperluan": "Tindak lanjut rapat pimpinan"})
    assert asked["Location"].startswith("/masuk/konfirmasi/")
    proven(client, ago=0)
    for purpose, says in (
        ("", "Tulis keperluan ekspor"),
        ("laporan", "Jelaskan"),
        (f"untuk {nip(7)} saja", "tanpa NIP"),
    ):
        answer = client.post(address, {"keperluan": purpose})
        assert answer.status_code == 422
        assert says in answer.content.decode()
    assert not AuditEvent.objects.filter(event="silent_names_exported").exists()
    file: Any = client.post(address, {"keperluan": "Tindak lanjut rapat pimpinan"})
    text = b"".join(file.streaming_content).decode()
    assert text.startswith("\ufeffNama;Jabatan;Unit kerja\r\n")
    assert "\"'=HYPERLINK(" in text
    assert str(world.teacher.nip) not in text
    event = AuditEvent.objects.get(event="silent_names_exported")
    assert event.data["purpose"] == "Tindak lanjut rapat pimpinan"
