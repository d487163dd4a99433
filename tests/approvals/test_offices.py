"""Heads of offices: two officers for every change, cases that move, terms that collide, warnings (D16, ux F2)."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from approvals.invariants import INVARIANTS
from approvals.models import WorkItem, WorkKind
from declarations.models import Declaration
from portal import clock
from portal.audit.models import AuditEvent
from portal.mail.models import OutgoingEmail
from portal.people.models import Capacity, Employee, HeadAssignment, HeadChange
from tests.factories import World, head, person, sent, step_of, unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def second(world: World) -> Employee:
    return person("Rina Pengelola", world.bkpsdm, "administrator")


@pytest.fixture
def secretary(world: World) -> Employee:
    return person("Elvira Rangkuti", world.dinas, post="Sekretaris Dinas", post_kind="struktural")


def signed_in(who: Employee) -> Client:
    client = Client()
    client.force_login(who)
    return client


def term(who: Employee, **typed: Any) -> dict[str, Any]:
    filled = {"kapasitas": "definitive", "mulai": clock.today(), "sampai": "", "sk": "821/17/2026", "ganti": "on"}
    return {"tindakan": "usulkan", "orang": who.pk, **filled, **typed}


def propose(world: World, who: Employee, **typed: Any) -> Any:
    return signed_in(world.administrator).post(f"/kelola/opd/{world.dinas.pk}/tunjuk/", term(who, **typed))


def answer(by: Employee, act: str = "setuju") -> Any:
    change = HeadChange.objects.latest("pk")
    return signed_in(by).post("/kelola/konfirmasi/", {"tindakan": act, "perubahan": change.pk})


def asked(case: Declaration) -> Employee | None:
    return step_of(case).assigned_to


def test_a_new_head_takes_over_what_waits_when_a_second_officer_agrees(
    world: World, second: Employee, secretary: Employee
) -> None:
    case = sent(world.teacher)
    page = signed_in(world.administrator).post(
        f"/kelola/opd/{world.dinas.pk}/tunjuk/", {"tindakan": "pilih", "orang": secretary.pk}
    )
    assert "1 deklarasi menunggu di OPD ini dan pindah" in page.content.decode()
    assert propose(world, secretary).status_code == 302
    assert asked(case) == world.head, "one officer alone changes nothing"
    assert WorkItem.objects.filter(kind=WorkKind.HEAD_CHANGE, done_at=None).count() == 1
    assert answer(world.administrator).status_code == 403
    assert answer(world.reviewer).status_code == 403
    assert answer(second).status_code == 302
    assert asked(case) == secretary
    assert OutgoingEmail.objects.filter(purpose="head_request", to=secretary.mailbox).count() == 1
    old = HeadAssignment.objects.get(person=world.head)
    assert old.ends == clock.today() - timedelta(days=1)
    assert not WorkItem.objects.filter(kind=WorkKind.HEAD_CHANGE, done_at=None).exists()
    assert {"head_change_asked", "head_change_decided"} <= set(AuditEvent.objects.values_list("event", flat=True))
    assert [line for each in INVARIANTS for line in each.violations()] == []
    assert answer(second).status_code == 409


def test_a_refused_change_changes_nothing(world: World, second: Employee, secretary: Employee) -> None:
    propose(world, secretary)
    assert answer(second, "tolak").status_code == 302
    assert HeadAssignment.objects.filter(opd=world.dinas).count() == 1
    assert HeadChange.objects.get().accepted is False


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"ganti": ""}, "Masa tugas bertabrakan dengan"),
        ({"kapasitas": "plh"}, "Plh. selalu punya tanggal akhir"),
        ({"kapasitas": ""}, "Pilih kapasitasnya"),
        ({"sk": ""}, "Tulis nomor SK"),
        ({"mulai": "besok"}, "Tulis tanggal seperti"),
        ({"mulai": "2026-12-10", "sampai": "2026-12-01"}, "Tanggal akhir harus sama dengan atau setelah"),
        ({"mulai": "2020-01-01"}, "Masa tugas bertabrakan dengan"),
    ],
)
def test_a_term_that_cannot_be_is_said_at_once(
    world: World, secretary: Employee, typed: dict[str, str], sentence: str
) -> None:
    page = propose(world, secretary, **typed)
    assert page.status_code == 422
    assert sentence in page.content.decode()
    assert HeadChange.objects.count() == 0


def test_a_term_overtaken_before_it_was_confirmed_is_refused_then(
    world: World, second: Employee, secretary: Employee
) -> None:
    start = clock.today() + timedelta(days=10)
    propose(world, secretary, mulai=start)
    world.dinas.heads.update(ends=start + timedelta(days=5))
    head(world.colleague, world.dinas, Capacity.PJ, starts=start + timedelta(days=6))
    page = answer(second)
    assert page.status_code == 422
    assert HeadAssignment.objects.filter(person=secretary).count() == 0
    assert HeadChange.objects.get().decided_at is None


def test_a_stand_in_for_some_days_leaves_the_head_his_term(world: World, second: Employee, secretary: Employee) -> None:
    case = sent(world.teacher)
    assert propose(world, secretary, kapasitas="plh", sampai=clock.today(), ganti="").status_code == 302
    answer(second)
    assert asked(case) == secretary
    assert HeadAssignment.objects.get(person=world.head).ends is None


def test_an_address_changes_by_two_and_the_old_one_is_told(world: World, second: Employee) -> None:
    case = sent(world.teacher)
    old, before = world.head.mailbox, step_of(case).link_version
    own = world.dinas.heads.get()
    address = f"/kelola/opd/{world.dinas.pk}/{own.pk}/alamat/"
    client = signed_in(world.administrator)
    for wrong in ("", "bukan alamat", old, world.teacher.mailbox):
        assert client.post(address, {"email": wrong}).status_code == 422
    assert client.post(address, {"email": "Kadis.Baru@demo.pasbar.example"}).status_code == 302
    world.head.refresh_from_db()
    assert world.head.mailbox == old
    assert answer(second).status_code == 302
    world.head.refresh_from_db()
    assert world.head.mailbox == "kadis.baru@demo.pasbar.example"
    assert OutgoingEmail.objects.get(purpose="address_changed").to == old
    assert step_of(case).link_version == before + 1, "the link in the old mailbox is dead"
    newest = OutgoingEmail.objects.filter(purpose="head_request").latest("pk")
    assert newest.to == world.head.mailbox


def test_nobody_changes_or_confirms_his_own(world: World, second: Employee) -> None:
    assert propose(world, world.administrator).status_code == 403
    assert propose(world, second).status_code == 302
    assert answer(second).status_code == 403


def test_a_term_ends_and_the_cases_wait_visibly(world: World, second: Employee) -> None:
    case = sent(world.teacher)
    world.dinas.heads.update(starts=clock.today() - timedelta(days=400))
    own = world.dinas.heads.get()
    address = f"/kelola/opd/{world.dinas.pk}/{own.pk}/akhiri/"
    client = signed_in(world.administrator)
    assert client.post(address, {"sampai": clock.today() - timedelta(days=9)}).status_code == 422
    assert client.post(address, {"sampai": clock.today() - timedelta(days=1)}).status_code == 302
    answer(second)
    assert asked(case) is None
    page = signed_in(world.administrator).get("/kelola/opd/?tampil=peringatan").content.decode()
    assert "Dinas Pendidikan" in page
    assert "Belum ada pejabat" in page


def test_what_an_office_should_look_at_is_named(world: World) -> None:
    world.ptsp_head.email = world.ptsp_head.email_gov = ""
    world.ptsp_head.contact_email = None
    world.ptsp_head.save()
    world.dinas.heads.update(ends=clock.today() + timedelta(days=3))
    long = unit("Dinas Contoh", parent=world.setda, code="CONTOH")
    head(person("Ari Contoh", long), long, Capacity.PLT, starts=clock.today() - timedelta(days=100))
    page = signed_in(world.administrator).get("/kelola/opd/?tampil=peringatan").content.decode()
    for sentence in ("Belum ada alamat email", "Berakhir", "Plt. sudah 100 hari"):
        assert sentence in page


def test_the_list_costs_the_same_however_many_offices(world: World) -> None:
    client = signed_in(world.administrator)
    with CaptureQueriesContext(connection) as few:
        client.get("/kelola/opd/")
    for number in range(5):
        where = unit(f"Dinas {number}", parent=world.setda)
        head(person(f"Kepala {number}", where), where)
    with CaptureQueriesContext(connection) as many:
        client.get("/kelola/opd/")
    assert len(many) == len(few)


def test_the_search_of_a_person_finds_by_post_only(world: World) -> None:
    client = signed_in(world.administrator)
    address = f"/kelola/opd/{world.dinas.pk}/tunjuk/"
    assert "Suci Rahayu" in client.post(address, {"tindakan": "cari", "q": "Suci"}).content.decode()
    assert "Suci Rahayu" not in client.get(f"{address}?q=Suci").content.decode()
