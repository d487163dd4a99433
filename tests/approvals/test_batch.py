"""Several cases endorsed at once: by the mailed list and signed in, one code, and who is left out by name."""

import re
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from playwright.sync_api import expect

from approvals import batch, links, workflow
from approvals.models import Step, Via
from declarations.models import Declaration
from declarations.samples import PAID_ANSWERS, PAID_CHANNEL, SampleChannel
from declarations.status import Status
from portal.audit.models import AuditEvent
from portal.crypto import unseal
from portal.mail.models import OutgoingEmail
from tests.factories import World, person, sent, step_of

pytestmark = pytest.mark.django_db
LIST = "/k/d/"


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def cases(world: World) -> list[Declaration]:
    return [sent(world.teacher), sent(world.colleague), sent(person("Yuli Anggraini", world.school))]


@pytest.fixture
def flagged(world: World) -> Declaration:
    case = sent(world.teacher, SampleChannel("@uji.berbayar", answers=PAID_CHANNEL), **PAID_ANSWERS)
    assert case.worst in ("warn", "block")
    return case


@pytest.fixture
def by_mail(world: World, client: Client) -> Client:
    answer = client.get("/" + links.list_url(world.head).split("/", 3)[3])
    assert (answer.status_code, answer["Location"]) == (302, LIST)
    return client


def value(case: Declaration) -> str:
    case.refresh_from_db()
    return f"{case.number}:{case.revision}"


def code() -> str:
    mail = OutgoingEmail.objects.filter(purpose="head_code").latest("pk")
    assert mail.secret is not None
    return str(unseal(bytes(mail.secret))["code"])


def values(cases: list[Declaration]) -> list[str]:
    return [value(case) for case in cases]


def approve(client: Client, picked: list[str], **fields: str) -> Any:
    return client.post(f"{LIST}setujui/", {"pilih": picked, **fields})


def approve_with_code(client: Client, picked: list[str]) -> str:
    assert approve(client, picked).status_code == 200
    answer = approve(client, picked, kode=code())
    assert answer.status_code == 302
    return str(client.get(answer["Location"]).content.decode())


def statuses(cases: list[Declaration]) -> list[str]:
    return [Declaration.objects.get(pk=case.pk).status for case in cases]


def test_the_list_of_the_mail_decides_several_with_one_code_and_one_event_each(
    world: World, cases: list[Declaration], by_mail: Client
) -> None:
    picked = values(cases)
    page = by_mail.get(f"{LIST}setujui/", {"pilih": [case.number for case in cases]}).content.decode()
    assert re.findall(r'name="pilih" value="([^"]+)"', page) == picked
    assert "Setujui 3 deklarasi" in page
    result = approve_with_code(by_mail, picked)
    assert "3 dari 3 disetujui" in result
    assert statuses(cases) == [Status.AWAITING_REVIEW] * 3
    for case in cases:
        assert AuditEvent.objects.filter(chain=case.audit_chain, event="decided").count() == 1
        assert case.steps.get(outcome="endorsed").via == Via.LINK_CODE
    assert OutgoingEmail.objects.filter(purpose="head_receipt", to=world.head.mailbox).count() == 3
    assert "_auth_user_id" not in by_mail.session


def test_nothing_is_decided_without_the_code_or_with_a_wrong_one(cases: list[Declaration], by_mail: Client) -> None:
    picked = values(cases)
    assert approve(by_mail, picked).status_code == 200
    right = code()
    wrong = "000000" if right != "000000" else "111111"
    for typed in ("", wrong):
        assert approve(by_mail, picked, kode=typed).status_code == 422
    assert statuses(cases) == [Status.AWAITING_HEAD] * 3
    assert approve(by_mail, picked[:2], kode=right).status_code == 422, "the code is for the three that were shown"
    assert statuses(cases) == [Status.AWAITING_HEAD] * 3
    assert approve(by_mail, picked, kode=right).status_code == 302


def test_a_case_that_changed_or_was_decided_is_named_while_the_others_go_through(
    world: World, cases: list[Declaration], by_mail: Client
) -> None:
    picked = values(cases)
    approve(by_mail, picked)
    workflow.ask_again(step_of(cases[0]))
    Declaration.objects.filter(pk=cases[0].pk).update(revision=cases[0].revision + 1)
    workflow.withdraw(cases[1], by=world.colleague, reason="batal")
    answer = approve(by_mail, picked, kode=code())
    rows = dict(batch.open_results(world.head, answer["Location"].split("/")[-2]) or ())
    assert [rows[case.number] for case in cases] == [batch.CHANGED, batch.GONE, batch.DONE]
    page = by_mail.get(answer["Location"]).content.decode()
    assert "1 dari 3 disetujui" in page
    assert "berubah sejak daftar dibuka" in page
    assert statuses(cases) == [Status.AWAITING_HEAD, Status.WITHDRAWN, Status.AWAITING_REVIEW]


def test_cases_with_findings_cannot_be_ticked_nor_smuggled_in(
    world: World, cases: list[Declaration], flagged: Declaration, by_mail: Client
) -> None:
    page = by_mail.get(LIST).content.decode()
    ticks = re.findall(r'name="pilih"[^>]* value="([^"]+)"', page)
    assert set(ticks) == {case.number for case in cases}
    confirm = by_mail.get(f"{LIST}setujui/", {"pilih": [cases[0].number, flagged.number]}).content.decode()
    assert "Tidak ikut" in confirm
    assert f'value="{value(flagged)}"' not in confirm
    result = approve_with_code(by_mail, [value(cases[0]), value(flagged)])
    assert "1 dari 2 disetujui" in result
    assert statuses([cases[0], flagged]) == [Status.AWAITING_REVIEW, Status.AWAITING_HEAD]


def test_what_is_sent_twice_is_told_and_changes_nothing(cases: list[Declaration], by_mail: Client) -> None:
    picked = values(cases)
    approve_with_code(by_mail, picked)
    before = (AuditEvent.objects.count(), OutgoingEmail.objects.count())
    for fields in ({"kode": "123456"}, {}):
        answer = approve(by_mail, picked, **fields)
        assert answer.status_code == 302
        assert "sudah diputus sebelumnya" in by_mail.get(answer["Location"]).content.decode()
    assert (AuditEvent.objects.count(), OutgoingEmail.objects.count()) == before


def test_reading_changes_nothing_and_the_token_leaves_the_address(
    world: World, cases: list[Declaration], by_mail: Client
) -> None:
    cookie = by_mail.cookies["daftar"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == (LIST, True, "Lax")
    before = (Step.objects.count(), AuditEvent.objects.count(), OutgoingEmail.objects.count())
    for part in ("menunggu", "dialihkan", "selesai"):
        answer = by_mail.get(LIST, {"bagian": part})
        assert (answer.status_code, answer["Referrer-Policy"]) == (200, "strict-origin")
    assert by_mail.get(f"{LIST}setujui/", {"pilih": [case.number for case in cases]}).status_code == 200
    assert by_mail.get(f"{LIST}setujui/").status_code == 422
    assert (Step.objects.count(), AuditEvent.objects.count(), OutgoingEmail.objects.count()) == before


def test_a_forwarded_list_decides_nothing_for_whoever_reads_no_mail_of_the_head(
    world: World, cases: list[Declaration], by_mail: Client
) -> None:
    """The code goes to the address of the head only, and each request for one is counted."""
    for _each in range(3):
        assert approve(by_mail, values(cases)).status_code == 200
    sent_to = set(OutgoingEmail.objects.filter(purpose="head_code").values_list("to", flat=True))
    assert sent_to == {world.head.mailbox}
    assert approve(by_mail, values(cases)).status_code == 429
    assert statuses(cases) == [Status.AWAITING_HEAD] * 3


def test_the_list_of_one_head_never_decides_the_case_of_another(
    world: World, cases: list[Declaration], client: Client
) -> None:
    client.get("/" + links.list_url(world.ptsp_head).split("/", 3)[3])
    assert cases[0].number not in client.get(LIST).content.decode()
    answer = approve(client, values(cases))
    assert answer.status_code == 302, "nothing of it waits for him: no code is asked for"
    assert "0 dari 3 disetujui" in client.get(answer["Location"]).content.decode()
    assert statuses(cases) == [Status.AWAITING_HEAD] * 3


def test_a_result_and_a_list_are_nothing_without_their_person(world: World, cases: list[Declaration]) -> None:
    token = batch.seal_results(world.head, [(cases[0].number, batch.DONE)])
    stranger = Client()
    assert stranger.get(LIST).status_code == 404
    assert stranger.post(f"{LIST}setujui/", {"pilih": values(cases)}).status_code == 404
    stranger.get("/" + links.list_url(world.ptsp_head).split("/", 3)[3])
    assert stranger.get(f"{LIST}hasil/{token}/").status_code == 404
    with time_machine.travel(0, tick=False):
        old = links.list_url(world.head)
    assert stranger.get("/" + old.split("/", 3)[3]).status_code == 404


def test_signed_in_the_same_list_takes_back_and_approves(world: World, cases: list[Declaration]) -> None:
    secretary = person("Elvira Rangkuti", world.dinas, post="Sekretaris Dinas", post_kind="struktural")
    workflow.pass_on(step_of(cases[0]), secretary, reason="cuti", by=world.head)
    client = Client()
    client.force_login(world.head)
    assert secretary.name in client.get("/persetujuan/?bagian=dialihkan").content.decode()
    address = reverse("approvals:inbox_take_back", args=[cases[0].number])
    other = Client()
    other.force_login(secretary)
    assert other.post(address).status_code == 404
    assert client.post(address).status_code == 302
    assert step_of(cases[0]).assigned_to == world.head
    picked = values(cases[:2])
    client.post("/persetujuan/setujui/", {"pilih": picked})
    answer = client.post("/persetujuan/setujui/", {"pilih": picked, "kode": code()})
    assert "2 dari 2 disetujui" in client.get(answer["Location"]).content.decode()
    done = client.get("/persetujuan/?bagian=selesai").content.decode()
    assert cases[0].number in done
    assert cases[0].steps.get(outcome="endorsed").via == Via.DASHBOARD


def test_the_list_costs_the_same_however_many_wait(world: World, cases: list[Declaration], by_mail: Client) -> None:
    with CaptureQueriesContext(connection) as few:
        by_mail.get(LIST)
    for number in range(4):
        sent(person(f"Guru {number}", world.school))
    with CaptureQueriesContext(connection) as many:
        by_mail.get(LIST)
    assert len(many) == len(few)


def test_more_than_fifty_at_once_and_wild_values_are_refused_in_words(
    cases: list[Declaration], by_mail: Client
) -> None:
    many = by_mail.get(f"{LIST}setujui/", {"pilih": ["DK-2611-00001-1"] * 51})
    assert many.status_code == 422
    assert "paling banyak 50" in many.content.decode()
    for wild in (["-1"], ["DK-2611-00001-1:99999999999999"], ["\x00"], ["DK:"]):
        assert approve(by_mail, wild).status_code == 422


@pytest.mark.browser
def test_a_head_approves_two_on_a_phone_without_scripts(no_script: Any) -> None:
    world = World()
    cases = [sent(world.teacher), sent(world.colleague)]
    no_script.goto("/" + links.list_url(world.head).split("/", 3)[3])
    no_script.get_by_role("link", name="Centang semua 2 deklarasi tanpa temuan").click()
    no_script.get_by_role("button", name="Periksa yang dicentang").click()
    expect(no_script.locator("h2")).to_have_count(2)
    no_script.get_by_role("button", name="Setujui 2 deklarasi").click()
    no_script.get_by_label("Kode dari email").fill(code())
    no_script.get_by_role("button", name="Setujui 2 deklarasi").click()
    no_script.get_by_text("2 dari 2 disetujui").wait_for()
    assert statuses(cases) == [Status.AWAITING_REVIEW] * 2
