"""The other demo people: drawn with a fixed seed, so that every installation has the same ones."""

from collections.abc import Iterator
from dataclasses import replace
from random import Random

from portal.people.demo.cast import ACTING, CAST, DOMAIN, NAMED, VACANT, PersonSpec, address
from portal.people.demo.units import ASSISTANTS, KECAMATAN, MIDDLE_SCHOOLS, OPDS, PRIMARY_SCHOOLS, PUSKESMAS
from portal.people.models import EmploymentType, PostKind

SEED = 20251103
_MEN = {
    "minang": "Afdal Rinaldi Syafrial Zulfahmi Hendra Erizal Fauzan Ilham "
    "Dedi Yulhendri Rahmat Novri Joni Aulia Fadhil",
    "mandailing": "Parlindungan Sahat Ahmad Umar Rizki",
    "jawa": "Sutrisno Wahyudi Bambang Slamet Agus",
}
_WOMEN = {
    "minang": "Yusnita Desmawati Elvira Rahmi Fitria Wirda Silvia Nurhayati "
    "Lusi Mardiana Gusnita Yeni Suci Annisa Zahara",
    "mandailing": "Aisyah Rosmaida Masnun Aminah Khadijah",
    "jawa": "Sri Endang Wati Suparmi Dwi",
}
_LAST = {
    "minang": ("Putra Hakim Efendi Amri Yandri Saputra Candra", "Sari Novita Oktavia Rahayu Putri Yanti Wahyuni"),
    "mandailing": ("Nasution Lubis Pulungan Rangkuti Daulay Batubara Hasibuan Matondang",) * 2,
    "jawa": ("Santoso Raharjo Utomo", "Lestari Handayani"),
}
_GRADES = ("III/a", "III/b", "III/c", "III/d", "IV/a")
_STAFF = (
    ("Analis Kebijakan Ahli Muda", PostKind.FUNCTIONAL, "S.Sos."),
    ("Arsiparis Terampil", PostKind.FUNCTIONAL, "A.Md."),
    ("Penelaah Teknis Kebijakan", PostKind.EXECUTIVE, "S.E."),
    ("Pengadministrasi Perkantoran", PostKind.EXECUTIVE, ""),
    ("Pengolah Data dan Informasi", PostKind.EXECUTIVE, "S.Kom."),
)
_HEALTH = (
    ("Perawat Terampil", "A.Md.Kep."),
    ("Bidan Ahli Pertama", "S.Tr.Keb."),
    ("Perawat Ahli Muda", "S.Kep., Ns."),
    ("Bidan Terampil", "A.Md.Keb."),
    ("Sanitarian Terampil", "A.Md.KL."),
)
_TEACHERS = ("Guru Ahli Pertama", "Guru Ahli Pertama", "Guru Ahli Muda", "Guru Ahli Muda", "Guru Ahli Madya")


class Crowd:
    """Draws people: names by their share in the kabupaten, numbers with the sequence 901 to 999 that nobody has."""

    def __init__(self) -> None:
        self.random = Random(SEED)  # noqa: S311 - fictitious people, no secret
        self.numbers = {spec.nip for spec in (*CAST, *NAMED)}
        self.names = {spec.name for spec in (*CAST, *NAMED)}
        self.drawn = 0

    def draw(
        self,
        unit: str,
        post: str,
        kind: str,
        *,
        suffix: str = "",
        echelon: str = "",
        grade: str = "",
        older: bool = False,
    ) -> PersonSpec:
        """Return one more person of this unit."""
        self.drawn += 1
        woman = self.random.random() < 0.55
        contract = not older and not echelon and self.random.random() < 0.28
        name = self._name(woman)
        mail = address(name)
        return PersonSpec(
            self._number(woman, contract, older),
            name,
            unit,
            post,
            kind,
            ("IX" if suffix.startswith("S.") else "VII") if contract else grade or self.random.choice(_GRADES),
            suffix=suffix,
            echelon=echelon,
            employment=EmploymentType.PPPK if contract else EmploymentType.PNS,
            email="" if echelon.startswith("II.") else mail,
            email_gov=mail if echelon else "",
        )

    def _name(self, woman: bool) -> str:
        while True:
            people = self.random.choices(("minang", "mandailing", "jawa"), (60, 25, 15))[0]
            first = self.random.choice((_WOMEN if woman else _MEN)[people].split())
            last = self.random.choice(_LAST[people][woman].split())
            middle = self.random.choice((_WOMEN if woman else _MEN)[people].split())
            name = f"{first} {last}" if self.random.random() < 0.4 or middle == first else f"{first} {middle} {last}"
            if self.random.random() < 0.08:
                name = first  # many people use one name only
            if name not in self.names:
                self.names.add(name)
                return name

    def _number(self, woman: bool, contract: bool, older: bool) -> str:
        while True:
            born = self.random.randint(1968, 1978) if older else self.random.randint(1972, 1998)
            birth = f"{born}{self.random.randint(1, 12):02d}{self.random.randint(1, 28):02d}"
            if contract:
                joined = f"{self.random.randint(2019, 2025)}21"
            else:
                joined = f"{min(born + self.random.randint(22, 29), 2024)}{self.random.choice(('03', '04', '12'))}"
            nip = f"{birth}{joined}{2 if woman else 1}{self.random.randint(915, 999)}"
            if nip not in self.numbers:
                self.numbers.add(nip)
                return nip


def crowd() -> Iterator[PersonSpec]:
    """Yield everybody without a fixed name: heads first, then the staff, then schools and health."""
    people = Crowd()
    yield from _heads(people)
    yield from _offices(people)
    yield from _schools(people)
    yield from _health(people)


def _heads(people: Crowd) -> Iterator[PersonSpec]:
    for unit, post, echelon, grade, suffix in _leading_posts():
        yield people.draw(unit, post, PostKind.STRUCTURAL, echelon=echelon, grade=grade, suffix=suffix, older=True)


def _leading_posts() -> Iterator[tuple[str, str, str, str, str]]:
    """Yield unit, post, echelon, grade and title of every leading post that the cast does not fill."""
    named = {spec.unit for spec in (*CAST, *NAMED) if spec.echelon.startswith("II.")}
    for code, name, title, *_rest in OPDS:
        if code in named or code == VACANT or ACTING.get(code):
            continue
        if code in ACTING:
            yield f"{code}-SEK", f"Sekretaris {name}", "III.a", "IV/b", "M.Si."
        else:
            yield code, title or f"Kepala {name}", "II.b", "IV/c", "M.Si."
    yield "RSUD", "Direktur RSUD Pasaman Barat", "III.a", "IV/b", "Sp.PD."
    for code, name, _sections in ASSISTANTS:
        yield code, name, "II.b", "IV/c", "M.Si."
    for field in ("Pemerintahan, Hukum dan Politik", "Ekonomi, Keuangan dan Pembangunan", "Kemasyarakatan dan SDM"):
        yield "SAHLI", f"Staf Ahli Bupati Bidang {field}", "II.b", "IV/c", "M.M."
    for number, name in enumerate(KECAMATAN, start=1):
        yield f"KEC-{number:02d}", f"Camat {name}", "III.a", "IV/a", "S.STP."


def _offices(people: Crowd) -> Iterator[PersonSpec]:
    for _number in range(4):
        yield people.draw(
            "BKPSDM-2", "Analis Sumber Daya Manusia Aparatur Ahli Pertama", PostKind.FUNCTIONAL, suffix="S.H."
        )
    yield people.draw("ITDA-1", "Auditor Ahli Muda", PostKind.FUNCTIONAL, suffix="S.E.")
    for code, *_rest in OPDS:
        for place in ("SEK", "1", "2"):
            post, kind, suffix = people.random.choice(_STAFF)
            yield people.draw(f"{code}-{place}", post, kind, suffix=suffix)
    for code, _name, sections in ASSISTANTS:
        for number, section in enumerate(sections, start=1):
            where = f"{code}-{number}"
            yield people.draw(
                where, f"Kepala Bagian {section}", PostKind.STRUCTURAL, echelon="III.a", grade="IV/a", suffix="S.H."
            )
            post, kind, suffix = people.random.choice(_STAFF)
            yield people.draw(where, post, kind, suffix=suffix)
    for number, name in enumerate(KECAMATAN, start=1):
        yield people.draw(
            f"KEC-{number:02d}", f"Sekretaris Camat {name}", PostKind.STRUCTURAL, echelon="III.b", grade="III/d"
        )
        post, kind, suffix = people.random.choice(_STAFF)
        yield people.draw(f"KEC-{number:02d}", post, kind, suffix=suffix)


def _schools(people: Crowd) -> Iterator[PersonSpec]:
    kinds = (("SD", PRIMARY_SCHOOLS), ("SMP", MIDDLE_SCHOOLS))
    for school in (f"{kind}-{number:02d}" for kind, many in kinds for number in range(1, many + 1)):
        yield people.draw(
            school, "Kepala Sekolah", PostKind.FUNCTIONAL, suffix="S.Pd., M.Pd.", grade="IV/a", older=True
        )
        for place in range(9):
            post = people.random.choice(_TEACHERS)
            teacher = people.draw(school, post, PostKind.FUNCTIONAL, suffix="S.Pd.")
            yield _without_own_address(teacher, school) if place >= 7 else teacher


def _without_own_address(teacher: PersonSpec, school: str) -> PersonSpec:
    """Return the same person as many rosters know him: with the address of the school, or with none."""
    shared = f"{school.casefold()}@{DOMAIN}" if school.startswith("SMP") else ""
    return replace(teacher, email=shared)


def _health(people: Crowd) -> Iterator[PersonSpec]:
    for number in range(1, PUSKESMAS + 1):
        unit = f"PKM-{number:02d}"
        yield people.draw(unit, "Kepala Puskesmas", PostKind.FUNCTIONAL, suffix="S.K.M.", grade="IV/a", older=True)
        for _place in range(4):
            post, suffix = people.random.choice(_HEALTH)
            yield people.draw(unit, post, PostKind.FUNCTIONAL, suffix=suffix)
    for _place in range(20):
        post, suffix = people.random.choice(_HEALTH)
        yield people.draw("RSUD", post, PostKind.FUNCTIONAL, suffix=suffix)
