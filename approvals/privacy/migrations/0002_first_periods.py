"""The first periods (a proposal, none of them verified), so that the page tells from day one what is kept how long."""

from typing import Any

from django.db import migrations

JRA = "Usulan; jadwal retensi arsip daerah belum diperiksa"
OWN = "Usulan portal"
ROWS = [
    ("draft", "Draf yang tidak pernah dikirim", "90 hari sejak terakhir diubah", "dihapus sendiri, dengan email 7 hari sebelumnya", None, OWN),
    ("sensitive", "Jawaban sensitif pada perkara yang selesai", "6 bulan setelah selesai", "dihapus; perkara menyebut bahwa pernah diisi", 183, OWN),
    ("case", "Deklarasi, pendapat, keputusan, dan surat", "2 tahun aktif dan 3 tahun inaktif", "menurut prosedur arsip (berita acara)", None, JRA),
    ("files", "Berkas unggahan", "bersama perkaranya", "bersama perkaranya", None, JRA),
    ("feed", "Judul dan waktu dari kanal yang dibaca mesin", "60 hari", "diganti bacaan berikutnya", None, OWN),
    ("corrections", "Permintaan perbaikan data yang sudah dijawab", "2 tahun", "dihapus", 730, OWN),
    ("people", "Data pegawai yang sudah keluar", "12 bulan setelah keluar, selama tidak ada perkara", "menurut prosedur arsip", None, JRA),
    ("imports", "Berkas impor", "sampai dibaca; rencana 7 hari", "dihapus sendiri", None, OWN),
    ("exports", "Berkas ekspor besar", "24 jam", "dihapus sendiri", None, OWN),
    ("audit", "Jejak audit", "5 tahun", "menurut prosedur arsip", None, OWN),
    ("backup", "Cadangan", "35 hari", "dihapus oleh pengelola server", None, OWN),
]


def fill(apps: Any, schema_editor: Any) -> None:
    period = apps.get_model("privacy", "Period")
    for order, (code, label, keep, then, days, source) in enumerate(ROWS, start=1):
        period.objects.create(code=code, label=label, keep=keep, then=then, days=days, source=source, order=order)


class Migration(migrations.Migration):
    dependencies = [("privacy", "0001_privacy")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
