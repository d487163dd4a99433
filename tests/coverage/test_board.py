"""The board of coverage: kept counts equal a recount whatever was written, small groups stay hidden, fixed queries."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from approvals import workflow
from approvals.coverage import board, counting
from approvals.coverage.models import Mark, OfficeCount
from approvals.due import perform
from approvals.scope import Scope, scope_of
from declarations.models import Declaration
from declarations.nil import statement
from declarations.nil.models import NilStatement
from declarations.status import OPEN, Status
from portal import clock
from portal.audit.models import AuditEvent
from portal.people.models import Employee, Opd, UnitKind
from tests.factories import World, declaration_at, draft, nip, sent, unit

BOARD = "/laporan/cakupan/"


@pytest.fixture
def world(db: None) -> World:
    return World()


def state_of(person: Employee) -> str:
    """Return in which column this person belongs, one person at a time and without the code under test."""
    year = clock.today().year
    cases = list(Declaration.objects.filter(declarant=person))
    results = {Status.APPROVED, Status.SUSPENDED}
    rejected = any(c.status == Status.REJECTED and c.decided_at and c.decided_at.year == year for c in cases)
    if rejected or any(case.status in results for case in cases):
        return "declared"
    if any(case.status in OPEN for case in cases):
        return "pending"
    return "nil" if person.nil_statements.filter(year=year, ended_at=None).exists() else "silent"


def recounted() -> dict[int, Counter[str]]:
    """Count everybody anew, in Python."""
    found: dict[int, Counter[str]] = {}
    for person in Employee.objects.select_related("unit"):
        if person.is_active and person.nip and person.employment_type != "pejabat" and person.unit.office_id:
            found.setdefault(person.unit.office_id, Counter())[state_of(person)] += 1
    return found


def above(office: Opd) -> list[int]:
    """Return the office and all offices over it."""
    chain, unit = [office.pk], office.parent
    while unit is not None:
        if unit.office_id == unit.pk:
            chain.append(unit.pk)
        unit = unit.parent
    return chain


def proven() -> None:
    """Compare every kept number, of each office and of each with what is below it, with a recount."""
    expected, together = recounted(), Counter[tuple[int, str]]()
    for office in Opd.objects.filter(pk__in=expected).select_related("parent__parent__parent"):
        for over in above(office):
            for state, number in expected[office.pk].items():
                together[over, state] += number
    for row in OfficeCount.objects.all():
        own = expected.pop(row.pk, Counter())
        for state in counting.STATES:
            assert getattr(row, state) == own[state], (row.office, state)
            assert getattr(row, f"all_{state}") == together[row.pk, state], (row.office, state)
        assert row.roster == sum(own.values())
        assert row.all_roster == sum(together[row.pk, state] for state in counting.STATES)
    assert not expected


def test_after_every_kind_of_change_the_kept_counts_equal_a_recount(world: World) -> None:
    counting.refresh()
    proven()
    draft(world.licensing)
    case = sent(world.teacher)
    statement.make(world.colleague)
    assert Mark.objects.exists()
    counting.refresh()
    proven()
    assert not Mark.objects.exists()
    workflow.withdraw(case, by=world.teacher, reason="Kanal ditutup.")
    NilStatement.objects.get().delete()
    declaration_at(Status.REJECTED, world)
    counting.refresh()
    proven()
    # people and units, written past every model: whoever writes the rows, the office is marked
    Employee.objects.filter(pk=world.colleague.pk).update(unit=world.ptsp)
    Employee.objects.filter(pk=world.licensing.pk).update(is_active=False)
    Opd.objects.filter(pk=world.school.pk).update(office=world.ptsp, parent=world.ptsp)
    Opd.objects.filter(pk=world.ptsp.pk).update(parent=world.dinas)
    hospital = unit("RSUD Contoh", UnitKind.RSUD, world.dinas)
    fresh = [Employee(name=f"Baru {n}", nip=nip(500 + n), unit=hospital, employment_type="pns") for n in range(3)]
    Employee.objects.bulk_create(fresh)
    counting.refresh()
    proven()
    Employee.objects.filter(pk=fresh[0].pk).delete()
    counting.refresh()
    proven()


def test_an_approval_counts_as_declared_until_it_is_over(world: World) -> None:
    declaration = declaration_at(Status.APPROVED, world)
    perform()
    row = OfficeCount.objects.get(pk=declaration.declarant.unit.office_id)
    assert row.declared == 1
    proven()
    with clock.pretend(clock.now() + timedelta(days=400)):
        perform()
        row.refresh_from_db()
        assert (row.declared, row.year) == (0, clock.today().year)
        proven()


def test_nothing_is_recounted_when_nothing_changed(world: World) -> None:
    counting.refresh()
    Employee.objects.filter(pk=world.teacher.pk).update(post="Guru")
    Employee.objects.filter(pk=world.teacher.pk).update(last_login=clock.now())
    assert not Mark.objects.exists()
    assert counting.refresh() == 0


def test_a_mark_of_an_office_that_is_gone_is_cleared(world: World) -> None:
    lone = unit("Dinas Sementara", UnitKind.OPD, world.setda)
    counting.refresh()
    Mark.objects.create(office_id=lone.pk, at=clock.now())
    Opd.objects.filter(pk=lone.pk).update(office=None)
    lone.refresh_from_db()
    lone.delete()
    counting.refresh()
    assert not Mark.objects.exists()
    proven()


def test_the_board_says_how_old_it_is(world: World) -> None:
    counting.refresh()
    before = clock.now()
    assert counting.as_of() >= before
    statement.make(world.teacher)
    oldest = Mark.objects.order_by("at").values_list("at", flat=True)[0]
    assert counting.as_of() == oldest


def scope_for(person: Employee) -> Scope:
    scope = scope_of(person)
    assert scope is not None
    return scope


def fill(where: Opd, number: int, start: int) -> None:
    Employee.objects.bulk_create(
        Employee(name=f"Pegawai {start + n}", nip=nip(start + n), unit=where, employment_type="pns")
        for n in range(number)
    )


def page(client: Client, who: Employee, address: str = BOARD) -> str:
    client.force_login(who)
    answer = client.get(address)
    assert answer.status_code == 200, answer.content.decode()[:500]
    return answer.content.decode()


def test_small_groups_are_hidden_outside_bkpsdm_and_no_sum_gives_them_away(world: World, client: Client) -> None:
    fill(world.ptsp, 20, 2000)
    counting.refresh()
    assert 'data-opd="DISDIKBUD"' in page(client, world.reviewer)
    row = OfficeCount.objects.get(pk=world.dinas.pk)
    assert row.roster == 3
    for outsider in (world.sekda, world.inspector):
        scope = scope_for(outsider)
        line = board.line(row, scope)
        assert (line.hidden, line.roster, line.percent, line.names) == (True, None, None, False)
        text = page(client, outsider)
        assert "Kelompok terlalu kecil" in text
        assert board.total(scope)["roster"] % 10 == 0
        whole = board.line_of_all(OfficeCount.objects.get(pk=world.setda.pk), scope)
        assert whole.roster is not None
        assert whole.roster % 10 == 0
    assert "Kelompok terlalu kecil" not in page(client, world.reviewer)


def test_who_may_not_read_names_sees_no_number_from_one_to_four(world: World) -> None:
    assert board.kept_back({"declared": 1, "nil": 0, "pending": 12, "silent": 40}) == {"declared", "pending"}
    assert board.kept_back({"declared": 0, "nil": 0, "pending": 0, "silent": 40}) == set()
    assert board.kept_back({"declared": 2, "nil": 3, "pending": 9, "silent": 9}) == {"declared", "nil"}
    fill(world.ptsp, 20, 2100)
    sent(world.ptsp_head)
    counting.refresh()
    row = OfficeCount.objects.get(pk=world.ptsp.pk)
    leader, inspector, officer = (scope_for(each) for each in (world.sekda, world.inspector, world.reviewer))
    assert board.line(row, leader).numbers["pending"] is None
    assert board.line(row, leader).percent is None  # silent is kept back too, or pending would follow from the rest
    assert board.line(row, inspector).numbers["pending"] == 1
    assert board.line(row, officer).numbers["pending"] == 1


def test_a_head_sees_his_own_office_only(world: World, client: Client) -> None:
    fill(world.dinas, 6, 2200)
    counting.refresh()
    text = page(client, world.head)
    assert "DISDIKBUD" in text
    assert "DPMPTSP" not in text
    assert "Menurut susunan" not in text
    assert client.get(f"{BOARD}{world.ptsp.pk}/").status_code == 404
    assert "Rahmi Oktavia" in page(client, world.head, f"{BOARD}{world.dinas.pk}/")
    client.force_login(world.teacher)
    assert client.get(BOARD).status_code == 403


def test_the_tree_adds_up_and_leads_down_and_up(world: World, client: Client) -> None:
    counting.refresh()
    top = page(client, world.reviewer, f"{BOARD}?di=atas")
    assert 'data-opd="PEMKAB"' in top
    below = page(client, world.reviewer, f"{BOARD}?di={world.setda.pk}")
    assert 'data-opd="SETDA" data-sendiri' in below
    assert 'data-opd="DPMPTSP"' in below
    assert f'href="?di={world.pemkab.pk}"' in below
    whole = OfficeCount.objects.get(pk=world.pemkab.pk)
    assert whole.all_roster == Employee.objects.exclude(nip=None).count()
    assert client.get(f"{BOARD}?di=99999999").status_code == 404
    assert client.get(f"{BOARD}?di=x").status_code == 404


def test_queries_do_not_grow_with_the_offices(world: World, client: Client) -> None:
    def queries() -> int:
        counting.refresh()
        with CaptureQueriesContext(connection) as found:
            page(client, world.reviewer)
        return len(found)

    queries()  # the first answer fills caches
    few = queries()
    for number in range(8):
        office = unit(f"Kecamatan {number}", UnitKind.KECAMATAN, world.setda)
        fill(office, 2, 3000 + number * 10)
    assert queries() == few


def test_the_silent_names_are_paged_and_reading_them_is_noted(world: World, client: Client) -> None:
    fill(world.dinas, 60, 4000)
    counting.refresh()
    text = page(client, world.reviewer, f"{BOARD}{world.dinas.pk}/")
    assert "63 dari 63 pegawai" in text
    assert text.count('<th scope="row">Pegawai') <= 50
    event = AuditEvent.objects.get(event="silent_names_read")
    assert event.actor_id == world.reviewer.pk
    assert client.get(f"{BOARD}{world.dinas.pk}/?hal=2").status_code == 200
    client.force_login(world.sekda)
    assert client.get(f"{BOARD}{world.dinas.pk}/").status_code == 403


def test_the_table_as_csv_keeps_back_what_the_page_keeps_back(world: World, client: Client) -> None:
    counting.refresh()
    client.force_login(world.sekda)
    answer: Any = client.get(f"{BOARD}tabel.csv")
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("\ufeffOPD;Pegawai;")
    assert "Dinas Pendidikan;< 5;< 5" in text
