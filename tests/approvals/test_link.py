"""The page behind a mailed link: many visits, one decision, every dead link explained."""

import re
import threading
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse

from approvals import links, workflow
from approvals.models import Outcome, Step
from declarations.models import Declaration
from declarations.samples import PAID_ANSWERS, PAID_CHANNEL, SampleChannel
from declarations.status import Status
from portal.audit.models import AuditEvent
from portal.crypto import unseal
from portal.mail.models import OutgoingEmail
from tests.factories import World, endorse, sent, step_of

pytestmark = pytest.mark.django_db
REASON = "Mengganggu tugas mengajar di kelas setiap hari."


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def waiting(world: World) -> Declaration:
    return sent(world.teacher)


@pytest.fixture
def risky(world: World) -> Declaration:
    channel = SampleChannel("@uji.kafe", answers={**PAID_CHANNEL, "C2": ["ULASAN_PRODUK_USAHA"]})
    return sent(world.licensing, channel, A3=["PERIZINAN"], F2="YA", **PAID_ANSWERS)


def path(url: str) -> str:
    return "/" + url.split("/", 3)[3]


def open_link(client: Client, declaration: Declaration) -> str:
    """Follow the mailed link to the clean address and return it."""
    answer = client.get(path(links.url_for(step_of(declaration))))
    assert answer.status_code == 302
    return str(answer["Location"])


def mailed_code(declaration: Declaration) -> str:
    mail = OutgoingEmail.objects.filter(case=declaration.number, purpose="head_code").latest("pk")
    assert mail.secret is not None
    return str(unseal(bytes(mail.secret))["code"])


def decide(client: Client, declaration: Declaration, outcome: str = "endorsed", **fields: str):  # noqa: ANN201
    address = open_link(client, declaration)
    return client.post(address, {"keputusan": outcome, "revisi": declaration.revision, **fields})


def test_the_token_leaves_the_address_and_the_clean_page_keeps_the_referrer_for_csrf(
    client: Client, waiting: Declaration
) -> None:
    answer = client.get(path(links.url_for(step_of(waiting))))
    assert answer["Location"] == reverse("approvals:link_case", args=[waiting.number])
    assert answer["Referrer-Policy"] == "no-referrer"
    cookie = answer.cookies["kunci"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == (answer["Location"], True, "Lax")
    page = client.get(answer["Location"])
    assert page["Referrer-Policy"] == "strict-origin"
    assert "no-store" in page["Cache-Control"]


def test_fetching_twenty_times_changes_nothing(client: Client, waiting: Declaration) -> None:
    before = (waiting.revision, AuditEvent.objects.count(), OutgoingEmail.objects.count())
    token_path = path(links.url_for(step_of(waiting)))
    for method in ("get", "head", "options") * 7:
        getattr(client, method)(token_path)
        getattr(client, method)(reverse("approvals:link_case", args=[waiting.number]))
    waiting.refresh_from_db()
    assert (waiting.revision, AuditEvent.objects.count(), OutgoingEmail.objects.count()) == before


def test_nothing_is_preselected_and_a_blind_post_is_refused(client: Client, waiting: Declaration) -> None:
    address = open_link(client, waiting)
    assert not re.search(r'name="keputusan"[^>]*checked', client.get(address).content.decode())
    answer = client.post(address, {"revisi": waiting.revision})
    assert answer.status_code == 422
    assert "Pilih keputusan Anda" in answer.content.decode()


def test_endorsing_needs_one_post_and_no_account(client: Client, waiting: Declaration) -> None:
    answer = decide(client, waiting)
    assert answer.status_code == 302
    waiting.refresh_from_db()
    assert waiting.status == Status.AWAITING_REVIEW
    assert "_auth_user_id" not in client.session
    assert "Keputusan tercatat" in client.get(answer["Location"]).content.decode()


def test_objecting_asks_for_the_code_and_keeps_the_text(client: Client, waiting: Declaration) -> None:
    fields = {"alasan": "tugas", "alasan_isi": REASON}
    page = decide(client, waiting, "objected", **fields)
    assert page.status_code == 200
    assert REASON in page.content.decode()
    address = reverse("approvals:link_case", args=[waiting.number])
    everything = {"keputusan": "objected", "revisi": waiting.revision, **fields}
    wrong = client.post(address, {**everything, "kode": "000000"})
    assert wrong.status_code == 422
    waiting.refresh_from_db()
    assert waiting.status == Status.AWAITING_HEAD
    client.post(address, {**everything, "kode": mailed_code(waiting)})
    waiting.refresh_from_db()
    assert waiting.status == Status.AWAITING_REVIEW
    step = Step.objects.get(declaration=waiting, outcome=Outcome.OBJECTED)
    assert (step.reason, step.via) == (REASON, "link_code")


def test_endorsing_over_a_block_finding_asks_for_the_code(client: Client, risky: Declaration) -> None:
    decide(client, risky)
    risky.refresh_from_db()
    assert risky.status == Status.AWAITING_HEAD
    assert OutgoingEmail.objects.filter(case=risky.number, purpose="head_code").count() == 1


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"keputusan": "endorsed_note"}, "Tulis catatan Anda"),
        ({"keputusan": "returned"}, "Pilih bagian yang perlu diperbaiki"),
        ({"keputusan": "returned", "bagian": "konten"}, "Tulis penjelasan agar ASN tahu yang harus diubah"),
        ({"keputusan": "objected"}, "Pilih alasan"),
        ({"keputusan": "objected", "alasan": "tugas", "alasan_isi": "pendek"}, "sedikitnya 20 karakter"),
        ({"keputusan": "approved"}, "Pilih keputusan Anda"),
        ({"keputusan": "endorsed_note", "catatan": "x" * 501}, "500"),
    ],
)
def test_each_missing_thing_has_its_sentence(
    client: Client, waiting: Declaration, fields: dict[str, str], sentence: str
) -> None:
    address = open_link(client, waiting)
    answer = client.post(address, {"revisi": waiting.revision, **fields})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


@pytest.mark.parametrize("damage", [lambda t: t[:-1], lambda t: t[:10], lambda t: "x" + t, lambda t: t.swapcase()])
def test_a_damaged_token_is_unknown(client: Client, waiting: Declaration, damage) -> None:  # noqa: ANN001
    """[L10]"""
    answer = client.get(reverse("approvals:link", args=[damage(links.token_for(step_of(waiting)))]))
    assert answer.status_code == 404
    assert "Tautan tidak dikenal" in answer.content.decode()


def test_a_mark_glued_on_by_the_mail_program_is_forgiven(client: Client, waiting: Declaration) -> None:
    assert client.get(reverse("approvals:link", args=[links.token_for(step_of(waiting)) + "."])).status_code == 302


def test_a_token_opens_only_its_own_case(client: Client, world: World, waiting: Declaration) -> None:
    """[L09]"""
    other = sent(world.colleague)
    client.get(path(links.url_for(step_of(waiting))))
    address = reverse("approvals:link_case", args=[other.number])
    client.cookies["kunci"] = links.token_for(step_of(waiting))
    assert client.get(address).status_code == 404
    assert client.post(address, {"keputusan": "endorsed", "revisi": other.revision}).status_code == 404


def test_no_cookie_no_page(client: Client, waiting: Declaration) -> None:
    assert client.get(reverse("approvals:link_case", args=[waiting.number])).status_code == 404


def test_an_expired_link_says_so_and_mails_a_new_one_only_to_the_registered_address(
    client: Client, waiting: Declaration
) -> None:
    url = path(links.url_for(step_of(waiting)))
    with time_machine.travel(step_of(waiting).opened_at + timedelta(days=14, minutes=1), tick=False):
        address = client.get(url)["Location"]
        page = client.get(address)
        assert page.status_code == 410
        assert "sudah lewat 14 hari" in page.content.decode()
        client.post(reverse("approvals:link_renew", args=[waiting.number]))
    step = step_of(waiting)
    assert step.link_version == 2
    newest = OutgoingEmail.objects.filter(case=waiting.number, purpose="head_request").latest("pk")
    assert newest.to == step.assigned_to.mailbox


def test_a_link_replaced_by_a_newer_one_is_dead(client: Client, waiting: Declaration) -> None:
    old = path(links.url_for(step_of(waiting)))
    workflow.ask_again(step_of(waiting))
    assert client.get(client.get(old)["Location"]).status_code == 410


def test_a_withdrawn_case_explains_itself(client: Client, world: World, waiting: Declaration) -> None:
    url = path(links.url_for(step_of(waiting)))
    workflow.withdraw(waiting, by=world.teacher, reason="batal")
    page = client.get(client.get(url)["Location"])
    assert page.status_code == 410
    assert "sudah ditarik" in page.content.decode()


def test_deciding_on_an_old_page_is_refused_by_name(client: Client, waiting: Declaration) -> None:
    """[W01]"""
    address = open_link(client, waiting)
    answer = client.post(address, {"keputusan": "endorsed", "revisi": waiting.revision - 1})
    assert answer.status_code == 409
    assert "berubah sejak halaman dibuka" in answer.content.decode()


def test_the_same_choice_again_shows_the_receipt_and_adds_nothing(client: Client, waiting: Declaration) -> None:
    address = decide(client, waiting)["Location"]
    events = AuditEvent.objects.count()
    assert client.post(address, {"keputusan": "endorsed", "revisi": waiting.revision}).status_code == 200
    assert AuditEvent.objects.count() == events


def test_the_same_press_twice_at_once_shows_the_receipt_to_both(
    client: Client, waiting: Declaration, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second press found the step open and waited for the lock while the first one decided (drill, seed 1)."""
    decide_once = workflow.decide

    def overtaken(step: Step, *args: Any, **kwargs: Any) -> Declaration:
        decide_once(Step.objects.get(pk=step.pk), *args, **kwargs)
        return decide_once(step, *args, **kwargs)

    monkeypatch.setattr(workflow, "decide", overtaken)
    answer = decide(client, waiting)
    assert (answer.status_code, answer["Location"]) == (302, f"/k/kasus/{waiting.number}/")
    assert AuditEvent.objects.filter(chain=waiting.audit_chain, event="decided").count() == 1


def test_number_and_code_lead_to_the_same_page(client: Client, waiting: Declaration) -> None:
    step = step_of(waiting)
    form = {"nomor": f" {waiting.number.lower()} ", "kode": links.hand_code(step).replace("-", " ")}
    answer = client.post(reverse("approvals:by_hand"), form)
    assert answer.status_code == 302
    client.post(answer["Location"], {"keputusan": "endorsed", "revisi": waiting.revision})
    step.refresh_from_db()
    assert (step.outcome, step.via) == ("endorsed", "hand")


@pytest.mark.parametrize(
    "form",
    [
        {"nomor": "", "kode": ""},
        {"nomor": "DK-2611-00001-0", "kode": "1234-5678"},
        {"nomor": "x" * 40, "kode": "١٢٣٤٥٦٧٨"},
    ],
)
def test_wrong_number_or_code_gets_one_neutral_answer(
    client: Client, waiting: Declaration, form: dict[str, str]
) -> None:
    assert client.post(reverse("approvals:by_hand"), form).status_code == 422


def test_guessing_codes_is_stopped(client: Client, waiting: Declaration) -> None:
    answers = [
        client.post(reverse("approvals:by_hand"), {"nomor": waiting.number, "kode": f"0000-{n:04d}"}).status_code
        for n in range(12)
    ]
    assert answers[-1] == 429


def test_bukan_saya_by_get_only_explains(client: Client, waiting: Declaration) -> None:
    endorse(waiting)
    step = Step.objects.get(declaration=waiting, outcome="endorsed")
    url = path(links.receipt_url(step))
    assert client.get(url).status_code == 200
    step.refresh_from_db()
    assert step.cancelled_at is None
    assert client.post(url).status_code == 302
    waiting.refresh_from_db()
    assert waiting.status == Status.AWAITING_HEAD


def test_after_bukan_saya_even_an_endorsement_needs_the_code(
    client: Client, world: World, waiting: Declaration
) -> None:
    endorse(waiting)
    workflow.reopen(Step.objects.get(declaration=waiting, outcome="endorsed"), by=world.head)
    waiting.refresh_from_db()
    decide(client, waiting)
    waiting.refresh_from_db()
    assert waiting.status == Status.AWAITING_HEAD


def test_the_mail_is_complete_small_one_thread_and_without_nip(world: World, waiting: Declaration) -> None:
    mail = OutgoingEmail.objects.get(case=waiting.number, purpose="head_request")
    receipt = OutgoingEmail.objects.get(case=waiting.number, purpose="case_notice")
    assert len(mail.html.encode()) < 20_000
    assert len(mail.subject) <= 60
    for part in (mail.text, mail.html):
        assert waiting.number in part
        assert "Rahmi Oktavia, S.Pd." in part
        assert "[[link]]" in part
        assert "[[code]]" in part
        assert world.teacher.nip not in part
    assert mail.headers["References"] == receipt.headers["References"]
    assert mail.to == world.head.mailbox


def test_the_answers_a_head_may_not_see_are_not_on_his_page(client: Client, world: World) -> None:
    declaration = sent(world.teacher, C6F="YA", C6F_TEXT="Rahasia yang hanya untuk peninjau.")
    assert "Rahasia yang hanya" not in client.get(open_link(client, declaration)).content.decode()


@pytest.mark.django_db(transaction=True)
def test_twelve_browsers_post_at_once_and_one_decides() -> None:
    waiting = sent(World().teacher)
    clients = [Client() for _ in range(12)]
    address = [open_link(each, waiting) for each in clients][0]
    choices = [
        {"keputusan": "endorsed"},
        {"keputusan": "returned", "bagian": "waktu", "penjelasan": "Mohon dijelaskan"},
    ] * 6

    def post(client: Client, choice: dict[str, str]) -> None:
        client.post(address, {**choice, "revisi": waiting.revision})
        connection.close()

    threads = [threading.Thread(target=post, args=pair) for pair in zip(clients, choices, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert AuditEvent.objects.filter(chain=waiting.audit_chain, event="decided").count() == 1
    assert Step.objects.filter(declaration=waiting, stage="head", decided_at__isnull=False).count() == 1
