"""Turn the texts of a roster into the values of the directory; what cannot be read raises BadValue."""

import re
from datetime import date, timedelta

from django.utils.translation import gettext as _

from portal.people.models import EmploymentType, PostKind
from portal.people.sheets import Number

_EMAIL = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-z0-9-]+(\.[a-z0-9-]+)+")
_GRADE_PNS = re.compile(r"\b(I{1,3}|IV)\s*[/.]?\s*([A-E])\b")
_GRADE_PPPK = re.compile(r"X{0,1}(IX|IV|V?I{0,3})|XV(II?)?")
_RANKS = {
    f"{name}{step}": f"{group}/{letter}"
    for group, name, steps in (
        ("I", "juru", (" muda", " muda tk i", "", " tk i")),
        ("II", "pengatur", (" muda", " muda tk i", "", " tk i")),
        ("III", "penata", (" muda", " muda tk i", "", " tk i")),
        ("IV", "pembina", ("", " tk i", " utama muda", " utama madya", " utama")),
    )
    for letter, step in zip("abcde", steps, strict=False)
}
_ECHELON = re.compile(r"\b(I{1,3}|IV|V)\s*[./]?\s*([AB])\b")
_GONE = re.compile(r"pensiun|meninggal|wafat|diberhentikan|berhenti|pindah instansi")
_SUSPENDED = re.compile(r"sementara")
_PREFIXES = {"drs", "dra", "dr", "drg", "ir", "h", "hj", "prof", "apt", "ns", "k.h"}
_EPOCH = date(1899, 12, 30)
_NOTHING = {"", "-", "0", "null", "none", "tidak ada"}


class BadValue(ValueError):
    """The text says nothing the directory knows; `kind` is that of the problem."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind, self.message = kind, message


def email(text: str) -> str:
    """Return the address in small letters; a dash means none."""
    address = text.strip().casefold()
    if address in _NOTHING:
        return ""
    if not (address.isascii() and _EMAIL.fullmatch(address)):
        raise BadValue("email", _("Alamat email tidak benar"))
    return address


def employment(text: str, candidate: str) -> EmploymentType:
    """Return the kind of employment by how SIASN or a local list begins its name."""
    words = " ".join(re.sub(r"[\W_]+", " ", text).casefold().split()) or candidate.casefold()
    if words.startswith(("pppk paruh", "p3k paruh", "pppk pw")):
        return EmploymentType.PPPK_PARUH_WAKTU
    if words.startswith(("pppk", "p3k")):
        return EmploymentType.PPPK
    if words.startswith(("cpns", "calon p")):
        return EmploymentType.CPNS
    if words.startswith(("pns", "pegawai negeri sipil")):
        return EmploymentType.CPNS if candidate.casefold() in ("cpns", "c") else EmploymentType.PNS
    if words.startswith("pegawai pemerintah dengan perjanjian kerja"):
        return EmploymentType.PPPK_PARUH_WAKTU if "paruh waktu" in words else EmploymentType.PPPK
    raise BadValue("employment", _("Jenis pegawai tidak dikenal") if words else _("Jenis pegawai kosong"))


def grade(text: str) -> str:
    """Return 'III/d' for PNS or 'IX' for PPPK, also out of 'Penata Tk. I (III/d)' or the rank alone."""
    words = text.upper().strip()
    if words.casefold() in _NOTHING:
        return ""
    if found := _GRADE_PNS.search(words):
        return f"{found[1]}/{found[2].lower()}"
    if _GRADE_PPPK.fullmatch(words):
        return words
    rank = " ".join(re.sub(r"[\W_]+", " ", words.casefold()).replace("tingkat", "tk").split())
    if rank in _RANKS:
        return _RANKS[rank]
    raise BadValue("grade", _("Golongan tidak dikenal"))


def echelon(text: str) -> str:
    """Return 'III.a'; anything else ('Non Eselon') is none."""
    found = _ECHELON.search(text.upper())
    return f"{found[1]}.{found[2].lower()}" if found else ""


def post_kind(text: str) -> str:
    """Return the kind of post; 'fungsional umum' is the old name of pelaksana."""
    words = text.casefold()
    if "pelaksana" in words or "fungsional umum" in words:
        return PostKind.EXECUTIVE
    if "fungsional" in words:
        return PostKind.FUNCTIONAL
    return PostKind.STRUCTURAL if "struktural" in words else ""


def day(text: str) -> date | None:
    """Return a date written year or day first, or as the number Excel counts days with."""
    if text.casefold() in _NOTHING:
        return None
    try:
        if isinstance(text, Number):
            return _EPOCH + timedelta(days=int(float(text)))
        one, month, other = re.split(r"[-/.]", text.split("T")[0].split(" ")[0])
        year, last = (one, other) if len(one) == 4 else (other, one)
        return date(int(year), int(month), int(last))
    except (ValueError, OverflowError) as error:
        raise BadValue("date", _("Tanggal tidak dapat dibaca")) from error


def is_gone(legal_status: str) -> bool:
    """Tell whether somebody with this kedudukan hukum has left; suspended people are still employees."""
    words = legal_status.casefold()
    return bool(_GONE.search(words)) and not _SUSPENDED.search(words)


def person_name(text: str) -> str:
    """Return the name; all capitals, as SIASN writes them, become ordinary ones."""
    return " ".join(map(str.capitalize, text.split())) if text.isupper() else text


def split_titles(text: str) -> tuple[str, str, str]:
    """Return prefix, name and suffix of a name that carries its titles, as local lists write it."""
    bare, _comma, suffix = text.partition(",")
    words = bare.split()
    prefix: list[str] = []
    while len(words) > 1 and words[0].endswith(".") and words[0].rstrip(".").casefold() in _PREFIXES:
        prefix.append(words.pop(0))
    return " ".join(prefix), person_name(" ".join(words)), suffix.strip()
