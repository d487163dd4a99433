"""Live schedules against the five-day working week."""

import pytest

from approvals.screening.hours import has_office_hours, overlaps
from declarations.facts import Post


@pytest.mark.parametrize(
    ("days", "starts", "ends", "touches"),
    [
        (["1"], "10:00", "11:00", True),
        (["1"], "19:30", "21:00", False),
        (["1"], "06:00", "07:30", False),
        (["1"], "06:00", "07:31", True),
        (["4"], "16:00", "17:00", False),
        (["5"], "16:00", "17:00", True),
        (["5"], "16:30", "17:00", False),
        (["1"], "12:00", "13:00", False),
        (["1"], "12:00", "13:01", True),
        (["5"], "12:30", "13:30", False),
        (["5"], "13:00", "13:45", True),
        (["6", "7"], "10:00", "11:00", False),
        (["7", "2"], "10:00", "11:00", True),
        (["7"], "22:00", "08:00", True),
        (["5"], "22:00", "08:00", False),
        (["1"], "10.00", "11.00", True),
        (["1"], "", "", False),
        (["1"], "pagi", "siang", False),
        (["0", "8", "x"], "10:00", "11:00", False),
        ([], "10:00", "11:00", False),
    ],
)
def test_schedule_touches_working_hours(days: list[str], starts: str, ends: str, touches: bool) -> None:
    assert overlaps(days, starts, ends) is touches


@pytest.mark.parametrize(
    ("employment", "unit_kind", "office", "common"),
    [
        ("pns", "opd", "DINKES", True),
        ("pppk", "sekolah", "DISDIKBUD", True),
        ("pppk_pw", "opd", "DINKES", False),
        ("pns", "rsud", "RSUD", False),
        ("pns", "opd", "SATPOLPP", False),
    ],
)
def test_shift_and_part_time_have_no_common_hours(employment: str, unit_kind: str, office: str, common: bool) -> None:
    assert has_office_hours(Post(employment, "", "", "", "", "", unit_kind, "", office)) is common
