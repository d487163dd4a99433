"""The demo people with a fixed name and number: the cast that the login page lists, and those the stories need."""

from dataclasses import dataclass

from portal.people.models import EmploymentType, PostKind
from portal.people.roles import ADMINISTRATOR, INSPECTORATE, LEADERSHIP, REVIEWER

DOMAIN = "demo.pasbar.example"
_S, _F = PostKind.STRUCTURAL, PostKind.FUNCTIONAL
_PNS, _PPPK = EmploymentType.PNS, EmploymentType.PPPK


@dataclass(frozen=True, slots=True)
class PersonSpec:
    """One fictitious person as the demo writes him; `unit` is the key of a UnitSpec."""

    nip: str | None
    name: str
    unit: str
    post: str
    kind: str
    grade: str
    prefix: str = ""
    suffix: str = ""
    echelon: str = ""
    employment: EmploymentType = EmploymentType.PNS
    email: str = ""
    email_gov: str = ""
    group: str = ""
    has_password: bool = False
    has_account: bool = False


def address(name: str) -> str:
    """Return nama.lengkap@ under the reserved domain."""
    return f"{'.'.join(name.casefold().split())}@{DOMAIN}"


def _player(
    nip: str,
    name: str,
    unit: str,
    post: str,
    kind: str,
    grade: str,
    titles: tuple[str, str],
    group: str = "",
    echelon: str = "",
) -> PersonSpec:
    employment = _PPPK if nip[12:14] == "21" else _PNS
    return PersonSpec(
        nip,
        name,
        unit,
        post,
        kind,
        grade,
        *titles,
        echelon,
        employment,
        address(name),
        address(name),
        group,
        True,
        True,
    )


CAST: tuple[PersonSpec, ...] = (
    _player("198504122010012901", "Rahmi Oktavia", "SD-01", "Guru Ahli Muda", _F, "III/d", ("", "S.Pd.")),
    _player("199307212023211902", "Ilham Nasution", "PKM-01", "Perawat Terampil", _F, "VII", ("", "A.Md.Kep.")),
    _player(
        "197811032003121903",
        "Hendra Efendi",
        "DPMPTSP-1",
        "Kepala Bidang Perizinan",
        _S,
        "IV/a",
        ("", "S.STP., M.Si."),
        echelon="III.b",
    ),
    _player(
        "197203151998031904",
        "Zulfahmi Lubis",
        "DISDIKBUD",
        "Kepala Dinas Pendidikan dan Kebudayaan",
        _S,
        "IV/c",
        ("Drs.", "M.Pd."),
        echelon="II.b",
    ),
    _player(
        "197506201999032905",
        "Elvira Rangkuti",
        "DINKES-SEK",
        "Sekretaris Dinas Kesehatan",
        _S,
        "IV/b",
        ("dr.", "M.Kes."),
        echelon="III.a",
    ),
    _player(
        "197009091995031906",
        "Rinaldi Hakim",
        "SETDA",
        "Sekretaris Daerah",
        _S,
        "IV/d",
        ("Drs.", "M.Si."),
        LEADERSHIP,
        "II.a",
    ),
    _player(
        "198001052005012907",
        "Yusnita Wahyuni",
        "BKPSDM-2",
        "Analis Sumber Daya Manusia Aparatur Ahli Muda",
        _F,
        "IV/a",
        ("", "S.H., M.H."),
        REVIEWER,
    ),
    _player(
        "198203172006041908",
        "Fadhil Amri",
        "BKPSDM-1",
        "Analis Sumber Daya Manusia Aparatur Ahli Muda",
        _F,
        "III/d",
        ("", "S.E."),
        REVIEWER,
    ),
    _player(
        "197404251999031909",
        "Syafrial Putra",
        "BKPSDM",
        "Kepala Badan Kepegawaian dan Pengembangan Sumber Daya Manusia",
        _S,
        "IV/c",
        ("", "S.Sos., M.Si."),
        REVIEWER,
        "II.b",
    ),
    _player(
        "197712012002121910",
        "Parlindungan Hasibuan",
        "ITDA-2",
        "Auditor Ahli Madya",
        _F,
        "IV/b",
        ("", "S.E., Ak."),
        INSPECTORATE,
    ),
    _player(
        "198811112012121911",
        "Novri Saputra",
        "BKPSDM-SEK",
        "Pranata Komputer Ahli Muda",
        _F,
        "III/d",
        ("", "S.Kom."),
        ADMINISTRATOR,
    ),
)
# Registers in the browser: no account yet, and the roster holds an address that works.
REGISTRABLE = "199108242019032912"
NAMED: tuple[PersonSpec, ...] = (
    PersonSpec(
        REGISTRABLE,
        "Suci Rahayu",
        "SD-02",
        "Guru Ahli Pertama",
        _F,
        "III/b",
        suffix="S.Pd.",
        email=address("Suci Rahayu"),
    ),
    PersonSpec(
        "196804171994031913",
        "Erizal Candra",
        "DPMPTSP",
        "Kepala Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu",
        _S,
        "IV/c",
        "Ir.",
        "M.M.",
        "II.b",
        email_gov=address("Erizal Candra"),
    ),
    PersonSpec(
        "197101231996032914",
        "Desmawati Batubara",
        "ITDA",
        "Inspektur Daerah",
        _S,
        "IV/c",
        "Dra.",
        "M.Si., Ak.",
        "II.b",
        email_gov=address("Desmawati Batubara"),
        group=INSPECTORATE,
    ),
    PersonSpec(
        None,
        "Ahmad Fauzan Daulay",
        "PEMKAB",
        "Bupati Pasaman Barat",
        "",
        "",
        employment=EmploymentType.OFFICIAL,
        email_gov=f"bupati@{DOMAIN}",
        group=LEADERSHIP,
        has_account=True,
    ),
)
VACANT = "DISPAR"
ACTING = {"DINKES": "197506201999032905", "BAPENDA": "", "DPPKBP3A": "", "DISHUB": ""}
