"""Deciding at the dashboard: checked, shown once more with its mail, carried out once, never over somebody else."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from approvals import workflow
from approvals.models import Letter, Outcome, Step, Via
from declarations.models import Declaration
from declarations.samples import PAID_ANSWERS, PAID_CHANNEL, SampleChannel
from declarations.status import Status
from portal import clock
from portal.audit.models import AuditEvent
from portal.mail.models import OutgoingEmail
from portal.mail.transport import fill, secret_of
from portal.people.models import Employee
from tests.factories import World, endorse, judge_findings, person, sent, step_of

REASON = "Isi konten bertentangan dengan surat edaran Bupati."


@pytest.fixture
def world(db: None) -> World:
    return World()


@pytest.fixture
def case(world: World) -> Declaration:
    return endorse(sent(world.teacher))


@pytest.fixture
def officer(world: World, client: Client) -> Client:
    client.force_login(world.reviewer)
    return client


def url(declaration: Declaration, name: str = "decide") -> str:
    return reverse(f"approvals:{name}", args=[declaration.number])


def form(declaration: Declaration, keputusan: str = "", **fields: object) -> dict[str, object]:
    declaration.refresh_from_db()
    basis = {"langkah": step_of(declaration).pk, "revisi": declaration.revision, "keputusan": keputusan}
    return {**basis, "sampai": day(200), **fields}


def day(ahead: int) -> str:
    return f"{clock.today() + timedelta(days=ahead):%d-%m-%Y}"


def sealed(answer) -> str:  # noqa: ANN001
    found = re.search(r'name="isi" value="([^"]+)"', answer.content.decode())
    assert found is not None, answer.content.decode()[:2000]
    return found[1]


def decide(client: Client, declaration: Declaration, keputusan: str, **fields: object):  # noqa: ANN201
    first = client.post(url(declaration), form(declaration, keputusan, **fields))
    return client.post(url(declaration), {"isi": sealed(first)})


# -- the five outcomes ---------------------------------------------------------------------------------------------


def test_the_first_post_only_shows_the_act_and_the_mail(case: Declaration, officer: Client) -> None:
    answer = officer.post(url(case), form(case, "approved"))
    body = answer.content.decode()
    assert answer.status_code == 200
    assert "Setujui dan kirim" in body
    assert "Keputusan BKPSDM: disetujui" in body
    assert "data-keputusan" in body
    case.refresh_from_db()
    assert case.status == Status.AWAITING_REVIEW


def test_approval_with_conditions(world: World, case: Declaration, officer: Client) -> None:
    code = officer.get(url(case, "case")).context["form"].chooser("syarat").choices[0][0]
    answer = decide(
        officer,
        case,
        "approved_conditions",
        syarat=[code],
        syarat_lain="Tidak menyebut nama sekolah\n\nEvaluasi 6 bulan",
        batas_syarat=day(30),
        alasan="Boleh dilanjutkan dengan pembatasan.",
    )
    assert answer.status_code == 302
    case.refresh_from_db()
    assert (case.status, case.with_conditions) == (Status.APPROVED, True)
    assert case.valid_until == clock.today() + timedelta(days=200)
    step = Step.objects.get(declaration=case, outcome=Outcome.APPROVED_CONDITIONS)
    assert (step.decided_by, step.via) == (world.reviewer, Via.DASHBOARD)
    conditions = list(step.conditions.order_by("pk"))
    assert [each.text for each in conditions[1:]] == ["Tidak menyebut nama sekolah", "Evaluasi 6 bulan"]
    assert conditions[0].measure is not None
    assert {each.due_on for each in conditions} == {clock.today() + timedelta(days=30)}
    assert Letter.objects.filter(declaration=case).count() == 1


def test_return_with_a_note_for_each_marked_part(case: Declaration, officer: Client) -> None:
    decide(
        officer, case, "returned", bagian=["konten"], catatan_konten="Jelaskan topiknya.", catatan_waktu="tak dipakai"
    )
    case.refresh_from_db()
    assert case.status == Status.RETURNED
    assert Step.objects.get(declaration=case, outcome="returned").marks == [
        {"part": "konten", "note": "Jelaskan topiknya."}
    ]
    assert "Jelaskan topiknya." in OutgoingEmail.objects.filter(case=case.number).latest("pk").text


def test_rejection(case: Declaration, officer: Client) -> None:
    decide(officer, case, "rejected", alasan=REASON)
    case.refresh_from_db()
    assert case.status == Status.REJECTED


def test_forwarding_then_opinion_then_decision(world: World, case: Declaration, officer: Client) -> None:
    decide(officer, case, "forwarded", alasan="Mohon pendapat.")
    case.refresh_from_db()
    assert case.status == Status.AWAITING_INSPECTORATE
    inspector = Client()
    inspector.force_login(world.inspector)
    body = inspector.get(url(case, "case")).content.decode()
    assert 'value="opinion"' in body
    assert 'value="approved"' not in body
    assert inspector.post(url(case), form(case, "approved")).status_code == 422
    assert inspector.post(url(case), form(case, "opinion", alasan="pendek")).status_code == 422
    decide(inspector, case, "opinion", alasan="Potensial; cukup dengan pembatasan kerja sama.")
    case.refresh_from_db()
    assert case.status == Status.AWAITING_REVIEW
    assert "Pendapat Inspektorat" in officer.get(url(case, "case")).content.decode()
    decide(officer, case, "approved")
    case.refresh_from_db()
    assert case.status == Status.APPROVED


def test_the_inspektorat_decides_about_the_head_of_bkpsdm(world: World, client: Client) -> None:
    own = endorse(sent(world.bkpsdm_head))
    client.force_login(world.inspector)
    body = client.get(url(own, "case")).content.decode()
    assert 'value="approved"' in body
    assert 'value="forwarded"' not in body
    decide(client, own, "approved")
    own.refresh_from_db()
    assert own.status == Status.APPROVED


@pytest.mark.parametrize(
    ("decision", "fields"),
    [
        ("approved", {}),
        ("approved_conditions", {"syarat_lain": "Hanya di luar jam kerja", "alasan": "Agar tetap terpisah."}),
        ("rejected", {"alasan": REASON}),
        ("returned", {"bagian": ["konten"], "catatan_konten": "Sebutkan topiknya.", "alasan": "Mohon dilengkapi."}),
    ],
)
def test_the_preview_is_what_is_sent(case: Declaration, officer: Client, decision: str, fields: dict[str, Any]) -> None:
    case.refresh_from_db()
    shown = officer.post(url(case), form(case, decision, **fields))
    subject, text = shown.context["subject"], shown.context["text"]
    officer.post(url(case), {"isi": sealed(shown)})
    mail = OutgoingEmail.objects.filter(case=case.number).latest("pk")
    assert mail.subject == subject
    assert fill(mail.text, secret_of(mail)) == text


# -- what is refused -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("keputusan", "fields", "sentence"),
    [
        ("", {}, "Pilih keputusan"),
        ("opinion", {"alasan": REASON}, "Pilih keputusan"),
        ("endorsed", {}, "Pilih keputusan"),
        ("approved", {"sampai": "besok"}, "Tulis tanggal seperti 23-11-2027"),
        ("approved", {"sampai": "01-01-2020"}, "Tanggal berlaku harus setelah hari ini"),
        ("approved", {"sampai": "01-01-2099"}, "Masa berlaku paling lama 12 bulan"),
        ("approved_conditions", {"alasan": REASON}, "Tambahkan sedikitnya satu syarat"),
        ("approved_conditions", {"syarat_lain": "Satu"}, "Tulis alasan yang akan dibaca ASN"),
        ("approved_conditions", {"syarat": ["KP-99"], "alasan": REASON}, "KP-99"),
        ("approved_conditions", {"syarat_lain": "x" * 501, "alasan": REASON}, "paling banyak 500 karakter"),
        ("approved_conditions", {"syarat_lain": "x\n" * 21, "alasan": REASON}, "Paling banyak 20 syarat"),
        ("approved_conditions", {"syarat_lain": "x", "batas_syarat": "01-01-2020", "alasan": REASON}, "Batas syarat"),
        ("returned", {}, "Pilih bagian yang perlu diperbaiki"),
        ("returned", {"bagian": ["konten"]}, "Tulis apa yang perlu diperbaiki pada bagian Isi konten"),
        ("returned", {"bagian": ["../x"]}, "../x"),
        ("rejected", {}, "Jelaskan alasan, sedikitnya 20 karakter"),
        ("rejected", {"alasan": "Terlalu pendek"}, "Jelaskan alasan, sedikitnya 20 karakter"),
        ("rejected", {"alasan": "x" * 2001}, "Alasan paling banyak 2.000 karakter"),
    ],
)
def test_an_incomplete_form_comes_back_as_it_was(
    case: Declaration, officer: Client, keputusan: str, fields: dict[str, object], sentence: str
) -> None:
    answer = officer.post(url(case), form(case, keputusan, **fields))
    body = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in body
    assert "Ada yang perlu diperbaiki" in body
    for target in re.findall(r'<li><a href="#([\w-]+)">', body.split("error-summary")[1].split("</div>")[0]):
        assert f'id="{target}"' in body
    assert not Step.objects.filter(declaration=case, stage="review").exclude(outcome="").exists()


def test_high_findings_come_first(world: World, officer: Client) -> None:
    channel = SampleChannel("@uji.kafe", answers={**PAID_CHANNEL, "C2": ["ULASAN_PRODUK_USAHA"]})
    risky = endorse(sent(world.licensing, channel, A3=["PERIZINAN"], F2="YA", **PAID_ANSWERS))
    answer = officer.post(url(risky), form(risky, "rejected", alasan=REASON))
    assert answer.status_code == 422
    assert re.search(r'href="#temuan-[\w-]+">Tangani \d+ temuan tingkat Tinggi dulu', answer.content.decode())
    judge_findings(risky, world.reviewer)
    assert officer.post(url(risky), form(risky, "rejected", alasan=REASON)).status_code == 200


def test_a_reviewer_of_the_same_unit_does_not_decide(world: World, officer: Client) -> None:
    """[W05]"""
    near = endorse(sent(person("Rekan Dekat", world.bkpsdm)))
    assert "dari unit Anda sendiri" in officer.get(url(near, "case")).content.decode()
    assert officer.post(url(near), form(near, "approved")).status_code in (403, 404)


def test_a_reviewer_does_not_decide_the_step_of_the_inspektorat(
    world: World, case: Declaration, officer: Client
) -> None:
    decide(officer, case, "forwarded")
    assert officer.post(url(case), form(case, "opinion", alasan=REASON)).status_code == 403


def test_nobody_decides_at_the_dashboard_while_the_head_is_asked(world: World, officer: Client) -> None:
    waiting = sent(world.colleague)
    assert "data-keputusan" not in officer.get(url(waiting, "case")).content.decode()
    assert officer.post(url(waiting), form(waiting, "approved")).status_code == 404
    assert officer.post(url(waiting), {"keputusan": "approved"}).status_code == 409


def test_the_step_of_another_case_is_404(world: World, case: Declaration, officer: Client) -> None:
    other = endorse(sent(world.colleague))
    assert officer.post(url(case), {**form(case, "approved"), "langkah": step_of(other).pk}).status_code == 404


def test_a_forged_confirmation_is_refused(case: Declaration, officer: Client) -> None:
    assert officer.post(url(case), {"isi": "palsu"}).status_code == 409
    case.refresh_from_db()
    assert case.status == Status.AWAITING_REVIEW


def test_a_confirmation_belongs_to_one_person_and_one_case(world: World, case: Declaration, officer: Client) -> None:
    token = sealed(officer.post(url(case), form(case, "approved")))
    other = endorse(sent(world.colleague))
    assert officer.post(url(other), {"isi": token}).status_code == 404
    second = Client()
    second.force_login(world.second_reviewer)
    assert second.post(url(case), {"isi": token}).status_code == 403


# -- twice, and two at once ----------------------------------------------------------------------------------------


def test_a_double_press_decides_once(case: Declaration, officer: Client) -> None:
    token = sealed(officer.post(url(case), form(case, "approved")))
    first = officer.post(url(case), {"isi": token})
    second = officer.post(url(case), {"isi": token})
    assert first.status_code == second.status_code == 302
    assert AuditEvent.objects.filter(chain=case.audit_chain, event="decided", data__stage="review").count() == 1
    assert Letter.objects.filter(declaration=case).count() == 1


def test_the_second_reviewer_learns_who_was_first(world: World, case: Declaration, officer: Client) -> None:
    """[W03]"""
    second = Client()
    second.force_login(world.second_reviewer)
    late_form = form(case, "rejected", alasan=REASON)
    late_token = sealed(second.post(url(case), late_form))
    decide(officer, case, "approved")
    for late in (second.post(url(case), late_form), second.post(url(case), {"isi": late_token})):
        body = late.content.decode()
        assert late.status_code == 409
        assert "Yusnita Sari" in body
        assert REASON in body
    case.refresh_from_db()
    assert case.status == Status.APPROVED


def test_a_case_that_changed_meanwhile_is_not_decided(world: World, case: Declaration, officer: Client) -> None:
    old = form(case, "approved")
    token = sealed(officer.post(url(case), old))
    workflow.reopen(Step.objects.get(declaration=case, stage="head"), by=world.head)
    for late in (officer.post(url(case), old), officer.post(url(case), {"isi": token})):
        assert late.status_code == 409
        assert "berubah" in late.content.decode()


def test_going_back_keeps_what_was_filled_in(case: Declaration, officer: Client) -> None:
    token = sealed(officer.post(url(case), form(case, "rejected", alasan=REASON)))
    answer = officer.post(url(case), {"isi": token, "ubah": "1"})
    assert answer.status_code == 200
    assert REASON in answer.content.decode()
    assert 'value="rejected" checked' in answer.content.decode()


def test_afterwards_the_next_case_of_the_list_is_offered(world: World, case: Declaration, officer: Client) -> None:
    following = endorse(sent(world.colleague))
    query = "?status=awaiting_review"
    first = officer.post(url(case) + query, form(case, "approved"))
    answer = officer.post(url(case) + query, {"isi": sealed(first)}, follow=True)
    body = answer.content.decode()
    assert "Keputusan tersimpan." in body
    assert f'href="{url(following, "case")}{query}"' in body


def test_what_was_typed_survives_the_end_of_the_session(world: World, case: Declaration, officer: Client) -> None:
    typed = form(case, "rejected", alasan=REASON)
    officer.logout()
    assert officer.post(url(case), typed).status_code == 302
    officer.force_login(world.reviewer)
    body = officer.get(url(case) + "?simpanan=1").content.decode()
    assert REASON in body
    case.refresh_from_db()
    assert case.status == Status.AWAITING_REVIEW


def test_that_there_is_no_mail_is_said_in_the_officers_language(
    world: World, case: Declaration, officer: Client
) -> None:
    Employee.objects.filter(pk=world.teacher.pk).update(language="en")
    shown = officer.post(url(case), form(case, "forwarded", alasan=REASON)).content.decode()
    assert "Tidak ada email ke ASN: perkara diteruskan ke tahap berikutnya." in shown
    approved = officer.post(url(case), form(case, "approved")).content.decode()
    assert "Your declaration has been approved." in approved
