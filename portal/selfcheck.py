"""What the self-check answers: free to create, ask first, or do not post; a help to understand, never a decision."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _


class Outcome(StrEnum):
    FREE = "boleh"
    REVIEW = "telaah"
    STOP = "jangan"


@dataclass(frozen=True)
class Advice:
    """One answer that matters: what it is, why, on which rule of the circular, and what the person can do."""

    what: Any
    why: Any
    rule: str
    advice: Any


_HOURS = Advice(
    _("Sebagian konten dibuat pada jam kerja."),
    _("Membuat konten pada jam kerja tidak sesuai surat edaran."),
    "A-06",
    _("Pindahkan pembuatan dan unggahan ke luar jam kerja, atau jelaskan dalam deklarasi."),
)
_DUTY = Advice(
    _("Konten dibuat sebagai bagian dari tugas."),
    _("Konten kedinasan perlu dasar penugasan."),
    "A-06",
    _("Siapkan nomor dan tanggal surat tugas, lalu sebutkan dalam deklarasi."),
)
_BENEFIT = Advice(
    _("Anda menerima keuntungan dari konten."),
    _("Konten komersial perlu ditinjau BKPSDM."),
    "A-07",
    _("Anda tetap dapat mendeklarasikannya; jelaskan sumbernya dengan jujur."),
)
_PLANNED = Advice(
    _("Anda berencana menerima keuntungan dari konten."),
    _("Konten komersial perlu ditinjau BKPSDM."),
    "A-07",
    _("Deklarasikan rencananya sebelum menerima tawaran."),
)
_OFFICE = Advice(
    _("Konten atau pemberi keuntungan berkaitan dengan jabatan atau OPD Anda."),
    _("Hal itu dapat menimbulkan konflik kepentingan."),
    "A-08",
    _("Sebutkan kaitannya dalam deklarasi. Tunda kerja sama sampai ada keputusan."),
)
_OFFICE_UNSURE = Advice(
    _("Anda tidak yakin konten berkaitan dengan jabatan atau OPD Anda."),
    _("Kaitan yang tidak disadari pun dapat menimbulkan konflik kepentingan."),
    "A-08",
    _("Ceritakan keadaannya dalam deklarasi; BKPSDM membantu menilainya."),
)
_OTHER = Advice(
    _("Isi utama konten bukan edukatif, informatif, atau inspiratif."),
    _("Konten seperti ini tetap boleh bila tidak melanggar larangan, tetapi perlu dilihat isinya."),
    "A-01",
    _("Uraikan isi konten dalam deklarasi."),
)
_BARRED_UNSURE = Advice(
    _("Anda tidak yakin konten memuat hal yang dilarang."),
    _("Larangan berlaku untuk membuat, membagikan, dan berkomentar."),
    "A-09",
    _("Jangan unggah dulu. Baca larangannya atau tanyakan kepada BKPSDM."),
)


def judge(answers: Mapping[str, str]) -> tuple[Outcome, list[Advice]]:
    """Return the outcome of five valid answers and one line per answer that matters."""
    if answers["barred"] == "ya":
        return Outcome.STOP, []
    lines = [
        {"tidak_yakin": _BARRED_UNSURE}.get(answers["barred"]),
        {"lainnya": _OTHER}.get(answers["kind"]),
        {"kadang": _HOURS, "tugas": _DUTY}.get(answers["hours"]),
        {"ya": _BENEFIT, "rencana": _PLANNED}.get(answers["benefit"]),
        {"ya": _OFFICE, "tidak_yakin": _OFFICE_UNSURE}.get(answers["office"]),
    ]
    advice = [line for line in lines if line]
    return (Outcome.REVIEW if advice else Outcome.FREE), advice
