"""The first ready reasons, so that the catalogue helps on day one; administrators change them at /kelola/alasan/."""

from typing import Any

from django.db import migrations

TEXTS = [
    (
        "approved",
        "Sesuai ketentuan",
        "Isi deklarasi sesuai dengan ketentuan. Pertahankan pembuatan konten di luar jam kerja dan jaga nilai dasar ASN.",
    ),
    (
        "approved_conditions",
        "Konten komersial dibatasi",
        "Konten Anda memuat kerja sama komersial. Persetujuan diberikan dengan syarat agar kerja sama itu tidak"
        " bersinggungan dengan tugas Anda dan tidak memakai atribut dinas.",
    ),
    (
        "approved_conditions",
        "Ada potensi benturan kepentingan",
        "Ada hal yang dapat menimbulkan benturan kepentingan dengan tugas Anda. Syarat di bawah dimaksudkan untuk"
        " mengendalikannya; hubungi BKPSDM bila tugas atau mitra Anda berubah.",
    ),
    (
        "approved_conditions",
        "Waktu pembuatan diatur",
        "Sebagian konten dibuat atau disiarkan berdekatan dengan jam kerja. Mohon ikuti syarat waktu di bawah.",
    ),
    (
        "returned",
        "Penjelasan mitra belum lengkap",
        "Nama dan bentuk kerja sama dengan mitra belum cukup jelas untuk ditelaah. Mohon dilengkapi pada bagian yang"
        " ditandai.",
    ),
    (
        "returned",
        "Alamat kanal tidak terbuka",
        "Alamat kanal yang ditulis belum dapat kami buka. Mohon salin alamat profil kanal dari aplikasinya.",
    ),
    (
        "returned",
        "Isi konten perlu dijelaskan",
        "Gambaran isi konten belum cukup untuk ditelaah. Mohon jelaskan topik dan contoh kontennya.",
    ),
    (
        "rejected",
        "Benturan kepentingan tidak dapat dikendalikan",
        "Kegiatan ini bersinggungan langsung dengan tugas Anda dan, menurut penelaahan kami, tidak dapat dikendalikan"
        " dengan syarat. Anda dapat mengajukan deklarasi baru bila tugas atau kerja samanya berubah.",
    ),
    (
        "rejected",
        "Dilakukan pada jam kerja",
        "Pembuatan konten ini menurut isian Anda berlangsung pada jam kerja dan bukan tugas kedinasan. Anda dapat"
        " mengajukan deklarasi baru setelah waktunya diatur di luar jam kerja.",
    ),
    (
        "rejected",
        "Isi tidak sejalan dengan ketentuan",
        "Isi konten menurut isian Anda belum sejalan dengan ketentuan bagi ASN. Bagian yang dimaksud kami jelaskan di"
        " bawah; Anda dapat mengajukan keberatan atau deklarasi baru setelah isinya diubah.",
    ),
]


def fill(apps: Any, schema_editor: Any) -> None:
    reason = apps.get_model("casework", "ReasonText")
    reason.objects.bulk_create(reason(outcome=outcome, title=title, text=text) for outcome, title, text in TEXTS)


class Migration(migrations.Migration):
    dependencies = [("casework", "0002_comments_and_reasons")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
