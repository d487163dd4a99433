"""The texts of a roster and what they mean."""

from datetime import date

import pytest

from portal.people.roster import values
from portal.people.sheets import Number
from tests.people.files import PNS, PPPK


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("III/d", "III/d"),
        ("iv/A", "IV/a"),
        ("Penata Tk. I (III/d)", "III/d"),
        ("Penata Tingkat I", "III/d"),
        ("PEMBINA", "IV/a"),
        ("Pengatur Muda Tk.I / II.b", "II/b"),
        ("IX", "IX"),
        ("XVII", "XVII"),
        ("-", ""),
        ("", ""),
    ],
)
def test_grades(text: str, expected: str) -> None:
    assert values.grade(text) == expected


@pytest.mark.parametrize(
    ("text", "candidate", "expected"),
    [
        (PNS, "PNS", "pns"),
        (PNS, "CPNS", "cpns"),
        (PPPK, "", "pppk"),
        ("PPPK Paruh Waktu", "", "pppk_pw"),
        ("P3K", "", "pppk"),
        ("", "CPNS", "cpns"),
        ("PNS DPB pada instansi lain", "P", "pns"),
        ("Calon PNS", "", "cpns"),
    ],
)
def test_kinds_of_employment(text: str, candidate: str, expected: str) -> None:
    assert values.employment(text, candidate) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-05-31", date(2024, 5, 31)),
        ("31-05-2024", date(2024, 5, 31)),
        ("31/05/2024", date(2024, 5, 31)),
        ("2024-05-31T00:00:00", date(2024, 5, 31)),
        (Number("45443"), date(2024, 5, 31)),
        ("", None),
        ("-", None),
    ],
)
def test_dates(text: str, expected: date | None) -> None:
    assert values.day(text) == expected


@pytest.mark.parametrize("text", ["31-13-2024", "kemarin", "2024", Number("1E+300"), "2024-05-31-01"])
def test_what_is_no_date(text: str) -> None:
    with pytest.raises(values.BadValue):
        values.day(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Drs. H. Zulfahmi Lubis, M.Pd.", ("Drs. H.", "Zulfahmi Lubis", "M.Pd.")),
        ("RAHMI OKTAVIA, S.Pd., M.Si.", ("", "Rahmi Oktavia", "S.Pd., M.Si.")),
        ("dr. Elvira", ("dr.", "Elvira", "")),
        ("Masnun", ("", "Masnun", "")),
        ("H.", ("", "H.", "")),
    ],
)
def test_titles_glued_to_a_name(text: str, expected: tuple[str, str, str]) -> None:
    assert values.split_titles(text) == expected


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("Aktif", False),
        ("Pensiun BUP", True),
        ("Pemberhentian Sementara", False),
        ("CLTN", False),
        ("Meninggal Dunia", True),
    ],
)
def test_who_is_gone(text: str, gone: bool) -> None:
    assert values.is_gone(text) is gone


def test_addresses_echelons_and_kinds_of_post() -> None:
    assert values.email(" Rahmi@Demo.Pasbar.Example ") == "rahmi@demo.pasbar.example"
    assert values.email("-") == ""
    assert [values.echelon(text) for text in ("II.b", "III.A", "IV/a", "Non Eselon", "")] == [
        "II.b",
        "III.a",
        "IV.a",
        "",
        "",
    ]
    kinds = ("Jabatan Struktural", "Jabatan Fungsional", "Jabatan Pelaksana", "Jabatan Fungsional Umum", "")
    assert [values.post_kind(text) for text in kinds] == ["struktural", "fungsional", "pelaksana", "pelaksana", ""]


@pytest.mark.parametrize("address", ["a", "a@b", "a@b c.id", "ä@b.id", "a@@b.id", "a@b.id,c@d.id"])
def test_what_is_no_address(address: str) -> None:
    with pytest.raises(values.BadValue):
        values.email(address)
