"""Questions about benefit and interest (sections E and F)."""

from django.utils.translation import gettext_lazy as _

from declarations.questions.model import YES_NO_UNKNOWN, Kind, Option, Question

COMMERCIAL = (
    Question(
        "E1",
        _("Apakah kanal ini memberi keuntungan kepada Anda atau keluarga?"),
        Kind.SINGLE,
        (
            Option("TIDAK", _("Tidak")),
            Option("DIRENCANAKAN", _("Belum, tetapi berencana")),
            Option("SUDAH", _("Ya, sudah")),
        ),
        help=_("Keuntungan: uang, barang, jasa, potongan harga, komisi, dan fasilitas"),
        error=_("Pilih apakah kanal ini memberi keuntungan"),
        per_channel=True,
        decisive=True,
    ),
    Question(
        "E2",
        _("Dari mana keuntungan itu?"),
        Kind.MULTI,
        (
            Option("IKLAN_PLATFORM", _("Iklan dari platform (monetisasi)")),
            Option("HADIAH_LIVE", _("Hadiah penonton saat live")),
            Option("DONASI", _("Donasi penonton")),
            Option("AFILIASI", _("Komisi afiliasi")),
            Option("ENDORSE", _("Endorse atau konten bersponsor")),
            Option("DUTA_MEREK", _("Duta merek atau kontrak berjangka")),
            Option("BARTER", _("Barang gratis, barter, atau potongan harga")),
            Option("TOKO_SENDIRI", _("Menjual barang atau jasa sendiri")),
            Option("MLM", _("Pemasaran berjenjang")),
            Option("KEANGGOTAAN", _("Keanggotaan berbayar")),
            Option("KURSUS_LES", _("Kursus, les, atau bahan ajar")),
            Option("INVESTASI_KRIPTO_VALAS", _("Promosi investasi, kripto, valas, atau pinjaman")),
            Option("PERJUDIAN", _("Promosi perjudian")),
            Option("LAINNYA", _("Lainnya")),
        ),
        help=_("Pilih semua yang sesuai"),
        error=_("Pilih sedikitnya satu sumber keuntungan"),
        per_channel=True,
        decisive=True,
        detail_of="E1",
    ),
    Question(
        "E3",
        _("Siapa pihak yang memberi keuntungan atau bekerja sama?"),
        Kind.PARTNERS,
        help=_("Tulis nama badan usaha sesuai dokumen"),
        per_channel=True,
        decisive=True,
        optional=True,
        detail_of="E1",
    ),
    Question(
        "E5",
        _("Apakah kanal ini mempromosikan usaha yang Anda atau keluarga miliki?"),
        Kind.SINGLE,
        (
            Option("TIDAK", _("Tidak")),
            Option("PRIBADI", _("Ya, usaha saya")),
            Option("KELUARGA", _("Ya, usaha keluarga")),
        ),
        error=_("Pilih apakah kanal ini mempromosikan usaha Anda atau keluarga"),
        per_channel=True,
        decisive=True,
        detail_of="E1",
    ),
)

COMMERCIAL_ONCE = (
    Question(
        "E6",
        _("Apakah ada penerimaan yang dilaporkan sebagai gratifikasi?"),
        Kind.SINGLE,
        (
            Option("TIDAK_ADA", _("Tidak ada yang perlu dilaporkan")),
            Option("SUDAH", _("Sudah dilaporkan")),
            Option("BELUM", _("Belum dilaporkan")),
        ),
        help=_("Pelaporan melalui UPG atau KPK paling lambat 30 hari kerja sejak diterima"),
        error=_("Pilih keadaan laporan gratifikasi"),
    ),
    Question(
        "E7",
        _("Apakah Anda memiliki izin tertulis dari pejabat yang berwenang untuk kegiatan usaha itu?"),
        Kind.SINGLE,
        (
            Option("ADA", _("Ada")),
            Option("TIDAK_ADA", _("Tidak ada")),
            Option("TIDAK_PERLU", _("Tidak ada kegiatan usaha")),
        ),
        error=_("Pilih apakah ada izin tertulis untuk kegiatan usaha"),
    ),
)

INTEREST = (
    Question(
        "A3",
        _("Apa tugas Anda saat ini?"),
        Kind.MULTI,
        (
            Option("PENGADAAN", _("Pengadaan barang/jasa")),
            Option("PERIZINAN", _("Perizinan")),
            Option("PENGAWASAN", _("Pengawasan atau pemeriksaan")),
            Option("PENEGAKAN_PERDA", _("Penegakan peraturan daerah")),
            Option("PENDIDIK", _("Pendidik")),
            Option("TENAGA_KESEHATAN", _("Tenaga kesehatan")),
            Option("KEUANGAN_PAJAK", _("Keuangan atau pajak daerah")),
            Option("BANSOS_HIBAH", _("Bantuan sosial atau hibah")),
            Option("KEPEGAWAIAN", _("Kepegawaian")),
            Option("HUMAS_RESMI", _("Humas atau pengelola akun resmi")),
            Option("TIDAK_ADA", _("Tidak ada dari yang di atas")),
        ),
        help=_("Pilih semua fungsi yang Anda jalankan, termasuk dari keputusan tim"),
        error=_("Pilih sedikitnya satu tugas"),
        decisive=True,
    ),
    Question(
        "F2",
        _(
            "Apakah usaha atau pihak yang Anda tampilkan dapat menjadi objek izin, pengawasan, pemeriksaan, "
            "atau layanan yang Anda tangani?"
        ),
        Kind.SINGLE,
        YES_NO_UNKNOWN,
        help=_("Bila ragu, pilih “Tidak tahu”. Peninjau akan membantu."),
        error=_("Pilih apakah yang Anda tampilkan menjadi objek tugas Anda"),
        decisive=True,
    ),
    Question(
        "F1",
        _("Apakah pihak yang memberi keuntungan menjadi penyedia, calon penyedia, atau rekanan OPD Anda?"),
        Kind.SINGLE,
        YES_NO_UNKNOWN,
        error=_("Pilih apakah pemberi keuntungan menjadi rekanan OPD Anda"),
        decisive=True,
    ),
    Question(
        "F5",
        _("Apakah pembeli, peserta, atau pemberi hadiah berasal dari orang yang Anda layani atau pimpin?"),
        Kind.MULTI,
        (
            Option("TIDAK", _("Tidak")),
            Option("PESERTA_DIDIK_SENDIRI", _("Peserta didik saya")),
            Option("PASIEN", _("Pasien")),
            Option("BAWAHAN", _("Bawahan")),
            Option("PENERIMA_LAYANAN", _("Penerima layanan")),
        ),
        error=_("Pilih apakah pembeli atau pemberi berasal dari yang Anda layani"),
        decisive=True,
    ),
    Question(
        "F3",
        _("Apakah pihak itu dimiliki atau dikelola keluarga Anda?"),
        Kind.SINGLE,
        (
            Option("TIDAK", _("Tidak")),
            Option("SUAMI_ISTRI", _("Suami atau istri")),
            Option("ANAK", _("Anak")),
            Option("ORANG_TUA", _("Orang tua")),
            Option("SAUDARA", _("Saudara")),
            Option("KERABAT", _("Kerabat lain")),
        ),
        help=_("Cukup hubungannya. Nama anggota keluarga tidak perlu ditulis."),
        error=_("Pilih hubungan keluarga Anda dengan pihak itu"),
        decisive=True,
        sensitive=True,
        head=False,
    ),
    Question(
        "F8",
        _("Apakah pejabat yang akan memutus adalah keluarga Anda?"),
        Kind.SINGLE,
        (Option("TIDAK", _("Tidak")), Option("YA", _("Ya"))),
        error=_("Pilih apakah pejabat yang memutus adalah keluarga Anda"),
        sensitive=True,
        head=False,
    ),
)
