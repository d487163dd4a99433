"""The demo's directory: cast, structure, heads, people without an account."""

from collections import Counter
from pathlib import Path

import pytest
from django.contrib.auth import authenticate

from portal import clock
from portal.people import demo, nip
from portal.people.heads import head_of
from portal.people.models import Capacity, Employee, HeadAssignment, Opd, UnitKind
from portal.people.roster import import_roster

pytestmark = pytest.mark.django_db

CAST = {
    "198504122010012901": ("Rahmi Oktavia, S.Pd.", "DISDIKBUD", ""),
    "199307212023211902": ("Ilham Nasution, A.Md.Kep.", "DINKES", ""),
    "197811032003121903": ("Hendra Efendi, S.STP., M.Si.", "DPMPTSP", ""),
    "197203151998031904": ("Drs. Zulfahmi Lubis, M.Pd.", "DISDIKBUD", ""),
    "197506201999032905": ("dr. Elvira Rangkuti, M.Kes.", "DINKES", ""),
    "197009091995031906": ("Drs. Rinaldi Hakim, M.Si.", "SETDA", "leadership"),
    "198001052005012907": (None, "BKPSDM", "reviewer"),
    "198203172006041908": (None, "BKPSDM", "reviewer"),
    "197404251999031909": (None, "BKPSDM", "reviewer"),
    "197712012002121910": (None, "ITDA", "inspectorate"),
    "198811112012121911": (None, "BKPSDM", "administrator"),
}


def test_the_cast_has_its_numbers_names_offices_and_roles() -> None:
    demo.seed_people()
    for number, (name, office, role) in CAST.items():
        person = Employee.objects.get(nip=number)
        assert name in (None, person.official_name)
        assert person.office is not None
        assert person.office.code == office
        assert list(person.groups.values_list("name", flat=True)) == ([role] if role else [])
        assert person.contact_email == person.mailbox != ""
    assert authenticate(username="198504122010012901", password="demo-pasbar-2026") is not None


def test_about_six_hundred_fictitious_people_in_the_real_structure() -> None:
    total = demo.seed_people()
    assert 560 <= total <= 640
    people = list(Employee.objects.exclude(nip=None))
    assert all(nip.parse(person.nip) and 901 <= int(person.nip[15:]) <= 999 for person in people)
    assert all(
        address.endswith("@demo.pasbar.example") for p in people for address in (p.email, p.email_gov) if address
    )
    kinds = Counter(Opd.objects.values_list("kind", flat=True))
    assert kinds["kecamatan"] == 11
    assert kinds["asisten"] == 3
    assert kinds["opd"] == 29
    teachers = sum(person.unit.kind == UnitKind.SEKOLAH for person in Employee.objects.select_related("unit"))
    assert teachers > total * 0.45
    rsud = Opd.objects.get(code="RSUD")
    assert rsud.parent is not None
    assert rsud.parent.code == "DINKES"
    assert rsud.office == rsud


def test_seeding_again_changes_nothing() -> None:
    demo.seed_people()
    before = (
        *map(list, (Employee.objects.values_list(), Opd.objects.values_list(), HeadAssignment.objects.values_list())),
    )
    demo.seed_people()
    after = (
        *map(list, (Employee.objects.values_list(), Opd.objects.values_list(), HeadAssignment.objects.values_list())),
    )
    assert before == after


def test_every_deciding_unit_has_a_reachable_head_but_the_vacant_one() -> None:
    demo.seed_people()
    today = clock.today()
    deciding = [unit for unit in Opd.objects.select_related("office") if unit.decides]
    without = [unit.code for unit in deciding if head_of(unit, today) is None]
    assert without == [demo.VACANT]
    heads = [head for unit in deciding if (head := head_of(unit, today))]
    assert sum(head.capacity == Capacity.PLT for head in heads) == 4
    assert all(head.person.mailbox and head.decree_number for head in heads)
    assert Employee.objects.filter(unit__office__code=demo.VACANT).count() >= 3
    assert len({head.person_id for head in heads}) == len(heads)


def test_the_sekda_answers_to_the_bupati_who_has_no_nip() -> None:
    demo.seed_people()
    top = head_of(Opd.objects.get(kind=UnitKind.PEMKAB), clock.today())
    assert top is not None
    assert top.person.nip is None
    assert top.person.mailbox
    assert Employee.objects.filter(unit__kind=UnitKind.STAF_AHLI).count() == 3


def test_people_without_account_can_register_by_their_roster_address() -> None:
    demo.seed_people()
    suci = Employee.objects.get(nip=demo.REGISTRABLE)
    assert suci.official_name == "Suci Rahayu, S.Pd."
    assert not suci.has_usable_password()
    assert suci.contact_email is None
    assert Employee.objects.filter(email=suci.email).count() == 1
    without = [person for person in Employee.objects.filter(contact_email=None) if not person.has_usable_password()]
    assert len(without) >= 20
    assert Employee.objects.filter(email="", email_gov="").exists()
    assert Employee.objects.filter(email="smp-01@demo.pasbar.example").count() == 2


SAMPLE = """PNS ID,NIP BARU,NAMA,GELAR DEPAN,GELAR BELAKANG,JENIS PEGAWAI NAMA,KEDUDUKAN HUKUM NAMA,STATUS CPNS PNS,\
GOL AKHIR NAMA,JENIS JABATAN NAMA,JABATAN NAMA,UNOR NAMA,EMAIL GOV
D-0001,'198504122010012901,RAHMI OKTAVIA,,"S.Pd.",PNS Daerah,Aktif,PNS,III/d,Jabatan Fungsional,Guru Ahli Muda,\
SD Negeri 91 Contoh Kinali,rahmi.oktavia@demo.pasbar.example
D-0002,'199307212023211902,ILHAM NASUTION,,"A.Md.Kep.",PPPK Daerah,Aktif,PPPK,VII,Jabatan Fungsional,\
Perawat Terampil,UPT Puskesmas Contoh Talu,ilham.nasution@demo.pasbar.example
D-0003,'197811032003121903,HENDRA EFENDI,,"S.STP., M.Si.",PNS Daerah,Aktif,PNS,IV/a,Jabatan Struktural,\
Kepala Bidang Perizinan,DPMPTSP,hendra.efendi@demo.pasbar.example
"""


def test_the_sample_rows_of_the_dossier_fit_the_demo(tmp_path: Path) -> None:
    demo.seed_people()
    path = tmp_path / "siasn.csv"
    path.write_text(SAMPLE)
    plan = import_roster(path, apply=True)
    assert plan.problems == ()
    assert [(each.name, each.change, each.after) for each in plan.people] == [
        ("Hendra Efendi", "moved", "Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu")
    ]
    assert plan.applied == {"new": 0, "changed": 3, "held": 0, "same": 0}
    assert authenticate(username="197811032003121903", password="demo-pasbar-2026") is not None
