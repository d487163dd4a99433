"""Codes and counters by themselves, as other apps use them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone

from portal.accounts.codes import CodeProblem, check_code, issue_code, was_sent_to
from portal.accounts.limits import TooMany, clear, hit
from portal.accounts.models import Counter, OneTimeCode
from portal.accounts.upkeep import forget


@pytest.mark.django_db
def test_a_code_belongs_to_its_purpose_and_subject() -> None:
    code = issue_code("stepup", "step:1", to="kepala@demo.pasbar.example")
    for purpose, subject in [("stepup", "step:2"), ("login", "step:1")]:
        with pytest.raises(CodeProblem, match="Kode tidak berlaku"):
            check_code(purpose, subject, code)
    row = check_code("stepup", "step:1", code)
    assert was_sent_to(row, "kepala@demo.pasbar.example")
    assert not was_sent_to(row, "lain@demo.pasbar.example")
    assert "kepala" not in str(OneTimeCode.objects.values().get())


@pytest.mark.django_db
def test_a_code_for_nobody_fits_nothing() -> None:
    code = issue_code("login", "x", to="", real=False)
    with pytest.raises(CodeProblem, match="Kode salah"):
        check_code("login", "x", code)


@pytest.mark.django_db
def test_the_count_starts_anew_when_the_period_is_over() -> None:
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        assert [hit("uji", "a", limit=2, window=60) for _hit in range(2)] == [1, 2]
        with pytest.raises(TooMany) as refused:
            hit("uji", "a", limit=2, window=60)
        assert refused.value.status == 429
        assert hit("uji", "b", limit=2, window=60) == 1
    with time_machine.travel(now + timedelta(seconds=60), tick=False):
        assert hit("uji", "a", limit=2, window=60) == 1
    clear("uji", "a")
    assert Counter.objects.count() == 1


@pytest.mark.django_db
def test_counting_from_the_last_hit_makes_the_wait_full() -> None:
    now = timezone.now()
    for second in (0, 50):
        with time_machine.travel(now + timedelta(seconds=second), tick=False):
            hit("uji", "a", limit=2, window=60, from_last=True)
    with time_machine.travel(now + timedelta(seconds=100), tick=False), pytest.raises(TooMany):
        hit("uji", "a", limit=2, window=60, from_last=True)
    with time_machine.travel(now + timedelta(seconds=111), tick=False):
        assert hit("uji", "a", limit=2, window=60, from_last=True) == 1


@pytest.mark.django_db(transaction=True)
def test_hits_at_the_same_moment_are_all_counted() -> None:
    def strike(_number: int) -> bool:
        try:
            with transaction.atomic():
                hit("uji", "a", limit=10, window=60)
            return True
        except TooMany:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(strike, range(40))) == 10


@pytest.mark.django_db(transaction=True)
def test_one_code_used_twice_at_once_is_accepted_once() -> None:
    with transaction.atomic():
        code = issue_code("stepup", "step:1", to="kepala@demo.pasbar.example")

    def use(_number: int) -> bool:
        try:
            with transaction.atomic():
                check_code("stepup", "step:1", code)
            return True
        except CodeProblem:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(use, range(6))) == 1


@pytest.mark.django_db
def test_what_time_made_useless_is_forgotten() -> None:
    now = timezone.now()
    hit("uji", "a", limit=2, window=60)
    issue_code("login", "x", to="a@contoh.example")
    assert forget(now) == 0
    assert forget(now + timedelta(days=2)) == 3  # two counters, one code
