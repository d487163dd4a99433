"""The table of demo cases: who, what, and where each ends."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from declarations.status import Status


@dataclass(frozen=True, slots=True)
class Sample:
    """One case: who (an OPD code), what, and where it ends; `paid` fills in the questions about benefit."""

    office: str
    fate: Status
    answers: Mapping[str, Any] = field(default_factory=dict)
    channel: Mapping[str, Any] = field(default_factory=dict)
    platform: str = "youtube"
    ownership: str = "PRIBADI"
    shows_asn: str = "TIDAK"
    paid: bool = False
    days_ago: int = 3
    leads: bool = False  # somebody with people under him


_S = Status
SAMPLES: tuple[Sample, ...] = (
    Sample("DISDIKBUD", _S.DRAFT),
    Sample("DISDIKBUD", _S.AWAITING_HEAD, {"A3": ["PENDIDIK"]}),
    Sample("DISDIKBUD", _S.AWAITING_REVIEW, {"A3": ["PENDIDIK"]}, days_ago=6),
    Sample("DISDIKBUD", _S.APPROVED, {"A3": ["PENDIDIK"]}, platform="instagram", days_ago=40),
    Sample("DISDIKBUD", _S.EXPIRED, {"A3": ["PENDIDIK"]}, platform="tiktok", days_ago=380),
    Sample("DINKES", _S.RETURNED, {"A3": ["TENAGA_KESEHATAN"], "D3": ["RUANG"]}, platform="tiktok"),
    Sample(
        "DINKES", _S.AWAITING_REVIEW, {"A3": ["TENAGA_KESEHATAN"], "D5": ["PASIEN"], "D5_PERMIT": "TIDAK"}, days_ago=9
    ),
    Sample(
        "DINKES",
        _S.AWAITING_REVIEW,
        {"A3": ["TENAGA_KESEHATAN"]},
        {
            "E3": [{"name": "CV Obat Contoh", "form": "ENDORSE", "sector": "suplemen"}],
            "C2": ["KESEHATAN", "ULASAN_PRODUK_USAHA"],
        },
        paid=True,
        days_ago=5,
    ),
    Sample("DINKES", _S.APPROVED, {"A3": ["TENAGA_KESEHATAN"], "D4": "YA"}, shows_asn="YA", days_ago=60),
    Sample(
        "DPMPTSP",
        _S.AWAITING_REVIEW,
        {"A3": ["PERIZINAN"], "F2": "YA"},
        {
            "C1": ["LAINNYA"],
            "C2": ["KULINER", "ULASAN_PRODUK_USAHA"],
            "E3": [{"name": "Kedai Contoh Simpang", "form": "ENDORSE", "sector": "kuliner"}],
        },
        paid=True,
        days_ago=8,
    ),
    Sample(
        "BPKAD",
        _S.AWAITING_REVIEW,
        {"A3": ["PENGADAAN"], "F1": "YA"},
        {"E3": [{"name": "CV Bangun Contoh", "form": "ENDORSE", "sector": "bahan bangunan"}]},
        paid=True,
        days_ago=7,
    ),
    Sample(
        "BAPENDA", _S.AWAITING_REVIEW, {"A3": ["KEUANGAN_PAJAK"], "F2": "YA"}, platform="tiktok", paid=True, days_ago=11
    ),
    Sample(
        "DISDIKBUD",
        _S.AWAITING_HEAD,
        {"A3": ["PENDIDIK"], "F5": ["PESERTA_DIDIK_SENDIRI"]},
        {"E2": ["KURSUS_LES"]},
        paid=True,
    ),
    Sample("SATPOLPP", _S.AWAITING_REVIEW, {"D1": "KADANG_JAM_KERJA"}, days_ago=12),
    Sample("DISHUB", _S.AWAITING_REVIEW, {"D3": ["PERANGKAT", "INTERNET"]}, days_ago=4),
    Sample("KEC-11", _S.AWAITING_REVIEW, {"D5": ["BAWAHAN"], "D5_PERMIT": "YA"}, days_ago=4, leads=True),
    Sample("DISKOMINFO", _S.APPROVED, {}, {"E2": ["IKLAN_PLATFORM"]}, paid=True, days_ago=30),
    Sample(
        "DLH", _S.AWAITING_REVIEW, {"E6": "BELUM"}, {"E2": ["HADIAH_LIVE"]}, platform="tiktok", paid=True, days_ago=3
    ),
    Sample("DISKOPERINDAG", _S.AWAITING_REVIEW, {}, {"E2": ["AFILIASI"]}, platform="tiktok", paid=True, days_ago=2),
    Sample(
        "DISTAN",
        _S.REJECTED,
        {},
        {"E2": ["DUTA_MEREK"], "E3": [{"name": "PT Pupuk Contoh", "form": "DUTA_MEREK", "sector": "pupuk"}]},
        paid=True,
        days_ago=20,
    ),
    Sample(
        "DISKAN",
        _S.AWAITING_REVIEW,
        {"E7": "TIDAK_ADA"},
        {"E2": ["TOKO_SENDIRI"], "E5": "PRIBADI"},
        paid=True,
        days_ago=6,
    ),
    Sample("DINSOS", _S.AWAITING_REVIEW, {"F5": ["BAWAHAN"]}, {"E2": ["MLM"]}, paid=True, days_ago=6),
    Sample("DISNAKER", _S.AWAITING_REVIEW, {}, {"E2": ["PERJUDIAN"]}, platform="tiktok", paid=True, days_ago=2),
    Sample("DISDUKCAPIL", _S.AWAITING_REVIEW, {}, {"E2": ["INVESTASI_KRIPTO_VALAS"]}, paid=True, days_ago=3),
    Sample(
        "DPMN",
        _S.AWAITING_REVIEW,
        {"C6F": "TIDAK_YAKIN", "C6F_TEXT": "Pernah membagikan ucapan selamat dari seorang tokoh."},
        days_ago=5,
    ),
    Sample(
        "PERKIM",
        _S.AWAITING_REVIEW,
        {"F3": "SUAMI_ISTRI"},
        {"E3": [{"name": "Toko Keluarga Contoh", "form": "ENDORSE", "sector": "kuliner"}]},
        ownership="KELUARGA",
        paid=True,
        days_ago=6,
    ),
    Sample(
        "BPBD",
        _S.AWAITING_REVIEW,
        {"C8": "YA", "C8_TEXT": "Cuplikan peta rawan bencana yang belum diumumkan."},
        days_ago=3,
    ),
    Sample("DISPUSIP", _S.AWAITING_HEAD, {"F8": "YA"}),
    Sample(
        "DISKOMINFO",
        _S.AWAITING_HEAD,
        {"A3": ["HUMAS_RESMI"]},
        {"E2": ["IKLAN_PLATFORM"]},
        ownership="KEDINASAN",
        paid=True,
    ),
    Sample(
        "KESBANGPOL",
        _S.AWAITING_REVIEW,
        {"C6AE": "YA", "C6AE_TEXT": "Pernah membagikan unggahan yang ternyata keliru; sudah dihapus."},
        days_ago=5,
    ),
    Sample("DISPORA", _S.WITHDRAWN, days_ago=15),
    Sample("DISPAR", _S.AWAITING_HEAD, platform="instagram"),  # the post is vacant: nobody can be asked
    Sample("DISBUN", _S.REVOKED, days_ago=90),
    Sample("DISPORA", _S.SUSPENDED, platform="tiktok", days_ago=50),
    Sample("DISDIKBUD", _S.OBJECTION, {"A3": ["PENDIDIK"]}, platform="instagram", days_ago=9),
    Sample("DISBUN", _S.SUPERSEDED, days_ago=120),
    Sample("BKPSDM", _S.AWAITING_INSPECTORATE, {"A3": ["KEPEGAWAIAN"]}, days_ago=6),
)

# register, where the row comes from, its columns; the businesses are as fictitious as the cases that meet them
REGISTERS: tuple[tuple[str, str, Mapping[str, str]], ...] = (
    ("vendor", "Ekspor SPSE (contoh)", {"name": "CV BANGUN CONTOH", "opd": "BPKAD", "detail": "Rehabilitasi gudang"}),
    ("vendor", "Ekspor SPSE (contoh)", {"name": "PT Obat Contoh", "opd": "DISDIKBUD", "detail": "Kotak obat UKS"}),
    ("permit", "Ekspor OSS (contoh)", {"name": "Kedai Contoh Simpang", "opd": "DPMPTSP", "detail": "Izin usaha kedai"}),
    ("supervised", "Daftar OPD (contoh)", {"name": "Toko Keluarga Contoh", "opd": "PERKIM", "detail": "Bangunan toko"}),
    ("sector", "Rapat BKPSDM (contoh)", {"name": "suplemen", "opd": "DINKES"}),
    ("sector", "Rapat BKPSDM (contoh)", {"name": "pupuk", "opd": "DISTAN"}),
)
