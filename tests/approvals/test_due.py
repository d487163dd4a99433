"""What time owes: reminders on working days 2 and 4, expiry, and nothing twice."""

import re
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from approvals import links, workflow
from approvals.due import DUTIES, perform
from approvals.duties import moves
from approvals.invariants import INVARIANTS
from approvals.models import Notice, WorkItem, WorkKind
from declarations.models import Declaration
from declarations.status import Status
from portal import clock
from portal.mail.models import OutgoingEmail
from tests.factories import World, declaration_at, draft, endorse, head, person, review, sent, step_of, unit

pytestmark = pytest.mark.django_db
THURSDAY = timezone.make_aware(datetime(2026, 11, 19, 10))


def reminders(case: Declaration) -> list[OutgoingEmail]:
    return list(OutgoingEmail.objects.filter(case=case.number, subject__startswith="Pengingat:").order_by("pk"))


def on_day(day: int, hour: int = 9) -> int:
    with clock.pretend(timezone.make_aware(datetime(2026, 11, day, hour))):
        return perform()


def test_the_head_is_reminded_on_working_days_two_and_four_across_the_weekend() -> None:
    with clock.pretend(THURSDAY):
        case = sent(World().teacher)
    on_day(20)
    assert reminders(case) == []
    on_day(21)
    assert reminders(case) == []
    on_day(23)
    on_day(23, 15)
    assert len(reminders(case)) == 1
    on_day(25)
    on_day(27)
    assert len(reminders(case)) == 2
    assert case.number in reminders(case)[1].text


def test_after_a_week_without_the_clock_one_reminder_goes_out_not_two() -> None:
    with clock.pretend(THURSDAY):
        case = sent(World().teacher)
    on_day(27)
    assert len(reminders(case)) == 1


def test_a_reminder_after_the_deadline_says_so() -> None:
    with clock.pretend(THURSDAY):
        case = sent(World().teacher)
    on_day(30)
    (late,) = reminders(case)
    assert "Batas sudah lewat 2 hari kerja. Sesudah batas, BKPSDM" in late.text
    assert "Batas sudah lewat 2 hari kerja." in late.html


def test_at_night_the_reminder_waits_for_the_morning() -> None:
    with clock.pretend(THURSDAY):
        case = sent(World().teacher)
    with clock.pretend(timezone.make_aware(datetime(2026, 11, 23, 22))):
        perform()
        morning = clock.next_mail_hour(clock.now())
    assert reminders(case)[0].next_at >= min(morning, timezone.now())


def test_a_decided_case_is_left_alone() -> None:
    with clock.pretend(THURSDAY):
        case = endorse(sent(World().teacher))
    on_day(27)
    assert reminders(case) == []


def test_a_new_plt_takes_over_on_his_first_day_and_the_old_link_says_to_whom(client: Client) -> None:
    world = World()
    case = sent(world.teacher)
    old = links.url_for(step_of(case))
    world.head.assignments.update(ends=clock.today())
    acting = person("Elvira Rangkuti", world.dinas)
    tomorrow = clock.today() + timedelta(days=1)
    head(acting, world.dinas, "plt", starts=tomorrow)
    assert perform() == 0
    with clock.pretend(timezone.make_aware(datetime.combine(tomorrow, datetime.min.time()))):
        assert perform() == 1
        assert perform() == 0
    step = step_of(case)
    assert (step.assigned_to, step.post) == (acting, "Plt. Kepala Dinas Pendidikan")
    assert OutgoingEmail.objects.filter(case=case.number, purpose="head_request", to=acting.mailbox).count() == 1
    page = client.get(client.get("/" + old.split("/", 3)[3])["Location"])
    assert page.status_code == 410
    assert "beralih kepada Plt. Kepala Dinas Pendidikan" in page.content.decode()


def test_a_plh_stands_in_for_his_days_and_hands_back() -> None:
    world = World()
    case = sent(world.teacher)
    stand_in = person("Silvia Putri", world.dinas)
    head(stand_in, world.dinas, "plh", starts=clock.today(), ends=clock.today() + timedelta(days=2))
    perform()
    assert step_of(case).assigned_to == stand_in
    with clock.pretend(clock.now() + timedelta(days=3)):
        perform()
    assert step_of(case).assigned_to == world.head


def test_a_case_without_official_is_asked_of_whoever_is_named_later() -> None:
    world = World()
    world.head.assignments.all().delete()
    case = sent(world.teacher)
    assert perform() == 1
    assert perform() == 0
    assert WorkItem.objects.filter(kind=WorkKind.NO_APPROVER, declaration=case, done_at=None).count() == 1
    head(world.head, world.dinas, starts=clock.today())
    perform()
    assert step_of(case).assigned_to == world.head
    assert not WorkItem.objects.filter(kind=WorkKind.NO_APPROVER, done_at=None).exists()


def test_a_head_who_waits_for_a_vacant_post_above_and_heads_no_longer_is_asked_of_the_new_head() -> None:
    world = World()
    world.sekda.assignments.all().delete()
    case = sent(world.head)
    assert (step_of(case).assigned_to, step_of(case).opd) == (None, world.setda)
    world.head.assignments.update(ends=clock.today() - timedelta(days=1))
    assert moves.move_to_todays_heads() == 0
    head(world.colleague, world.dinas, starts=clock.today())
    assert moves.move_to_todays_heads() == 1
    assert step_of(case).assigned_to == world.colleague


def test_cases_that_nobody_can_be_asked_do_not_keep_the_others_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moves, "_BATCH", 2)
    world = World()
    term = world.head.assignments.get()
    vacant = unit("Dinas Kosong", code="DK")
    silent = [sent(person(f"Pegawai {index}", vacant)) for index in range(3)]
    case = sent(world.teacher)
    term.ends = clock.today() - timedelta(days=1)
    term.save()
    head(world.colleague, world.dinas, starts=clock.today())
    assert moves.move_to_todays_heads() == 1
    assert step_of(case).assigned_to == world.colleague
    head(person("Kepala Baru", vacant), vacant, starts=clock.today())
    assert moves.move_to_todays_heads() == 2
    assert moves.move_to_todays_heads() == 1
    assert all(step_of(each).assigned_to for each in silent)
    with CaptureQueriesContext(connection) as queries:
        assert moves.move_to_todays_heads() == 0
    assert len(queries) == 1


def test_an_approval_ends_the_day_after_its_last_day_and_only_once() -> None:
    case = declaration_at(Status.APPROVED, World())
    assert case.valid_until is not None
    last = timezone.make_aware(datetime.combine(case.valid_until, datetime.min.time())) + timedelta(hours=12)
    with clock.pretend(last):
        perform()
    case.refresh_from_db()
    assert case.status == Status.APPROVED
    with clock.pretend(last + timedelta(days=1)):
        perform()
        perform()
    case.refresh_from_db()
    assert case.status == Status.EXPIRED
    assert OutgoingEmail.objects.filter(case=case.number, subject__startswith="Masa berlaku habis:").count() == 1


# the ladder, lists, ends


def mails(subject: str, **found: object) -> list[OutgoingEmail]:
    return list(OutgoingEmail.objects.filter(subject__startswith=subject, **found).order_by("pk"))


def at(year: int, month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    return timezone.make_aware(datetime(year, month, day, hour, minute))


def due(moment: datetime) -> int:
    with clock.pretend(moment):
        return perform()


def test_across_christmas_the_ladder_counts_working_days_only() -> None:
    """Sent on Monday 21 December 2026; the 24th is joint leave, the 25th Christmas."""
    with clock.pretend(at(2026, 12, 21)):
        world = World()
        case = sent(world.teacher)
    free = [day for day in range(22, 32) if not clock.is_working_day(datetime(2026, 12, day).date())]
    assert {25, 26, 27} <= set(free)
    told: dict[str, int] = {}
    for day in range(21, 32):
        due(at(2026, 12, day))
        for subject in ("Pengingat:", "Belum ada keputusan:"):
            if mails(subject) and len(mails(subject)) > told.get(subject, 0):
                told[subject] = len(mails(subject))
                told[f"{subject} {told[subject]}"] = day
    working = [day for day in range(22, 32) if day not in free]
    assert told["Pengingat: 1"] == working[1]
    assert told["Pengingat: 2"] == working[3]
    assert case.due_on is not None
    assert told["Belum ada keputusan: 1"] == next(day for day in range(case.due_on.day + 1, 40))
    (news,) = mails("Belum ada keputusan:")
    assert news.to == world.sekda.mailbox
    assert "diam bukan persetujuan" in news.text
    assert WorkItem.objects.filter(kind=WorkKind.HEAD_SILENT, declaration=case, done_at=None).count() == 1
    case.refresh_from_db()
    assert case.status == Status.AWAITING_HEAD


def test_a_late_decision_closes_the_task() -> None:
    with clock.pretend(THURSDAY):
        case = sent(World().teacher)
    on_day(30)
    assert WorkItem.objects.filter(kind=WorkKind.HEAD_SILENT, done_at=None).exists()
    with clock.pretend(at(2026, 11, 30, 10)):
        endorse(case)
    on_day(30, 11)
    assert not WorkItem.objects.filter(kind=WorkKind.HEAD_SILENT, done_at=None).exists()


def test_nobody_gets_more_than_four_mails_about_one_case() -> None:
    with clock.pretend(THURSDAY):
        case = sent(World().teacher)
        for _again in range(3):
            workflow.ask_again(step_of(case))
    on_day(25)
    assert len(mails("", purpose="head_request", case=case.number)) == 4
    assert reminders(case) == []


def test_the_sixth_request_of_a_day_waits_for_the_list() -> None:
    with clock.pretend(THURSDAY):
        world = World()
        cases = [sent(person(f"Guru {index}", world.school)) for index in range(7)]
    assert [step_of(case).mailed_at is not None for case in cases] == [True] * 5 + [False] * 2
    assert perform_invariants() == []
    due(at(2026, 11, 19, 15, 20))
    assert mails("7 deklarasi menunggu") == []
    for minute in (30, 40):
        due(at(2026, 11, 19, 15, minute))
    (row,) = mails("7 deklarasi menunggu")
    assert row.to == world.head.mailbox
    places = [row.text.index(case.number) for case in cases]
    assert places == sorted(places)
    assert all(step_of(case).mailed_at for case in cases)
    assert perform_invariants() == []
    due(at(2026, 11, 21, 15, 30))
    assert len(mails("7 deklarasi menunggu")) == 1
    due(at(2026, 11, 23, 15, 30))
    assert len(mails("7 deklarasi menunggu")) == 2


def perform_invariants() -> list[str]:
    return [line for each in INVARIANTS for line in each.violations()]


def test_the_list_opens_without_an_account_and_leads_to_each_case(client: Client) -> None:
    world = World()
    case = sent(world.teacher)
    address = "/" + links.list_url(world.head).split("/", 3)[3]
    assert client.get(address)["Referrer-Policy"] == "no-referrer"
    page = client.get(address, follow=True)
    assert case.number in page.content.decode()
    inside = re.search(r'href="(/k/(?!d/)[^"]+)"', page.content.decode())
    assert inside is not None
    assert client.get(inside[1]).status_code == 302
    assert client.get(address[:-3] + "x/").status_code == 404


def test_what_lies_at_bkpsdm_is_told_to_its_head_once_a_week() -> None:
    with clock.pretend(THURSDAY):
        world = World()
        case = endorse(sent(world.teacher))
    for day in (1, 2, 3):
        due(at(2026, 12, day))
    (news,) = mails("1 deklarasi lewat batas telaah")
    assert news.to == world.bkpsdm_head.mailbox
    due(at(2026, 12, 7))
    assert len(mails("1 deklarasi lewat batas telaah")) == 2
    task = WorkItem.objects.get(kind=WorkKind.STAGE_OVERDUE, declaration=case)
    review(case, world.reviewer)
    due(at(2026, 12, 8))
    task.refresh_from_db()
    assert task.done_at is not None


def test_a_returned_case_is_reminded_on_day_five_and_a_task_from_day_eight() -> None:
    with clock.pretend(THURSDAY):
        case = declaration_at(Status.RETURNED, World())
    counts = []
    for day in range(20, 31):
        on_day(day)
        counts.append(len(mails("Pengingat: perbaiki")))
    assert counts.index(1) == 6  # Thursday 26 November is the fifth working day
    assert counts[-1] == 1
    assert not WorkItem.objects.filter(kind=WorkKind.RETURN_OVERDUE).exists()
    due(at(2026, 12, 1))
    assert WorkItem.objects.filter(kind=WorkKind.RETURN_OVERDUE, declaration=case, done_at=None).count() == 1


def test_bkpsdm_may_close_what_was_not_mended_for_30_days(client: Client) -> None:
    world = World()
    with clock.pretend(THURSDAY):
        case = declaration_at(Status.RETURNED, world)
    due(at(2026, 12, 1))
    page, address = f"/tinjau/{case.number}/", f"/tinjau/{case.number}/tutup/"
    reason = {"alasan": "Tidak ada jawaban dari ASN sampai hari ini."}
    with clock.pretend(THURSDAY + timedelta(days=29)):
        client.force_login(world.reviewer)
        assert address not in client.get(page).content.decode()
        assert client.post(address, reason).status_code == 409
    with clock.pretend(THURSDAY + timedelta(days=31)):
        client.force_login(world.reviewer)
        assert address in client.get(page).content.decode()
        assert client.post(address, {"alasan": "tidak ada"}).status_code == 422
        assert client.post(address, reason).status_code == 302
        assert client.post(address, reason).status_code == 409
    case.refresh_from_db()
    assert case.status == Status.WITHDRAWN
    assert WorkItem.objects.get(kind=WorkKind.RETURN_OVERDUE).done_by == world.reviewer
    assert reason["alasan"] in mails("Deklarasi", case=case.number, subject__endswith="ditutup")[0].text


def test_the_end_of_an_approval_is_announced_three_times_and_after_a_silence_once() -> None:
    with clock.pretend(at(2026, 1, 5)):
        world = World()
        case = declaration_at(Status.APPROVED, world)
        other = declaration_at(Status.APPROVED, world, world.colleague)
    assert case.valid_until is not None
    told = []
    for left in (61, 60, 59, 31, 30, 8, 7, 6, 0):
        with clock.pretend(clock.end_of_day(case.valid_until - timedelta(days=left))):
            perform()
        told.append(len(mails("Masa berlaku habis", case=case.number)))
    assert told == [0, 1, 1, 1, 2, 2, 3, 3, 3]
    OutgoingEmail.objects.all().delete()
    Notice.objects.all().delete()
    with clock.pretend(clock.end_of_day(case.valid_until - timedelta(days=5))):
        perform()
    assert len(mails("Masa berlaku habis 5 hari lagi", case=other.number)) == 1
    with clock.pretend(clock.end_of_day(case.valid_until + timedelta(days=1))):
        perform()
    case.refresh_from_db()
    assert case.status == Status.EXPIRED


def test_a_draft_is_announced_a_week_before_it_is_deleted_and_touching_it_keeps_it() -> None:
    world = World()
    forgotten, alive = draft(world.teacher), draft(world.colleague)
    with clock.pretend(clock.now() + timedelta(days=84)):
        perform()
        assert len(mails("Draf dihapus")) == 2
        Declaration.objects.filter(pk=alive.pk).update(edited_at=clock.now())
    with clock.pretend(clock.now() + timedelta(days=90, hours=12)):
        perform()
        assert Declaration.objects.filter(pk=forgotten.pk).exists(), "only six days since the mail"
    with clock.pretend(clock.now() + timedelta(days=92)):
        perform()
    assert not Declaration.objects.filter(pk=forgotten.pk).exists()
    assert Declaration.objects.filter(pk=alive.pk).exists()


def test_a_long_plt_is_named_at_90_and_180_days() -> None:
    world = World()
    world.head.assignments.all().delete()
    start = clock.today()
    head(world.head, world.dinas, "plt", starts=start)
    counts = []
    for days in (89, 90, 91, 179, 180, 181):
        with clock.pretend(clock.end_of_day(start + timedelta(days=days))):
            perform()
        counts.append(len(mails("Periksa masa Plt")))
    assert counts == [0, 1, 1, 1, 2, 2]
    assert world.head.name in mails("Periksa masa Plt")[0].text


def test_one_failing_duty_does_not_hold_up_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    with clock.pretend(THURSDAY):
        case = sent(World().teacher)

    def broken() -> int:
        raise RuntimeError("broken")

    monkeypatch.setattr("approvals.due.DUTIES", (broken, *DUTIES))
    with pytest.raises(RuntimeError):
        on_day(23)
    assert len(reminders(case)) == 1
