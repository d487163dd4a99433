"""Acts on several rows: approve without findings, remind; each row by itself and told by name."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags

from approvals import desk
from approvals.casework.models import DeskSetting, SavedView
from approvals.models import Outcome
from declarations.models import Declaration
from declarations.samples import PAID_ANSWERS, PAID_CHANNEL, SampleChannel
from declarations.status import Status
from portal import clock
from portal.audit.models import AuditEvent
from portal.mail.models import OutgoingEmail
from tests.factories import World, endorse, person, review, sent, step_of

ACT, APPROVE, RESULT = (reverse(f"approvals:{name}") for name in ("bulk", "bulk_approve", "bulk_result"))


@pytest.fixture
def world(db: None) -> World:
    return World()


@pytest.fixture
def officer(world: World, client: Client) -> Client:
    client.force_login(world.reviewer)
    return client


def cases(world: World, count: int) -> list[Declaration]:
    return [endorse(sent(person(f"Guru {index}", world.school))) for index in range(count)]


def confirm(client: Client, chosen: list[Declaration]):  # noqa: ANN201
    return client.post(ACT, {"aksi": "setujui", "pilih": [case.number for case in chosen]})


def picked(page) -> list[str]:  # noqa: ANN001
    return [row["candidate"].value for row in page.context["rows"]]


def statuses(chosen: list[Declaration]) -> list[str]:
    return [Declaration.objects.get(pk=case.pk).status for case in chosen]


def test_two_of_ten_changed_meanwhile_and_only_those_are_refused_by_name(world: World, officer: Client) -> None:
    ten = cases(world, 10)
    page = confirm(officer, ten)
    assert len(picked(page)) == 10
    assert statuses(ten) == [Status.AWAITING_REVIEW] * 10  # the page asks, it does nothing
    desk.write_note(ten[3], "Tanyakan dulu.", by=world.second_reviewer)  # no change of the case: stays in
    review(Declaration.objects.get(pk=ten[4].pk), world.second_reviewer, Outcome.REJECTED, reason="Alasan " * 5)
    Declaration.objects.filter(pk=ten[7].pk).update(revision=ten[7].revision + 1)
    answer = officer.post(APPROVE, {"pilih": picked(page)}, follow=True)
    assert answer.redirect_chain == [(RESULT, 302)]
    assert answer.context["done"] == 8
    told = {row["number"]: row["text"] for row in answer.context["results"] if not row["ok"]}
    assert set(told) == {ten[4].number, ten[7].number}
    assert "tidak menunggu" in told[ten[4].number] or "berubah" in told[ten[4].number]
    assert "berubah sejak daftar dibuka" in told[ten[7].number]
    assert statuses(ten).count(Status.APPROVED) == 8
    assert Declaration.objects.get(pk=ten[7].pk).status == Status.AWAITING_REVIEW
    assert "8 dari 10 berhasil" in strip_tags(answer.content.decode())


def test_the_same_button_twice_approves_and_mails_once(world: World, officer: Client) -> None:
    chosen = cases(world, 2)
    values = picked(confirm(officer, chosen))
    officer.post(APPROVE, {"pilih": values})
    mails = OutgoingEmail.objects.filter(case=chosen[0].number).count()
    again = officer.post(APPROVE, {"pilih": values}, follow=True)
    assert again.context["done"] == 2
    assert "sudah Anda setujui sebelumnya" in again.content.decode()
    assert OutgoingEmail.objects.filter(case=chosen[0].number).count() == mails
    assert chosen[0].letters.count() == 1


def test_a_case_with_a_finding_is_never_approved_with_others_even_by_a_made_up_form(
    world: World, officer: Client
) -> None:
    plain = cases(world, 1)[0]
    flagged = endorse(sent(world.teacher, SampleChannel("@warungrahmi", answers=PAID_CHANNEL), **PAID_ANSWERS))
    page = confirm(officer, [plain, flagged])
    assert [row["case"].number for row in page.context["rows"]] == [plain.number]
    assert "ada temuan" in page.content.decode()
    answer = officer.post(APPROVE, {"pilih": [f"{flagged.number}:{flagged.revision}"]}, follow=True)
    assert answer.context["done"] == 0
    assert Declaration.objects.get(pk=flagged.pk).status == Status.AWAITING_REVIEW


@pytest.mark.parametrize(
    ("outcome", "verdict"),
    [(Outcome.OBJECTED, {"reason": "Kanal ini mengganggu tugasnya."}), (Outcome.ENDORSED_NOTE, {"reason": "Baca."})],
)
def test_what_the_head_wrote_is_read_before_deciding(
    world: World, officer: Client, outcome: Outcome, verdict: dict[str, str]
) -> None:
    case = endorse(sent(world.teacher), outcome, **verdict)
    page = confirm(officer, [case])
    assert page.context["rows"] == []
    assert "ada catatan atau keberatan atasan" in page.content.decode()


def test_own_team_own_case_and_other_hands_are_left_out(world: World, officer: Client) -> None:
    held = cases(world, 1)[0]
    desk.take(held, by=world.second_reviewer)
    waiting = sent(person("Masih di atasan", world.school))
    page = confirm(officer, [held, waiting])
    assert page.context["rows"] == []
    words = page.content.decode()
    assert "sedang dikerjakan" in words
    assert "tidak menunggu keputusan BKPSDM" in words


def test_at_most_twenty_five_at_once(world: World, officer: Client) -> None:
    case = cases(world, 1)[0]
    numbers = [f"DK-2611-{index:05d}-0" for index in range(25)] + [case.number]
    answer = officer.post(ACT, {"aksi": "ambil", "pilih": numbers}, follow=True)
    assert len(answer.context["results"]) == 25
    assert answer.context["done"] == 0


def test_reminding_mails_the_head_once_a_day(world: World, officer: Client) -> None:
    case = sent(world.teacher)
    step = step_of(case)
    asked = OutgoingEmail.objects.filter(case=case.number, purpose="head_request")
    with clock.pretend(clock.now() + timedelta(days=1)):
        first = officer.post(ACT, {"aksi": "ingatkan", "pilih": [case.number]}, follow=True)
        second = officer.post(ACT, {"aksi": "ingatkan", "pilih": [case.number]}, follow=True)
    assert first.context["done"] == 1
    assert second.context["done"] == 0
    assert "hari ini" in second.content.decode()
    assert asked.count() == 2
    step.refresh_from_db()
    assert step.reminders == 1
    line = AuditEvent.objects.filter(chain=case.audit_chain, event="reminded").get()
    assert line.actor_id == world.reviewer.pk


def test_four_mails_about_one_case_are_enough(world: World, officer: Client) -> None:
    case = sent(world.teacher)
    for day in range(1, 5):
        with clock.pretend(clock.now() + timedelta(days=day)):
            answer = officer.post(ACT, {"aksi": "ingatkan", "pilih": [case.number]}, follow=True)
    assert "sudah dikirimi 4 email" in answer.content.decode()
    assert OutgoingEmail.objects.filter(case=case.number, purpose="head_request").count() == 4


def test_nobody_to_remind_is_said(world: World, officer: Client) -> None:
    case = cases(world, 1)[0]
    answer = officer.post(ACT, {"aksi": "ingatkan", "pilih": [case.number]}, follow=True)
    assert "Tidak ada pejabat yang sedang ditunggu" in answer.content.decode()


# -- saved views, keys, who else is there ---------------------------------------------------------------------------


VIEWS, KEYS, QUEUE = "/tinjau/antrean/tampilan/", "/tinjau/pintasan/", "/tinjau/antrean/"


def test_a_view_is_saved_under_a_name_and_is_a_plain_link(world: World, officer: Client) -> None:
    query = "status=awaiting_review&temuan=block"
    answer = officer.post(f"{VIEWS}?{query}", {"nama": " Tinggi   dulu "})
    assert answer["Location"] == f"{QUEUE}?{query}"
    assert SavedView.objects.get().name == "Tinggi dulu"
    page = officer.get(QUEUE).content.decode()
    assert f'href="{QUEUE}?{query.replace("&", "&amp;")}"' in page
    other = Client()
    other.force_login(world.second_reviewer)
    assert "Tinggi dulu" not in other.get(QUEUE).content.decode()
    assert other.get(f"{QUEUE}?{query}").status_code == 200


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "Tinggi"])
def test_a_bad_name_is_told_and_kept(world: World, officer: Client, name: str) -> None:
    officer.post(VIEWS, {"nama": "Tinggi"})
    answer = officer.post(f"{VIEWS}?batas=lewat", {"nama": name})
    assert answer.status_code == 422
    assert answer.context["name"] == name
    assert SavedView.objects.count() == 1


def test_twenty_views_are_enough_and_one_is_forgotten(world: World, officer: Client) -> None:
    for index in range(21):
        answer = officer.post(f"{VIEWS}?hal={index + 1}", {"nama": f"Tampilan {index}"})
    assert answer.status_code == 422
    assert SavedView.objects.count() == 20
    theirs = SavedView.objects.create(owner=world.second_reviewer, name="Bukan punya saya")
    officer.post(VIEWS, {"hapus": str(theirs.pk)})
    officer.post(VIEWS, {"hapus": str(SavedView.objects.filter(owner=world.reviewer).first().pk)})
    assert SavedView.objects.filter(owner=world.reviewer).count() == 19
    assert SavedView.objects.filter(pk=theirs.pk).exists()


def test_a_view_that_names_a_lost_office_says_so(world: World, officer: Client) -> None:
    SavedView.objects.create(owner=world.reviewer, name="Lama", query="opd=HILANG")
    assert "sudah tidak ada" in officer.get(VIEWS).content.decode()


def test_keys_can_be_switched_off_for_good(world: World, officer: Client) -> None:
    case = cases(world, 1)[0]
    assert "antrean.js" in officer.get(QUEUE).content.decode()
    officer.post(KEYS, {"pintasan": "mati"})
    assert not DeskSetting.objects.get().shortcuts
    assert "antrean.js" not in officer.get(QUEUE).content.decode()
    assert "antrean.js" not in officer.get(f"/tinjau/{case.number}/").content.decode()
    officer.post(KEYS, {"pintasan": "nyala"})
    assert "antrean.js" in officer.get(QUEUE).content.decode()


def test_who_else_has_the_case_open_is_told_for_half_an_hour(world: World, officer: Client) -> None:
    case = cases(world, 1)[0]
    other = Client()
    other.force_login(world.second_reviewer)
    other.get(f"/tinjau/{case.number}/")
    other.get(f"/tinjau/{case.number}/")
    opened = AuditEvent.objects.filter(chain=case.audit_chain, event="case_opened")
    assert opened.count() == 1  # written once while it is fresh
    name = str(world.second_reviewer)
    assert f"dibuka {name}" in officer.get(QUEUE).content.decode()
    assert f"dibuka {name}" in officer.get(f"/tinjau/{case.number}/").content.decode()
    assert f"dibuka {world.second_reviewer}" not in other.get(QUEUE).content.decode()
    assert "case_opened" not in officer.get(f"/tinjau/{case.number}/").content.decode()


def test_the_queue_costs_the_same_for_one_row_and_for_ten(world: World, officer: Client) -> None:
    cases(world, 1)
    officer.get(QUEUE)
    with CaptureQueriesContext(
        connection,
    ) as one:
        officer.get(QUEUE)
    for case in cases(world, 9):
        other = Client()
        other.force_login(world.second_reviewer)
        other.get(f"/tinjau/{case.number}/")
    with CaptureQueriesContext(connection) as ten:
        officer.get(QUEUE)
    assert len(ten) == len(one)
