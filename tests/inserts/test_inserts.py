"""Named inserts of mails: where they stand, when they begin, what they may not hold, and the pages around them."""

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from approvals.inserts import samples, texts
from approvals.inserts.models import InsertText, Language
from portal import clock
from portal.audit.models import AuditEvent
from portal.errors import Refused
from portal.mail.models import OutgoingEmail
from tests.factories import World, sent

pytestmark = pytest.mark.django_db
MARK = "Kantor tutup tanggal 20 sampai 25 Maret."


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture(autouse=True)
def rows(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the rows speak, as they do outside tests."""
    monkeypatch.setattr(texts, "memory", texts.Memory())
    return


def in_force(key: str, text: str, world: World, language: str = "id", **days: Any) -> InsertText:
    """Store a version that began yesterday, as time would have made it."""
    begun = {"starts": clock.today() - timedelta(days=1), **days}
    return InsertText.objects.create(key=key, language=language, text=text, made_by=world.administrator, **begun)


@pytest.mark.parametrize("key", texts.INSERTS)
@pytest.mark.parametrize("language", Language)
def test_a_text_stands_in_the_mails_that_say_so_and_in_no_other(key: str, language: Language) -> None:
    insert = texts.INSERTS[key]
    holds = set()
    for name in samples.SAMPLES:
        message = samples.sample(name, language, {(key, language.value): "Kalimat <uji> & lagi"})
        assert ("Kalimat <uji> & lagi" in message.text) == ("Kalimat &lt;uji&gt; &amp; lagi" in message.html)
        if "Kalimat <uji> & lagi" in message.text:
            holds.add(name)
        assert "[[" not in message.html
        assert "[[" not in message.text
    assert holds == {name for name in samples.SAMPLES if insert.stands_in(name)} == set(samples.kinds(insert))
    assert holds


def test_without_a_row_mails_say_what_they_always_said(world: World, settings: Any) -> None:
    settings.HELP_LINE = "WhatsApp 0800"
    sent(world.teacher)
    request = OutgoingEmail.objects.get(purpose="head_request")
    for body in (request.text, request.html):
        assert body.count("Atas perhatian Bapak/Ibu, kami ucapkan terima kasih.") == 1
        assert "Bantuan: WhatsApp 0800, Senin–Jumat 08.00–16.00 WIB" in body
    assert "Please" not in request.text


def test_a_text_in_force_is_in_the_mail_that_goes_out_and_the_stored_one_keeps_its_words(world: World) -> None:
    first = sent(world.teacher)
    in_force("musiman", MARK, world)
    texts.memory.day = None
    second = sent(world.colleague)
    before, after = (OutgoingEmail.objects.get(purpose="head_request", case=each.number) for each in (first, second))
    assert MARK not in before.text
    assert MARK in after.text
    assert MARK in after.html
    assert MARK in OutgoingEmail.objects.get(purpose="case_notice", case=second.number).text


def test_what_begins_tomorrow_or_has_ended_or_was_taken_back_is_not_said(world: World) -> None:
    today = clock.today()
    in_force("musiman", "besok", world, starts=today + timedelta(days=1))
    in_force("musiman", "lewat", world, starts=today - timedelta(days=9), ends=today - timedelta(days=1))
    taken = in_force("penutup-asn", "batal", world)
    InsertText.objects.filter(pk=taken.pk).update(cancelled_at=clock.now(), cancelled_by=world.administrator)
    assert texts.rows_on(today) == {}
    assert texts.rows_on(today + timedelta(days=1)) == {("musiman", "id"): "besok"}
    in_force("musiman", "sampai hari ini", world, ends=today)
    assert texts.rows_on(today) == {("musiman", "id"): "sampai hari ini"}


def test_the_rows_are_read_once_a_day_and_process(world: World, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        texts.of_mail("head_request")
        texts.of_mail("case_notice")


@pytest.mark.parametrize(
    "text",
    [
        "Buka http://jahat.example/k",
        "Lihat www.jahat.id",
        "Lihat jahat.example untuk masuk",
        "Tulis ke seseorang@jahat.example",
        "<b>tebal</b>",
        "[[link]]",
        "{nama}",
        "NIP 198504122010012901",
        "x" * 301,
    ],
)
def test_a_text_with_a_link_markup_an_unknown_placeholder_or_a_person_is_refused(text: str, world: World) -> None:
    tomorrow = clock.today() + timedelta(days=1)
    with pytest.raises(Refused):
        texts.plan(texts.INSERTS["musiman"], Language.INDONESIAN, text, tomorrow, None, by=world.administrator)
    assert not InsertText.objects.exists()


def page(world: World, key: str = "musiman") -> tuple[Client, str]:
    client = Client()
    client.force_login(world.administrator)
    session = client.session
    session["proven"] = time.time()
    session.save()
    return client, reverse("approvals:insert", args=[key, "id"])


def test_look_save_take_back_and_bring_back(world: World) -> None:
    client, address = page(world)
    tomorrow = (clock.today() + timedelta(days=1)).isoformat()
    data = {"text": f" {MARK}\n", "starts": tomorrow, "ends": ""}
    looked = client.post(address, {**data, "tindakan": "lihat"}).content.decode()
    assert "Begini emailnya" in looked
    assert looked.count(MARK) >= 6
    assert not InsertText.objects.exists()
    assert client.post(address, {**data, "tindakan": "simpan"}).status_code == 302
    row = InsertText.objects.get()
    assert (row.text, row.made_by) == (MARK, world.administrator)
    assert AuditEvent.objects.get(event="insert_planned").data["key"] == "musiman"
    again = client.post(address, {**data, "tindakan": "simpan"})
    assert again.status_code == 422
    assert "Batalkan dulu" in again.content.decode()
    client.post(address, {"tindakan": "batal", "versi": row.pk})
    row.refresh_from_db()
    assert row.cancelled_by == world.administrator
    assert MARK in client.get(f"{address}?versi={row.pk}").content.decode().split("</textarea>")[0]


@pytest.mark.parametrize("key", ["9" * 5000, "9" * 30, "-1", "x", ""])
def test_what_is_no_version_is_not_found(world: World, key: str) -> None:
    client, address = page(world)
    assert client.post(address, {"tindakan": "batal", "versi": key}).status_code == 404
    assert client.get(address, {"versi": key}).status_code == 200


def test_too_early_or_ended_before_it_begins_is_told_beside_the_field(world: World) -> None:
    client, address = page(world)
    today = clock.today()
    answer = client.post(address, {"text": MARK, "starts": today.isoformat(), "ends": "", "tindakan": "simpan"})
    assert answer.status_code == 422
    assert "paling cepat besok" in answer.content.decode()
    days = {"starts": (today + timedelta(days=5)).isoformat(), "ends": (today + timedelta(days=2)).isoformat()}
    answer = client.post(address, {"text": MARK, **days, "tindakan": "lihat"})
    assert answer.status_code == 422
    assert "setelah hari pertama" in answer.content.decode()


def test_the_frame_shows_only_texts_that_were_checked(world: World) -> None:
    client, address = page(world)
    frame = f"{address}case_notice/"
    plain = client.get(frame)
    assert plain.status_code == 200
    assert "frame-ancestors 'self'; sandbox" in plain.headers["Content-Security-Policy"]
    assert plain.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert client.get(f"{frame}?teks=Klik%20di%20sini").status_code == 404
    assert client.get(f"{address}account_code/").status_code == 404
    looked = client.post(
        address, {"text": MARK, "starts": (clock.today() + timedelta(days=1)).isoformat(), "tindakan": "lihat"}
    )
    signed = looked.content.decode().split("case_notice/?teks=")[1].split('"')[0]
    assert MARK in client.get(f"{frame}?teks={signed}").content.decode()


def test_the_list_says_where_each_stands_and_what_waits(world: World) -> None:
    client, _address = page(world)
    in_force("bantuan", "Bantuan: {bantuan}", world, starts=clock.today() + timedelta(days=3))
    shown = client.get(reverse("approvals:inserts")).content.decode()
    assert "Semua email" in shown
    assert "Permintaan keputusan ke atasan" in shown
    assert "Bantuan: {bantuan}" in shown
