"""BKPSDM sets what a rule weighs: tried first, in force from a day to come, never behind anybody's back."""

import time
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from approvals import rulebook
from approvals.catalogue import policy_on, versions_on
from approvals.due import perform
from approvals.duties import rescreening
from approvals.forms.rules import RuleForm
from approvals.models import LegalBasis, RescreenRun, RuleText, WorkItem, WorkKind
from declarations.models import Declaration, PolicyMode
from declarations.samples import PAID_ANSWERS, PAID_CHANNEL, SampleChannel
from portal import clock
from portal.audit.models import AuditEvent
from portal.calendar.models import Change
from portal.errors import Refused
from tests.factories import World, endorse, review, sent

pytestmark = pytest.mark.django_db
WHY = "Rapat BKPSDM dan Inspektorat tanggal 20 November."


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def officer(world: World) -> Client:
    client = Client()
    client.force_login(world.administrator)
    session = client.session
    session["proven"] = time.time()
    session.save()
    return client


def paid(world: World) -> Declaration:
    return sent(world.teacher, SampleChannel("@uji.endorse", answers=PAID_CHANNEL), **PAID_ANSWERS)


def typed(code: str, **changes: Any) -> dict[str, Any]:
    """Return what the form of the next version holds before anybody changes it, and these changes."""
    rule = versions_on(clock.today())[code]
    values = {key: value for key, value in RuleForm(rule).initial.items() if value not in ("", False)}
    return {**values, "note": WHY, **changes}


def edit(client: Client, code: str, act: str, **changes: Any) -> Any:
    return client.post(reverse("approvals:rule_edit", args=[code]), typed(code, tindakan=act, **changes))


def test_a_draft_is_tried_on_the_last_declarations_and_saves_nothing(world: World, officer: Client) -> None:
    case = paid(world)
    page = edit(officer, "KK-17", "uji", level_warn="block").content.decode()
    assert "aturan ini sekarang bertanya pada 1 dan dengan versi ini pada 1" in page
    assert case.number in page
    assert "Belum ada yang disimpan." in page
    assert RuleText.objects.filter(code="KK-17").count() == 1


@pytest.mark.parametrize("code", ["KK-17", "KK-01"])
def test_switching_a_rule_off_is_seen_in_the_trial(world: World, code: str) -> None:
    case = sent(
        world.teacher,
        SampleChannel("@uji.endorse", answers=PAID_CHANNEL),
        **{**PAID_ANSWERS, "F1": "YA"},
    )
    rule = versions_on(clock.today())[code]
    form = RuleForm(rule, {key: value for key, value in typed(code).items() if key != "active"})
    assert form.is_valid(), form.errors
    found = rulebook.trial(code, form.draft())
    assert (found.tried, found.before, found.after) == (1, 1, 0)
    assert [number for number, _old, _new in found.changed] == [case.number]


def test_the_next_version_begins_on_its_day_and_old_findings_keep_theirs(world: World, officer: Client) -> None:
    old = paid(world)
    assert edit(officer, "KK-17", "simpan", level_warn="block").status_code == 302
    with clock.pretend(clock.now() + timedelta(days=2)):
        assert versions_on(clock.today())["KK-17"].version == 2
        new = sent(world.colleague, SampleChannel("@uji.lain", answers=PAID_CHANNEL), **PAID_ANSWERS)
        assert new.snapshot is not None
        finding = new.snapshot.findings.get(code="KK-17")
        assert (finding.version, finding.severity) == (2, "block")
    assert old.snapshot is not None
    kept = old.snapshot.findings.get(code="KK-17")
    assert (kept.version, kept.severity) == (1, "warn")
    assert AuditEvent.objects.filter(event="rule_planned").count() == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"note": "pendek"}, "sedikitnya 20 karakter"),
        ({"effective_from": "2020-01-01"}, "paling cepat besok"),
        ({"limit_eselon": "9"}, "4"),
        ({"level_warn": "entah"}, "level_warn"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_typed_is_lost(officer: Client, changes: dict[str, str], said: str) -> None:
    answer = edit(officer, "KK-17", "simpan", **{"topic": "Topik yang diketik", **changes})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert said in page
    assert "Topik yang diketik" in page
    assert RuleText.objects.filter(code="KK-17").count() == 1


def test_one_version_waits_at_a_time_and_can_be_cancelled(officer: Client) -> None:
    edit(officer, "KK-17", "simpan")
    assert "Sudah ada versi yang belum berlaku" in edit(officer, "KK-17", "simpan").content.decode()
    row = RuleText.objects.get(code="KK-17", version=2)
    officer.post(reverse("approvals:rule", args=["KK-17"]), {"versi": row.version})
    row.refresh_from_db()
    assert row.cancelled_at is not None
    assert edit(officer, "KK-17", "simpan").status_code == 302
    with pytest.raises(Refused, match="sudah berlaku"), clock.pretend(clock.now() + timedelta(days=3)):
        rulebook.cancel(RuleText.objects.get(code="KK-17", version=3), by=row.cancelled_by)  # type: ignore[arg-type]


def test_the_policy_changes_on_a_day_with_a_reason(officer: Client) -> None:
    tomorrow = clock.today() + timedelta(days=1)
    url = reverse("approvals:policy")
    assert officer.post(url, {"tindakan": "simpan", "mode": "KONFLIK"}).status_code == 422
    data = {"tindakan": "simpan", "mode": "KONFLIK", "effective_from": tomorrow.isoformat(), "note": WHY}
    assert officer.post(url, data).status_code == 302
    assert policy_on(clock.today()).mode == PolicyMode.STRICT
    assert policy_on(tomorrow).mode == PolicyMode.CONFLICT
    officer.post(url, {"tindakan": "batal"})
    assert policy_on(tomorrow).mode == PolicyMode.STRICT


def test_a_legal_basis_is_corrected_and_its_verification_is_somebodys_word(world: World, officer: Client) -> None:
    basis = LegalBasis.objects.get(code="PBJ")
    data = {"instrument": "Perpres 16/2018", "clause": "Pasal 7", "summary": "Etika pengadaan.", "verified": "on"}
    officer.post(reverse("approvals:basis", args=[basis.pk]), data)
    basis.refresh_from_db()
    assert (basis.clause, basis.verified_by) == ("Pasal 7", world.administrator)


def test_the_list_asks_a_fixed_number_of_queries(officer: Client, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(14):
        assert officer.get(reverse("approvals:rules")).status_code == 200
    with django_assert_max_num_queries(14):
        assert officer.get(reverse("approvals:rule", args=["KK-17"])).status_code == 200


def test_a_version_that_begins_is_asked_about_in_open_cases_and_told_of_approved_ones(
    world: World, officer: Client
) -> None:
    approved = review(endorse(paid(world)), world.reviewer)
    waiting = sent(world.colleague, SampleChannel("@uji.lain", answers=PAID_CHANNEL), **PAID_ANSWERS)
    edit(officer, "KK-17", "simpan", level_warn="block")
    perform()
    assert not RescreenRun.objects.exists()
    with clock.pretend(clock.now() + timedelta(days=2)):
        perform()
        perform()
    run = RescreenRun.objects.get()
    assert (run.key, run.done_at is not None) == ("rule.KK-17.v2", True)
    assert waiting.snapshot is not None
    graver = waiting.snapshot.findings.get(code="KK-17")
    assert (graver.severity, graver.version, graver.added_at is not None) == ("block", 2, True)
    assert approved.snapshot is not None
    assert approved.snapshot.findings.get(code="KK-17").severity == "warn"
    assert WorkItem.objects.filter(kind=WorkKind.RESCREENED, declaration=approved).count() == 1


def test_a_round_goes_on_where_it_stopped(world: World, officer: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    first = paid(world)
    second = sent(world.colleague, SampleChannel("@uji.lain", answers=PAID_CHANNEL), **PAID_ANSWERS)
    monkeypatch.setattr(rescreening, "_BATCH", 1)
    edit(officer, "KK-17", "simpan", level_warn="block")
    with clock.pretend(clock.now() + timedelta(days=2)):
        rescreening.open_rounds()
        assert rescreening.go_round() == 1
        assert RescreenRun.objects.get().position == first.pk
        assert rescreening.go_round() == 1
        assert RescreenRun.objects.get().position == second.pk
        assert rescreening.go_round() == 0
    assert RescreenRun.objects.get().done_at is not None


def test_a_change_of_the_calendar_opens_a_round(world: World) -> None:
    Change.objects.create(year=2026, what="Libur daerah", act="added", by=world.administrator, at=clock.now())
    assert rescreening.open_rounds() == 1
    assert rescreening.open_rounds() == 0
