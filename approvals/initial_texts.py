"""The first rows of rules, legal bases, control measures and policy; BKPSDM corrects the rows, not this file."""

from datetime import date
from typing import Any

from approvals.screening.terms import standard_levels, standard_limits

SINCE = date(2025, 11, 3)
POLICY_REASON = (
    "Pemberitaan tentang surat edaran tidak seragam mengenai aspek komersial; sampai naskah resmi diverifikasi, "
    "setiap aspek komersial diputus BKPSDM."
)
_SE = "SE Bupati Pasaman Barat 800.1.6.2/1641/BKPSDM-2025"
_PAN = "PermenPANRB 17/2024"
_PP94 = "PP 94/2021"

# code: (instrument, clause, summary in our own words)
BASES: dict[str, tuple[str, str, str]] = {
    "SE-L1": (
        _SE,
        "larangan muatan",
        "Tidak membuat, membagikan, atau mengomentari konten yang mengandung kebencian, "
        "provokasi, fitnah, pornografi, atau hal lain yang bertentangan dengan kesusilaan dan hukum.",
    ),
    "SE-L2": (_SE, "larangan politik praktis", "Tidak mendukung atau menolak partai politik atau calon."),
    "SE-L3": (_SE, "nama baik", "Tidak merendahkan pemerintah, pimpinan, instansi, atau sesama ASN."),
    "SE-K2": (_SE, "jam kerja", "Kegiatan konten tidak dilakukan pada jam kerja ASN."),
    "SE-K3": (_SE, "sifat komersial", "Kegiatan konten yang bersifat komersial dibatasi."),
    "SE-K4": (_SE, "konflik kepentingan", "Kegiatan konten tidak menimbulkan konflik kepentingan dengan jabatan."),
    "PAN-17": (_PAN, "", "Pengelolaan konflik kepentingan: keadaan dinyatakan, ditelaah, lalu dikendalikan."),
    "PAN-17-SK1": (_PAN, "sumber: bisnis atau finansial", "Kepentingan bisnis atau keuangan pribadi."),
    "PAN-17-SK2": (_PAN, "sumber: keluarga dan kerabat", "Hubungan keluarga atau kerabat."),
    "PAN-17-SK4": (_PAN, "sumber: pekerjaan lain", "Pekerjaan di luar pekerjaan pokok."),
    "PP-94-3F": (_PP94, "Pasal 3 huruf f", "Menunjukkan integritas dan keteladanan di dalam dan di luar kedinasan."),
    "PP-94-3G": (_PP94, "Pasal 3 huruf g", "Menyimpan rahasia jabatan."),
    "PP-94-4C": (_PP94, "Pasal 4 huruf c", "Mendahulukan kepentingan negara daripada kepentingan pribadi."),
    "PP-94-4F": (_PP94, "Pasal 4 huruf f", "Masuk kerja dan menaati ketentuan jam kerja."),
    "PP-94-4G": (_PP94, "Pasal 4 huruf g", "Menggunakan dan memelihara barang milik negara sebaik-baiknya."),
    "PP-94-4I": (_PP94, "Pasal 4 huruf i", "Menolak pemberian yang berkaitan dengan tugas."),
    "PP-94-5A": (_PP94, "Pasal 5 huruf a", "Tidak menyalahgunakan wewenang."),
    "PP-94-5B": (
        _PP94,
        "Pasal 5 huruf b",
        "Tidak menjadi perantara demi keuntungan pribadi dengan kewenangan orang lain.",
    ),
    "PP-94-5F": (
        _PP94,
        "Pasal 5 huruf f",
        "Tidak meminjamkan atau memindahtangankan barang milik negara secara tidak sah.",
    ),
    "PP-94-5G": (_PP94, "Pasal 5 huruf g", "Tidak melakukan pungutan di luar ketentuan."),
    "PP-94-5I": (_PP94, "Pasal 5 huruf i", "Tidak bertindak sewenang-wenang terhadap bawahan."),
    "PP-94-5K": (_PP94, "Pasal 5 huruf k", "Tidak menerima hadiah yang berhubungan dengan jabatan."),
    "PP-94-5L": (_PP94, "Pasal 5 huruf l", "Tidak meminta sesuatu yang berhubungan dengan jabatan."),
    "PP-94-5M": (_PP94, "Pasal 5 huruf m", "Tidak merugikan pihak yang dilayani."),
    "PP-94-5N": (_PP94, "Pasal 5 huruf n", "Tidak memberi dukungan kepada calon dalam pemilihan."),
    "PP-49": ("PP 49/2018", "", "Manajemen PPPK, termasuk disiplin dan perjanjian kerja."),
    "UU-ASN-4": ("UU 20/2023", "Pasal 4", "Penjabaran nilai dasar ASN, antara lain akuntabel."),
    "UU-ASN-52": ("UU 20/2023", "Pasal 52", "ASN tidak menjadi anggota atau pengurus partai politik."),
    "SKB-2022": ("SKB lima lembaga 2/2022", "", "Pedoman netralitas ASN, termasuk di media sosial."),
    "PBJ": ("Perpres 16/2018 beserta perubahannya", "", "Etika pengadaan: menghindari pertentangan kepentingan."),
    "GURU": (
        "PP 17/2010",
        "Pasal 181",
        "Pendidik tidak menjual buku, seragam, atau les kepada peserta didiknya. Keberlakuan perlu diperiksa.",
    ),
    "NAKES": (
        "Permenkes 1787/2010",
        "",
        "Tenaga kesehatan tidak mengiklankan obat, alat, atau fasilitas kesehatan. Keberlakuan perlu diperiksa.",
    ),
    "PDP": ("UU 27/2022", "", "Pelindungan data pribadi orang yang ditampilkan."),
    "JAM": ("Perpres 21/2023", "Pasal 3–8", "Hari dan jam kerja instansi pemerintah dan ASN."),
    "PAKAIAN": ("Permendagri 10/2024", "", "Pakaian dinas ASN di lingkungan pemerintah daerah."),
    "GRAT": (
        "UU 31/1999 jo. UU 20/2001",
        "Pasal 12B dan 12C",
        "Gratifikasi ditolak atau dilaporkan dalam 30 hari kerja.",
    ),
    "PP-6-1974": ("PP 6/1974", "Pasal 2", "Pembatasan kegiatan usaha bagi PNS. Keberlakuan perlu diperiksa."),
    "ITE-27": (
        "UU 11/2008 beserta perubahannya",
        "Pasal 27",
        "Larangan menyebarkan muatan perjudian dan muatan yang melanggar kesusilaan.",
    ),
    "ITE-28": (
        "UU 11/2008 beserta perubahannya",
        "Pasal 28 ayat (1)",
        "Larangan menyebarkan informasi yang menyesatkan konsumen.",
    ),
    "OJK": ("Ketentuan OJK dan Bappebti", "", "Penawaran produk keuangan dan aset kripto hanya oleh pihak berizin."),
    "SE-137": (
        "SE MenPANRB 137/2018",
        "butir 3 dan 4",
        "Menjaga kerahasiaan dan tidak memakai informasi internal untuk keuntungan.",
    ),
    "DISIPLIN-PNS": ("Peraturan Pemerintah Nomor 94 Tahun 2021", "", "Disiplin pegawai negeri sipil."),
    "DISIPLIN-PPPK": ("Peraturan Pemerintah Nomor 49 Tahun 2018", "", "Manajemen PPPK, termasuk disiplinnya."),
    "UU-AP": ("UU 30/2014", "Pasal 42–45", "Pejabat tidak memutus dalam keadaan konflik kepentingan."),
}

# code: (name, reason, topic told to the declarant beforehand, legal bases)
RULES: dict[str, tuple[str, str, str, str]] = {
    "KOM-00": (
        "Deklarasi memuat aspek komersial",
        "Surat edaran membatasi kegiatan konten yang bersifat komersial; deklarasi ini memuat aspek komersial sehingga "
        "memerlukan keputusan BKPSDM.",
        "Keuntungan dari kanal",
        "SE-K3",
    ),
    "KK-01": (
        "Mitra adalah penyedia OPD sendiri",
        "{menurut}, {mitra} adalah atau mungkin adalah penyedia, calon penyedia, atau rekanan pada {opd}. Kerja sama "
        "tersebut berpotensi memengaruhi objektivitas pelaksanaan tugas sehingga perlu ditelaah dan ditetapkan langkah "
        "pengendaliannya.",
        "Mitra Anda dan pengadaan di OPD Anda",
        "PAN-17-SK1 PP-94-4C PP-94-5B PP-94-5K PBJ",
    ),
    "KK-02": (
        "Mitra adalah penyedia OPD lain",
        "{mitra} tercatat sebagai penyedia pada {opd_lain}. Perlu dipastikan bahwa pegawai tidak memiliki kewenangan "
        "atas pengadaan dimaksud.",
        "Mitra Anda dan pengadaan di OPD lain",
        "PAN-17 PBJ",
    ),
    "KK-03": (
        "Pelaku pengadaan menerima kerja sama berbayar",
        "Pegawai menjalankan fungsi pengadaan barang/jasa dan menyatakan adanya kerja sama berbayar. Perlu dipastikan "
        "tidak terdapat pertentangan kepentingan dengan pihak penyedia.",
        "Kerja sama berbayar dan tugas pengadaan",
        "PBJ PP-94-5B PP-94-5K",
    ),
    "KK-04": (
        "Petugas perizinan mengulas usaha yang dilayani",
        "Pegawai menjalankan fungsi perizinan dan kanal menampilkan usaha yang dapat menjadi pemohon izin. Penilaian "
        "terhadap usaha tersebut dapat menimbulkan kesan keberpihakan.",
        "Usaha yang ditampilkan dan tugas perizinan",
        "PAN-17 PP-94-5A PP-94-5M",
    ),
    "KK-05": (
        "Pengawas, pemeriksa, pemungut, atau penegak perda bekerja sama dengan objeknya",
        "Pihak yang ditampilkan atau bekerja sama merupakan, atau mungkin merupakan, objek pengawasan, pemeriksaan, "
        "pemungutan, atau penegakan yang ditangani pegawai.",
        "Pihak yang ditampilkan dan tugas pengawasan",
        "PAN-17 PP-94-5A PP-94-5K",
    ),
    "KK-06": (
        "Pendidik menjual les atau bahan ajar",
        "Pegawai adalah pendidik dan menyatakan menjual les atau bahan ajar. Perlu dipastikan bahwa pembelinya bukan "
        "peserta didik yang diajarnya.",
        "Les atau bahan ajar berbayar",
        "GURU PP-94-5G",
    ),
    "KK-07": (
        "Tenaga kesehatan mempromosikan produk atau fasilitas kesehatan",
        "Pegawai adalah tenaga kesehatan dan kanal memuat promosi produk atau fasilitas kesehatan.",
        "Produk atau fasilitas kesehatan dalam konten",
        "NAKES",
    ),
    "KK-08": (
        "Menampilkan pasien, peserta didik, atau penerima layanan",
        "Konten menampilkan pasien, peserta didik, atau masyarakat yang dilayani. Perlu dipastikan adanya persetujuan "
        "tertulis dan terjaganya kerahasiaan.",
        "Orang yang tampil dan persetujuannya",
        "PDP PP-94-3G PP-94-5M",
    ),
    "KK-09": (
        "Dibuat atau disiarkan pada jam kerja",
        "Pegawai menyatakan bahwa pembuatan konten atau siaran langsung dilakukan pada jam kerja tanpa surat tugas.",
        "Waktu pembuatan atau siaran langsung",
        "SE-K2 JAM PP-94-4F",
    ),
    "KK-10": (
        "Pola waktu unggah dalam jam kerja",
        "Sebagian waktu unggah ({n} dari {total}) berada dalam rentang jam kerja. Waktu unggah dapat berupa "
        "penjadwalan otomatis dan tidak membuktikan waktu pembuatan; mohon diklarifikasi kepada yang bersangkutan.",
        "Waktu unggah konten",
        "SE-K2",
    ),
    "KK-11": (
        "Atribut dinas dalam konten",
        "Konten menggunakan pakaian dinas, atribut, atau identitas jabatan. Perlu dipastikan tidak menimbulkan kesan "
        "dukungan resmi pemerintah daerah.",
        "Pakaian dinas atau identitas jabatan dalam konten",
        "PAKAIAN PP-94-3F",
    ),
    "KK-12": (
        "Fasilitas kantor digunakan",
        "Kegiatan menggunakan fasilitas kantor di luar tugas kedinasan.",
        "Pemakaian fasilitas kantor",
        "PP-94-4G PP-94-5F UU-ASN-4",
    ),
    "KK-13": (
        "Melibatkan atau mengerahkan bawahan",
        "Konten atau penjualan melibatkan bawahan. Perlu dipastikan tidak terdapat unsur paksaan atau penyalahgunaan "
        "hubungan kerja.",
        "Bawahan dalam konten atau penjualan",
        "PP-94-5I PP-94-5L",
    ),
    "KK-14": (
        "Pendapatan iklan platform",
        "Kanal memperoleh pendapatan dari program iklan atau keanggotaan platform.",
        "Pendapatan dari platform",
        "SE-K3",
    ),
    "KK-15": (
        "Hadiah live atau donasi",
        "Kanal menerima hadiah atau donasi dari penonton. Apabila pemberi berkaitan dengan jabatan, penerimaan wajib "
        "ditolak atau dilaporkan sebagai gratifikasi.",
        "Hadiah atau donasi dari penonton",
        "GRAT PP-94-4I PP-94-5K",
    ),
    "KK-16": (
        "Tautan afiliasi",
        "Kanal memuat tautan afiliasi dengan imbalan komisi.",
        "Tautan afiliasi",
        "SE-K3 PAN-17",
    ),
    "KK-17": (
        "Endorse atau barter produk",
        "Kanal memuat promosi berbayar atau imbalan produk dari {mitra}.",
        "Promosi berbayar atau imbalan produk",
        "SE-K3 SE-K4 GRAT",
    ),
    "KK-18": (
        "Duta merek atau kontrak berjangka",
        "Pegawai terikat perjanjian sebagai duta merek {mitra}. Ikatan tersebut merupakan pekerjaan di luar tugas "
        "pokok dan perlu keputusan pejabat yang berwenang.",
        "Perjanjian sebagai duta merek",
        "PAN-17-SK4 SE-K3",
    ),
    "KK-19": (
        "Usaha sendiri dipromosikan",
        "Kanal mempromosikan usaha yang dimiliki pegawai. Perlu diperiksa ketentuan kegiatan usaha bagi pegawai sesuai "
        "golongan dan jabatan.",
        "Usaha milik sendiri",
        "PP-6-1974",
    ),
    "KK-20": (
        "Pemasaran berjenjang (MLM)",
        "Kanal digunakan untuk pemasaran berjenjang atau perekrutan anggota.",
        "Pemasaran berjenjang",
        "SE-K3 PP-94-5I PP-94-5L",
    ),
    "KK-21": (
        "Promosi perjudian",
        "Terdapat indikasi promosi perjudian. Deklarasi tidak dapat dilanjutkan dan perlu segera diklarifikasi.",
        "Promosi perjudian",
        "ITE-27",
    ),
    "KK-22": (
        "Promosi kripto, valas, opsi biner, pinjaman, atau investasi",
        "Kanal mempromosikan produk kripto, valuta asing, opsi biner, pinjaman, atau investasi.",
        "Promosi produk keuangan",
        "OJK ITE-28",
    ),
    "KK-23": (
        "Muatan politik praktis",
        "Terdapat indikasi muatan yang berkaitan dengan partai politik atau calon. Pegawai ASN wajib menjaga "
        "netralitas.",
        "Netralitas politik",
        "SE-L2 PP-94-5N SKB-2022 UU-ASN-52",
    ),
    "KK-24": (
        "Kepemilikan atau kepentingan keluarga",
        "Kanal atau usaha yang dipromosikan dimiliki keluarga pegawai. Perlu dipastikan tidak berkaitan dengan "
        "kewenangan jabatan.",
        "Kanal atau usaha milik keluarga",
        "PAN-17-SK2",
    ),
    "KK-25": (
        "Informasi kedinasan atau rahasia jabatan",
        "Konten menggunakan atau mungkin menggunakan data atau dokumen kedinasan yang belum dipublikasikan, menurut "
        "jawaban pegawai.",
        "Data atau dokumen kantor dalam konten",
        "PP-94-3G SE-137",
    ),
    "SYS-1": (
        "Pejabat yang semestinya memutus adalah keluarga",
        "Pegawai menyatakan bahwa pejabat yang semestinya memutus adalah keluarganya. Permintaan diarahkan satu "
        "tingkat di atasnya.",
        "Pejabat yang memutus",
        "UU-AP PAN-17-SK2",
    ),
    "SYS-2": (
        "Tanda iklan dalam keterangan unggahan",
        "Kanal dinyatakan tanpa keuntungan, tetapi beberapa keterangan unggahan memuat tanda iklan atau tautan "
        "pembelian. Mohon klarifikasi kepada yang bersangkutan.",
        "Tanda iklan dalam keterangan unggahan",
        "SE-K3",
    ),
    "SYS-3": (
        "Jabatan atau unit kerja berubah",
        "Jabatan atau unit kerja pegawai berubah sejak isian sebelumnya. Perlu dipastikan jawaban tentang tugas dan "
        "kepentingan masih sesuai.",
        "Perubahan jabatan atau unit kerja",
        "PAN-17",
    ),
    "SYS-5": (
        "Contoh konten berasal dari kanal lain",
        "Tautan contoh konten tercatat pada kanal lain. Mohon klarifikasi atau perbaikan tautan.",
        "Tautan contoh konten",
        "PP-94-3F",
    ),
    "SYS-7": (
        "Kanal dideklarasikan lebih dari satu orang",
        "Kanal yang sama juga dideklarasikan pegawai lain. Perlu dipastikan siapa pengelolanya.",
        "Pengelola kanal",
        "PAN-17",
    ),
    "SYS-4": (
        "Akun resmi instansi dengan keuntungan",
        "Kanal dinyatakan sebagai akun resmi instansi dan menghasilkan keuntungan. Perlu diputus bersama Dinas "
        "Komunikasi dan Informatika serta pengelola keuangan dan aset daerah.",
        "Keuntungan dari akun resmi",
        "SE-K3 PP-94-4G",
    ),
    "SYS-6": (
        "Muatan yang dibatasi surat edaran",
        "Pegawai menyatakan pernah, atau tidak yakin pernah, membuat, membagikan, atau mengomentari muatan yang "
        "dibatasi surat edaran. Penjelasannya dibaca petugas telaah.",
        "Muatan yang pernah dibuat, dibagikan, atau dikomentari",
        "SE-L1 SE-L3",
    ),
}

# code: (text, whether proof is expected)
MEASURES: dict[str, tuple[str, bool]] = {
    "KP-01": ("Menghentikan kerja sama dengan mitra tertentu", True),
    "KP-02": ("Tidak menangani berkas atau paket yang terkait", False),
    "KP-03": ("Tidak menggunakan atribut, jabatan, atau fasilitas dinas", False),
    "KP-04": ("Hanya dilakukan di luar jam kerja", False),
    "KP-05": ("Mencantumkan pernyataan “pendapat pribadi, bukan sikap instansi”", False),
    "KP-06": ("Melaporkan penerimaan kepada Unit Pengendalian Gratifikasi (UPG)", True),
    "KP-07": ("Menonaktifkan monetisasi", True),
    "KP-08": ("Memperoleh persetujuan tertulis dari orang yang ditampilkan", True),
    "KP-09": ("Evaluasi ulang dalam 3 atau 6 bulan", False),
    "KP-10": ("Pengalihan tugas, diusulkan kepada Pejabat Pembina Kepegawaian", False),
}


# code: source of the conflict (PermenPANRB 17/2024); the others concern hours, law or procedure
SOURCES = {
    "SK1": "KK-01 KK-02 KK-03 KK-04 KK-05 KK-06 KK-07 KK-16 KK-17 KK-18 KK-19 KK-20 KK-22",
    "SK2": "KK-24 SYS-1",
    "SK3": "KK-13",
    "SK4": "KK-14 SYS-4",
    "SK7": "KK-15",
    "SK8": "KK-08 KK-11 KK-12 KK-25",
}


def load_terms(rule_model: Any) -> None:
    """Give versions the severities, thresholds and source they lack; before the columns exist nothing is done."""
    if "levels" not in {field.name for field in rule_model._meta.get_fields()}:
        return
    sources = {code: source for source, codes in SOURCES.items() for code in codes.split()}
    for row in rule_model.objects.all():
        # branches and thresholds that the code has newly got; what BKPSDM set stays
        levels, limits = standard_levels(row.code) | row.levels, standard_limits(row.code) | row.limits
        source = row.source or sources.get(row.code, "")
        if (levels, limits, source) != (row.levels, row.limits, row.source):
            row.levels, row.limits, row.source = levels, limits, source
            row.save()


def load(get_model: Any) -> None:
    """Create the rows that are missing; rows that exist are BKPSDM's and stay as they are."""
    basis_model, rule_model = get_model("approvals", "LegalBasis"), get_model("approvals", "RuleText")
    for code, (instrument, clause, summary) in BASES.items():
        basis = {"instrument": instrument, "clause": clause, "summary": summary}
        basis_model.objects.get_or_create(code=code, defaults=basis)
    for code, (name, reason, topic, bases) in RULES.items():
        texts = {"name": name, "reason": reason, "topic": topic, "effective_from": SINCE}
        rule, created = rule_model.objects.get_or_create(code=code, version=1, defaults=texts)
        if created:
            rule.bases.set(basis_model.objects.filter(code__in=bases.split()))
    load_terms(rule_model)
    get_model("approvals", "Policy").objects.get_or_create(
        effective_from=SINCE, defaults={"mode": "KETAT", "reason": POLICY_REASON}
    )
    for code, (text, proof) in MEASURES.items():
        get_model("approvals", "ControlMeasure").objects.get_or_create(
            code=code, defaults={"text": text, "needs_proof": proof}
        )
