"""Who heads a unit on a day, and which unit decides."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from portal.people.heads import deciding_unit, head_of, heads_of
from portal.people.models import Capacity, HeadAssignment, Opd, UnitKind
from portal.people.tree import find_loop, refresh_offices
from tests.people.directory import head, person, unit

pytestmark = pytest.mark.django_db
DAY = date(2026, 6, 15)


def capacities(opd: Opd, on: date) -> list[str]:
    return [each.capacity for each in heads_of(opd, on)]


def test_plh_comes_before_the_definitive_head_only_while_it_lasts(tree: SimpleNamespace) -> None:
    head(person("Kepala", tree.dinas), tree.dinas, starts=date(2025, 1, 1))
    head(person("Wakil", tree.dinas), tree.dinas, Capacity.PLH, starts=DAY, ends=DAY + timedelta(days=4))
    assert capacities(tree.dinas, DAY - timedelta(days=1)) == ["definitive"]
    assert capacities(tree.dinas, DAY) == ["plh", "definitive"]
    assert capacities(tree.dinas, DAY + timedelta(days=4)) == ["plh", "definitive"]
    assert capacities(tree.dinas, DAY + timedelta(days=5)) == ["definitive"]


@pytest.mark.parametrize("capacity", [Capacity.PLT, Capacity.PJ, Capacity.DEFINITIVE])
def test_plh_comes_before_every_other_capacity(tree: SimpleNamespace, capacity: Capacity) -> None:
    head(person("A", tree.dinas), tree.dinas, capacity, starts=date(2025, 1, 1))
    head(person("B", tree.dinas), tree.dinas, Capacity.PLH, starts=DAY)
    assert capacities(tree.dinas, DAY) == ["plh", capacity]


def test_the_newer_of_two_plh_decides(tree: SimpleNamespace) -> None:
    head(person("Lama", tree.dinas), tree.dinas, Capacity.PLH, starts=DAY - timedelta(days=9))
    newer = head(person("Baru", tree.dinas), tree.dinas, Capacity.PLH, starts=DAY)
    assert head_of(tree.dinas, DAY) == newer


def test_a_vacant_post_has_no_head(tree: SimpleNamespace) -> None:
    head(person("Dulu", tree.dinas), tree.dinas, starts=date(2024, 1, 1), ends=DAY - timedelta(days=1))
    head(person("Nanti", tree.dinas), tree.dinas, starts=DAY + timedelta(days=1))
    assert head_of(tree.dinas, DAY) is None
    assert heads_of(tree.ptsp, DAY) == []


@pytest.mark.parametrize("other", [Capacity.DEFINITIVE, Capacity.PLT, Capacity.PJ])
@pytest.mark.parametrize(
    ("starts", "ends", "collides"),
    [
        (date(2026, 6, 30), None, True),
        (date(2026, 7, 1), None, False),
        (date(2025, 1, 1), date(2025, 12, 31), False),
        (date(2025, 1, 1), date(2026, 1, 1), True),
    ],
)
def test_the_database_keeps_one_head_at_a_time(
    tree: SimpleNamespace, other: Capacity, starts: date, ends: date | None, collides: bool
) -> None:
    head(person("A", tree.dinas), tree.dinas, starts=date(2026, 1, 1), ends=date(2026, 6, 30))
    second = HeadAssignment(person=person("B", tree.dinas), opd=tree.dinas, capacity=other, starts=starts, ends=ends)
    if not collides:
        second.full_clean()
        second.save()
        return
    with pytest.raises(ValidationError, match="bertabrakan"):
        second.full_clean()
    with pytest.raises(IntegrityError, match="one_head_at_a_time"), transaction.atomic():
        second.save()


def test_another_unit_or_a_plh_never_collides(tree: SimpleNamespace) -> None:
    someone = person("A", tree.dinas)
    head(someone, tree.dinas, starts=date(2026, 1, 1))
    head(someone, tree.ptsp, Capacity.PLT, starts=date(2026, 1, 1))
    head(person("B", tree.dinas), tree.dinas, Capacity.PLH, starts=date(2026, 1, 1))


def test_an_assignment_ends_after_it_started(tree: SimpleNamespace) -> None:
    with pytest.raises(IntegrityError, match="assignment_ends_after_start"), transaction.atomic():
        head(person("A", tree.dinas), tree.dinas, starts=DAY, ends=DAY - timedelta(days=1))


def test_a_letter_names_the_post_with_its_capacity(tree: SimpleNamespace) -> None:
    acting = head(person("A", tree.dinas), tree.dinas, Capacity.PLT)
    assert acting.post_on_letter == "Plt. Kepala Dinas Pendidikan"


# -- the tree ------------------------------------------------------------------------------------------------------


def test_every_unit_knows_the_nearest_unit_that_decides(tree: SimpleNamespace) -> None:
    hospital = unit("RSUD", UnitKind.RSUD, tree.dinas)
    ward = unit("Instalasi Gizi", UnitKind.UNIT, unit("Bidang Penunjang", UnitKind.UNIT, hospital))
    assert tree.school.office == tree.dinas
    assert deciding_unit(tree.dinas) == tree.dinas
    assert deciding_unit(ward) == hospital
    assert deciding_unit(unit("Di luar", UnitKind.UNIT)) is None


def test_moving_a_branch_moves_the_offices_below_it(tree: SimpleNamespace) -> None:
    branch = unit("Bidang", UnitKind.UNIT, tree.dinas)
    leaf = unit("Seksi", UnitKind.UNIT, branch)
    branch.parent = tree.ptsp
    branch.save()
    refresh_offices()
    leaf.refresh_from_db()
    assert leaf.office == tree.ptsp
    assert refresh_offices() == 0


def test_a_loop_is_found_wherever_it_is() -> None:
    assert find_loop({"a": "b", "b": "c"}) == []
    assert set(find_loop({"x": "a", "a": "b", "b": "c", "c": "a"})) == {"a", "b", "c"}
    assert find_loop({"a": "a"}) == ["a"]


def test_a_unit_is_not_its_own_parent(tree: SimpleNamespace) -> None:
    tree.school.parent = tree.school
    with pytest.raises(IntegrityError), transaction.atomic():
        tree.school.save()
