"""A small tree of units that the roster files of these tests name."""

from types import SimpleNamespace

import pytest

from portal.people.models import UnitKind
from tests.people.directory import person, unit


@pytest.fixture
def tree(db: None) -> SimpleNamespace:
    pemkab = unit("Pemerintah Kabupaten", UnitKind.PEMKAB)
    dinas = unit("Dinas Pendidikan", UnitKind.OPD, pemkab, code="DISDIKBUD", roster_id="U-DIK")
    ptsp = unit("Dinas Penanaman Modal", UnitKind.OPD, pemkab, code="DPMPTSP", roster_id="U-PTSP")
    personnel = unit("Badan Kepegawaian", UnitKind.OPD, pemkab, code="BKPSDM")
    return SimpleNamespace(
        pemkab=pemkab,
        dinas=dinas,
        ptsp=ptsp,
        personnel=personnel,
        school=unit("SD Negeri 91 Contoh", UnitKind.SEKOLAH, dinas, roster_id="U-SD"),
        twins=[unit("Sekretariat", UnitKind.UNIT, dinas), unit("Sekretariat", UnitKind.UNIT, ptsp)],
        administrator=person("Novri Saputra", personnel, "administrator"),
        second=person("Dedi Putra", personnel, "administrator"),
    )
