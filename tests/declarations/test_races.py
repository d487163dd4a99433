"""Many at once: numbers without gaps or doubles, one draft for two presses, no answer lost."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections

from declarations import drafts
from declarations.answers import save_answers
from declarations.models import Declaration
from portal import clock
from portal.people.models import Employee

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def at_once(deed: Callable[[int], Any], times: int = 8) -> list[Any]:
    def closing(number: int) -> Any:
        try:
            return deed(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(closing, range(times)))


def test_drafts_started_at_once_have_numbers_without_gap(alice: Employee) -> None:
    on = clock.today()
    at_once(lambda _number: drafts.start(alice, on=on))
    numbers = sorted(Declaration.objects.values_list("number", flat=True))
    assert [int(number.split("-")[2]) for number in numbers] == list(range(1, 9))


def test_start_pressed_many_times_at_once_makes_one_draft(alice: Employee) -> None:
    on = clock.today()
    made = at_once(lambda _number: drafts.start_once(alice, on=on).pk)
    assert len(set(made)) == 1


def test_answers_saved_at_once_are_all_kept(alice: Employee) -> None:
    declaration = drafts.start(alice, on=clock.today())
    codes = ["D1", "D4", "C8", "C6F", "F4", "F3", "F8", "NOTE"]
    at_once(lambda number: save_answers(Declaration.objects.get(pk=declaration.pk), {codes[number]: "x"}))
    declaration.refresh_from_db()
    assert set(drafts.answers_of(declaration)) == set(codes)
    assert declaration.revision == 8
