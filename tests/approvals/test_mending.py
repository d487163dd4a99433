"""Mending a returned case on its pages: what is open, what is answered, what is said, and whom it goes back to."""

import pytest
from django.test import Client
from django.urls import reverse

from approvals import workflow
from approvals.models import Outcome, PointAnswer
from approvals.verdicts import Mark
from declarations.answers import save_answers
from declarations.models import Declaration
from declarations.status import Status
from portal.errors import Refused
from portal.mail.models import OutgoingEmail
from tests.factories import World, answer_points, endorse, review, sent

pytestmark = pytest.mark.django_db
ANSWER = "Siaran selalu sesudah pukul 17.00; jadwalnya saya tulis di profil kanal."


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def case(world: World) -> Declaration:
    """Returned by a reviewer after the head endorsed, with two points."""
    marks = (Mark("waktu", "Kapan siaran langsung?"), Mark("batas", "Nilai mana?"))
    return review(endorse(sent(world.teacher)), world.reviewer, Outcome.RETURNED, marks=marks)


@pytest.fixture
def owner(world: World, client: Client) -> Client:
    client.force_login(world.teacher)
    return client


def url(name: str, case: Declaration, *more: object) -> str:
    return reverse(name, args=[case.number, *more])


def body(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_only_the_marked_pages_are_open_and_only_they_are_offered(case: Declaration, owner: Client) -> None:
    assert owner.get(url("declarations:time", case)).status_code == 200
    for name in ("interest", "channels", "channel_add"):
        for answer in (owner.get(url(f"declarations:{name}", case)), owner.post(url(f"declarations:{name}", case), {})):
            assert answer.status_code == 409
            assert "Bagian ini tertutup" in answer.content.decode()
            assert url("declarations:fix", case) in answer.content.decode()
    check = body(owner, url("declarations:check", case))
    assert url("declarations:time", case) in check
    assert url("declarations:interest", case) not in check
    assert url("declarations:channels", case) not in check


def test_before_sending_again_the_page_names_whoever_asked_for_changes_not_the_head(
    world: World, case: Declaration, owner: Client
) -> None:
    check = body(owner, url("declarations:check", case))
    assert "Setelah dikirim ulang, kembali ke yang meminta perbaikan." in check
    assert world.head.official_name not in check.split('id="kirim"')[1]


def test_what_an_answer_made_necessary_is_open(case: Declaration, owner: Client) -> None:
    save_answers(case, {"A3": ""})
    assert owner.get(url("declarations:interest", case)).status_code == 200


def test_each_point_needs_an_edit_or_an_answer_and_the_page_says_which(case: Declaration, owner: Client) -> None:
    send = url("approvals:submit", case)
    save_answers(case, {"C7": ["HARMONIS"]})
    fix = body(owner, url("declarations:fix", case))
    assert fix.count("isian sudah diubah") == 1
    refused = owner.post(send, {"sudah": "1"}, follow=True)
    assert "Jawab poin 1 sebelum mengirim ulang" in refused.content.decode()
    with pytest.raises(Refused, match="Jawab poin 1"):
        workflow.submit(case, by=case.declarant)
    answer = url("approvals:answer_point", case, "waktu")
    assert owner.post(answer, {"jawaban": ANSWER})["Location"].endswith("#poin-1")
    assert owner.post(answer, {"jawaban": ANSWER}).status_code == 302
    assert PointAnswer.objects.count() == 1
    owner.post(send, {"sudah": "1"})
    case.refresh_from_db()
    assert case.status == Status.AWAITING_REVIEW
    owner.post(send, {"sudah": "1"})
    case.refresh_from_db()
    assert case.version == 2
    assert owner.post(answer, {"jawaban": "Terlambat"}).status_code == 409


def test_an_answer_that_is_too_long_stands_in_its_field_again(case: Declaration, owner: Client) -> None:
    long = "a" * 1003
    refused = owner.post(url("approvals:answer_point", case, "waktu"), {"jawaban": long})
    text = refused.content.decode()
    assert refused.status_code == 422
    assert f">{long}</textarea>" in text
    assert "Kurangi 3 karakter" in text
    assert not PointAnswer.objects.exists()


def test_points_nobody_asked_about_and_other_people_are_refused(world: World, case: Declaration, owner: Client) -> None:
    assert owner.post(url("approvals:answer_point", case, "kepentingan"), {"jawaban": "x"}).status_code == 404
    other = Client()
    other.force_login(world.colleague)
    assert other.post(url("approvals:answer_point", case, "waktu"), {"jawaban": "x"}).status_code == 404
    assert not PointAnswer.objects.exists()


def test_the_page_says_beforehand_whether_the_head_is_asked_again(case: Declaration, owner: Client) -> None:
    assert "Persetujuan atasan tetap berlaku" in body(owner, url("declarations:fix", case))
    save_answers(case, {"D1": "KADANG_JAM_KERJA"})
    assert "kembali ke atasan dulu" in body(owner, url("declarations:fix", case))
    answer_points(case)
    assert workflow.submit(case, by=case.declarant).status == Status.AWAITING_HEAD


def test_a_new_finding_of_the_highest_severity_is_named_as_the_reason(
    case: Declaration, owner: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = {"code": "KK-99", "severity": "block", "topic": "Mitra OPD sendiri"}
    monkeypatch.setattr("approvals.mending.likely_findings", lambda _case: [new, {**new, "severity": "warn"}])
    page = body(owner, url("declarations:fix", case))
    assert page.count("Mitra OPD sendiri") == 1
    assert "kembali ke atasan dulu" in page


def test_the_answer_is_read_by_the_reviewer_who_asked_and_the_mail_leads_to_each_point(
    world: World, case: Declaration
) -> None:
    mail = OutgoingEmail.objects.filter(case=case.number, subject__startswith="Perlu Anda perbaiki").get()
    for number in (1, 2):
        address = f"{url('declarations:fix', case)}#poin-{number}"
        assert address in mail.text
        assert f'{address}">' in mail.html
    workflow.answer_point(case, "waktu", ANSWER, by=world.teacher)
    workflow.answer_point(case, "batas", "Harmonis.", by=world.teacher)
    workflow.submit(case, by=world.teacher)
    officer = Client()
    officer.force_login(world.reviewer)
    assert ANSWER in body(officer, url("approvals:case", case))
