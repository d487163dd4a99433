from datetime import date

from django.db import migrations

SINCE = date(2025, 11, 3)
TEXTS = {
    "G1": "Saya menyatakan bahwa keterangan yang saya sampaikan benar dan lengkap sesuai pengetahuan saya.",
    "G2": (
        "Saya memahami bahwa hasil telaah ini bukan merupakan izin dan tidak menghapus kewajiban saya "
        "untuk menaati peraturan perundang-undangan."
    ),
    "G3": (
        "Saya akan memperbarui deklarasi paling lambat 14 (empat belas) hari kalender apabila terdapat perubahan."
    ),
    "G4": "Saya telah membaca pemberitahuan pelindungan data pribadi.",
    "K": "\n".join(
        [
            "Isi deklarasi ini benar dan lengkap.",
            "Saya tidak membuat, membagikan, atau mengomentari konten terlarang.",
            "Saya netral dalam politik.",
            "Saya menjaga nama baik pemerintah, pimpinan, instansi, dan sesama ASN.",
            "Saya tidak membuat konten pada jam kerja kecuali ditugaskan.",
            (
                "Saya melaporkan perubahan kanal, keuntungan, jabatan, atau OPD "
                "paling lambat 14 (empat belas) hari kalender."
            ),
            "Saya memahami bahwa pelanggaran dapat dikenai sanksi disiplin menurut {sanksi}.",
        ]
    ),
}


def seed(apps, schema_editor):
    statements = apps.get_model("declarations", "StatementText")
    for code, body in TEXTS.items():
        statements.objects.get_or_create(code=code, version=1, defaults={"body": body, "effective_from": SINCE})


class Migration(migrations.Migration):
    dependencies = [("declarations", "0002_initial")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
