"""The units of the demo: the real structure of the kabupaten, with schools and puskesmas that do not exist."""

from collections.abc import Iterator
from dataclasses import dataclass

from portal.people.models import UnitKind

_K = UnitKind


@dataclass(frozen=True, slots=True)
class UnitSpec:
    """One unit; `key` becomes its UNOR ID, units above the level of a bidang also have it as code."""

    key: str
    name: str
    kind: UnitKind
    parent: str | None
    head_title: str = ""
    coded: bool = False


# code, name, title of the head, two of its bidang
OPDS: tuple[tuple[str, str, str, str, str], ...] = (
    ("SETWAN", "Sekretariat DPRD", "Sekretaris DPRD", "Bagian Persidangan", "Bagian Umum dan Keuangan"),
    ("ITDA", "Inspektorat Daerah", "Inspektur Daerah", "Inspektur Pembantu I", "Inspektur Pembantu Khusus"),
    (
        "BKPSDM",
        "Badan Kepegawaian dan Pengembangan Sumber Daya Manusia",
        "",
        "Bidang Mutasi dan Kepangkatan",
        "Bidang Pembinaan dan Kesejahteraan Pegawai",
    ),
    (
        "BAPELITBANGDA",
        "Badan Perencanaan Pembangunan, Penelitian dan Pengembangan Daerah",
        "",
        "Bidang Perencanaan",
        "Bidang Penelitian dan Pengembangan",
    ),
    ("BPKAD", "Badan Pengelolaan Keuangan dan Aset Daerah", "", "Bidang Anggaran", "Bidang Aset Daerah"),
    ("BAPENDA", "Badan Pendapatan Daerah", "", "Bidang Penetapan", "Bidang Penagihan"),
    (
        "BPBD",
        "Badan Penanggulangan Bencana Daerah",
        "Kepala Pelaksana BPBD",
        "Bidang Pencegahan dan Kesiapsiagaan",
        "Bidang Kedaruratan dan Logistik",
    ),
    ("KESBANGPOL", "Badan Kesatuan Bangsa dan Politik", "", "Bidang Politik Dalam Negeri", "Bidang Wawasan Kebangsaan"),
    (
        "SATPOLPP",
        "Satuan Polisi Pamong Praja",
        "Kepala Satuan Polisi Pamong Praja",
        "Bidang Penegakan Perda",
        "Bidang Ketertiban Umum",
    ),
    ("DISDIKBUD", "Dinas Pendidikan dan Kebudayaan", "", "Bidang Pembinaan SD", "Bidang Pembinaan SMP"),
    ("DINKES", "Dinas Kesehatan", "", "Bidang Kesehatan Masyarakat", "Bidang Pelayanan Kesehatan"),
    ("DPUPR", "Dinas Pekerjaan Umum dan Penataan Ruang", "", "Bidang Bina Marga", "Bidang Penataan Ruang"),
    ("PERKIM", "Dinas Perumahan dan Kawasan Permukiman", "", "Bidang Perumahan", "Bidang Kawasan Permukiman"),
    ("DINSOS", "Dinas Sosial", "", "Bidang Perlindungan dan Jaminan Sosial", "Bidang Rehabilitasi Sosial"),
    (
        "DPPKBP3A",
        "Dinas Pengendalian Penduduk, KB, Pemberdayaan Perempuan dan Perlindungan Anak",
        "",
        "Bidang Keluarga Berencana",
        "Bidang Perlindungan Anak",
    ),
    ("DISNAKER", "Dinas Tenaga Kerja", "", "Bidang Pelatihan Kerja", "Bidang Hubungan Industrial"),
    ("DISDUKCAPIL", "Dinas Kependudukan dan Pencatatan Sipil", "", "Bidang Pendaftaran Penduduk", "Bidang PIAK"),
    ("DPMN", "Dinas Pemberdayaan Masyarakat dan Nagari", "", "Bidang Pemerintahan Nagari", "Bidang Ekonomi Nagari"),
    ("DISHUB", "Dinas Perhubungan", "", "Bidang Lalu Lintas", "Bidang Sarana dan Prasarana"),
    ("DISKOMINFO", "Dinas Komunikasi dan Informatika", "", "Bidang Informasi Publik", "Bidang Aplikasi Informatika"),
    (
        "DISKOPERINDAG",
        "Dinas Koperasi, UKM, Perindustrian dan Perdagangan",
        "",
        "Bidang Koperasi dan UKM",
        "Bidang Perdagangan",
    ),
    (
        "DPMPTSP",
        "Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu",
        "",
        "Bidang Perizinan",
        "Bidang Penanaman Modal",
    ),
    ("DISPORA", "Dinas Pemuda dan Olahraga", "", "Bidang Kepemudaan", "Bidang Keolahragaan"),
    ("DISPAR", "Dinas Pariwisata", "", "Bidang Destinasi", "Bidang Pemasaran dan Ekonomi Kreatif"),
    ("DISPUSIP", "Dinas Perpustakaan dan Kearsipan", "", "Bidang Perpustakaan", "Bidang Kearsipan"),
    ("DISKAN", "Dinas Perikanan", "", "Bidang Perikanan Tangkap", "Bidang Perikanan Budidaya"),
    ("DISTAN", "Dinas Tanaman Pangan, Hortikultura dan Peternakan", "", "Bidang Tanaman Pangan", "Bidang Peternakan"),
    ("DISBUN", "Dinas Perkebunan", "", "Bidang Produksi", "Bidang Perlindungan Tanaman"),
    ("DLH", "Dinas Lingkungan Hidup", "", "Bidang Tata Lingkungan", "Bidang Pengelolaan Sampah"),
)
ASSISTANTS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "ASISTEN-1",
        "Asisten Pemerintahan dan Kesejahteraan Rakyat",
        ("Tata Pemerintahan", "Kesejahteraan Rakyat", "Hukum"),
    ),
    (
        "ASISTEN-2",
        "Asisten Perekonomian dan Pembangunan",
        ("Perekonomian", "Administrasi Pembangunan", "Pengadaan Barang dan Jasa"),
    ),
    ("ASISTEN-3", "Asisten Administrasi Umum", ("Umum", "Organisasi", "Protokol dan Komunikasi Pimpinan")),
)
KECAMATAN = (
    "Sungai Beremas",
    "Pasaman",
    "Lembah Melintang",
    "Talamau",
    "Kinali",
    "Gunung Tuleh",
    "Ranah Batahan",
    "Koto Balingka",
    "Sungai Aur",
    "Luhak Nan Duo",
    "Sasak Ranah Pasisie",
)  # in the order of their codes 13.12.01 to 13.12.11
NAGARI = (
    "Kinali",
    "Talu",
    "Aia Bangih",
    "Batahan",
    "Parik",
    "Sungai Aua",
    "Ujuang Gadiang",
    "Muaro Kiawai",
    "Rabi Jonggor",
    "Kajai",
    "Sinuruik",
    "Lingkuang Aua",
    "Aua Kuniang",
    "Aia Gadang",
    "Kapa",
    "Koto Baru",
    "Ophir",
    "Sasak",
    "Maligi",
    "Katiagan",
)
PRIMARY_SCHOOLS, MIDDLE_SCHOOLS, PUSKESMAS = 20, 10, 18


def units() -> Iterator[UnitSpec]:
    """Yield every unit, parents before children."""
    yield UnitSpec("PEMKAB", "Pemerintah Kabupaten Pasaman Barat", _K.PEMKAB, None, "Bupati Pasaman Barat", True)
    yield from _secretariat()
    for code, name, title, *sections in OPDS:
        yield UnitSpec(code, name, _K.OPD, "PEMKAB", title, True)
        yield UnitSpec(f"{code}-SEK", f"Sekretariat {name}"[:150], _K.UNIT, code)
        for number, section in enumerate(sections, start=1):
            yield UnitSpec(f"{code}-{number}", section, _K.UNIT, code)
    yield UnitSpec("RSUD", "RSUD Pasaman Barat", _K.RSUD, "DINKES", "Direktur RSUD Pasaman Barat", True)
    for number, name in enumerate(KECAMATAN, start=1):
        yield UnitSpec(f"KEC-{number:02d}", f"Kecamatan {name}", _K.KECAMATAN, "PEMKAB", f"Camat {name}", True)
    yield from _services()


def _secretariat() -> Iterator[UnitSpec]:
    yield UnitSpec("SETDA", "Sekretariat Daerah", _K.SETDA, "PEMKAB", "Sekretaris Daerah", True)
    yield UnitSpec("SAHLI", "Staf Ahli Bupati", _K.STAF_AHLI, "SETDA", "", True)
    for code, name, sections in ASSISTANTS:
        yield UnitSpec(code, name, _K.ASISTEN, "SETDA", name, True)
        for number, section in enumerate(sections, start=1):
            yield UnitSpec(f"{code}-{number}", f"Bagian {section}", _K.BAGIAN, code)


def _services() -> Iterator[UnitSpec]:
    for number, nagari in enumerate(NAGARI[:PRIMARY_SCHOOLS], start=1):
        yield UnitSpec(f"SD-{number:02d}", f"SD Negeri 91 Contoh {nagari}", _K.SEKOLAH, "DISDIKBUD", "Kepala Sekolah")
    for number, nagari in enumerate(NAGARI[:MIDDLE_SCHOOLS], start=1):
        yield UnitSpec(f"SMP-{number:02d}", f"SMP Negeri 91 Contoh {nagari}", _K.SEKOLAH, "DISDIKBUD", "Kepala Sekolah")
    for number, nagari in enumerate(NAGARI[1 : PUSKESMAS + 1], start=1):
        yield UnitSpec(
            f"PKM-{number:02d}", f"UPT Puskesmas Contoh {nagari}", _K.PUSKESMAS, "DINKES", "Kepala Puskesmas"
        )
