"""Reading a CSV column by column says of every line exactly what the reader of single rows says of it."""

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.people.roster.bulk import BulkReader, copy_line
from portal.people.roster.columns import find_header
from portal.people.roster.problems import Problem
from portal.people.roster.rows import RowReader
from portal.people.roster.units import UnknownUnit
from portal.people.sheets import SheetRow
from portal.people.sheets.csv_file import pick
from tests.people.files import PNS, PPPK, nip

SIASN = ["PNS ID", "NIP BARU", "NAMA", "GELAR DEPAN", "GELAR BELAKANG", "EMAIL", "EMAIL GOV", "JENIS PEGAWAI NAMA"]
SIASN += ["STATUS CPNS PNS", "KEDUDUKAN HUKUM NAMA", "GOL AKHIR NAMA", "JENIS JABATAN NAMA", "JABATAN NAMA"]
SIASN += ["TMT JABATAN", "UNOR ID", "UNOR NAMA", "NIK", "ESELON NAMA"]
LOCAL = ["NIP", "NAMA LENGKAP", "UNIT KERJA", "OPD", "STATUS", "GOLONGAN"]
ODD = st.sampled_from(["", " ", "=1+1", "' x", "a\\b", "a\tb", "tak\u202et", "a\x00b", "x" * 300, "1.98E+17", "-"])
USUAL = {
    "NIP": st.integers(0, 30).map(nip) | st.integers(0, 30).map(lambda number: f"'{nip(number)}"),
    "NAMA": st.sampled_from(["RAHMI OKTAVIA", "Drs. H. Zulfahmi Lubis, M.Pd.", "dr. Élvira  B", "O'Brien \\ Sons"]),
    "PNS ID": st.sampled_from(["D-1", "D-2"]),
    "EMAIL": st.sampled_from(["a@b.id", " A@B.Example ", "a@", "-"]),
    "JENIS": st.sampled_from([PNS, PPPK, "Honorer"]),
    "STATUS": st.sampled_from(["PNS", "CPNS", "P3K"]),
    "KEDUDUKAN": st.sampled_from(["Aktif", "Pensiun"]),
    "GOL": st.sampled_from(["III/c", "Pembina (IV/a)", "Empat"]),
    "TMT": st.sampled_from(["2020-04-01", "31-02-2024"]),
    "UN": st.sampled_from(["U-SD", "SD Negeri 91", "Tidak Ada"]),
}


class Units:
    """Knows one unit by its number and one by its name."""

    def find(self, unit_id: str, name: str, office: str) -> int:
        if unit_id == "U-SD" or name == "SD Negeri 91":
            return 7
        raise UnknownUnit("unit_unknown", "tidak ada")


def cell(title: str) -> Any:
    usual = next(
        (texts for start, texts in USUAL.items() if title.startswith(start)), st.sampled_from(["Guru", "II.b"])
    )
    return st.integers(0, 14).flatmap(lambda dice: usual if dice else ODD)


def tables(titles: list[str]) -> Any:
    line = st.tuples(*map(cell, titles)).map(list)
    ragged = st.tuples(line, st.sampled_from([0, 0, 0, 0, 1, -1]), st.sampled_from(["", "lebih"]))
    lines = ragged.map(lambda each: [*each[0], each[2]] if each[1] == 1 else each[0][: len(each[0]) + each[1]])
    return st.lists(lines, max_size=40)


@pytest.mark.parametrize("titles", [SIASN, LOCAL], ids=["siasn", "local"])
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_many_lines_at_once_say_what_each_says_alone(titles: list[str], data: st.DataObject) -> None:
    lines = [(number, cells) for number, cells in enumerate(data.draw(tables(titles)), start=2) if any(cells)]
    header = find_header([SheetRow(1, dict(enumerate(titles)), len(titles), len(titles))])
    reader = RowReader(header, Units())  # type: ignore[arg-type]
    text, count, problems = "", 0, list[Problem]()
    for some, number, found in BulkReader(reader).read(lines):
        text, count, problems = text + some, count + number, problems + found
    alone = SimpleNamespace(text="", count=0, problems=list[Problem]())
    for number, cells in lines:
        row = pick(number, cells, sorted(header.fields.values()))
        if row.cells:
            entry, found = reader.read(row)
            alone.text, alone.count = alone.text + copy_line(entry), alone.count + 1
            alone.problems += found
    assert (text, count, problems) == (alone.text, alone.count, alone.problems)
