"""`import_roster FILE`: shows what a roster would change; `--apply` does it."""

import sys
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.errors import Refused
from portal.people.models import Employee
from portal.people.nip import NipProblem, parse
from portal.people.roster import Plan, import_roster
from portal.people.roster.plan import SHOWN, Person
from portal.people.roster.second_officer import Officers
from portal.people.sheets import Bar

NEEDS_SECOND_OFFICER = 3
_WORDS = {
    "new": "baru",
    "moved": "pindah unit",
    "left": "keluar",
    "post": "ganti jabatan",
    "address": "ganti alamat email",
    "other": "perubahan lain",
    "minor": "hanya nomor atau keterangan daftar",
    "same": "tidak berubah",
}
_HELD = {"head": "menyangkut pejabat pemutus", "many": "lebih dari 5 % pegawai berubah"}


class Command(BaseCommand):
    help = (
        "Membaca daftar pegawai (ekspor SIASN 69 kolom atau daftar SIMPEG; CSV atau XLSX) dan menampilkan rencananya. "
        "Dengan --apply rencana itu disimpan. Alamat email pejabat pemutus, dan perubahan atas lebih dari 5 persen "
        "pegawai, ditahan sampai dijalankan lagi dengan --by dan --confirmed-by (dua petugas); selama ada yang ditahan "
        "perintah berakhir dengan kode 3."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="BERKAS", type=Path)
        parser.add_argument("--apply", action="store_true", help="simpan perubahan")
        parser.add_argument("--full", action="store_true", help="berkas lengkap: sebutkan pegawai yang tidak ditemukan")
        parser.add_argument("--by", metavar="NIP", help="administrator yang menjalankan impor")
        parser.add_argument(
            "--confirmed-by", metavar="NIP", help="petugas kedua: administrator lain atau Kepala BKPSDM"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        officers = _officers(options["by"], options["confirmed_by"])
        bar = Bar(sys.stderr, "Membaca")
        began = time.monotonic()
        try:
            plan = import_roster(
                options["file"], apply=options["apply"], full=options["full"], officers=officers, progress=bar
            )
        except Refused as refused:
            bar.end()
            raise CommandError(refused.message) from refused
        bar.end()
        self._show(plan, time.monotonic() - began)
        if plan.applied is not None and plan.applied["held"]:
            raise CommandError(
                f"{plan.applied['held']} perubahan ditahan: petugas kedua harus mengonfirmasi. Jalankan lagi dengan "
                "--apply --by NIP --confirmed-by NIP.",
                returncode=NEEDS_SECOND_OFFICER,
            )

    def _show(self, plan: Plan, seconds: float) -> None:
        totals, write = plan.totals, self.stdout.write
        for problem in plan.problems:
            write(f"DITOLAK  {problem}")
        if totals.rejected and len(plan.problems) >= SHOWN:
            write(f"DITOLAK  … hanya {len(plan.problems)} catatan pertama yang ditampilkan.")
        for person in plan.people:
            write(_line(person))
        for person in plan.missing:
            write(f"TIDAK DITEMUKAN  {person.nip}  {person.name}")
        if plan.forbidden:
            write(f"Kolom yang dibuang saat dibaca: {', '.join(plan.forbidden)}.")
        if plan.unknown:
            write(f"Kolom yang tidak dipakai: {', '.join(plan.unknown)}.")
        if totals.shared_addresses:
            write(f"Alamat email yang dipakai beberapa pegawai: {totals.shared_addresses}.")
        counts = ", ".join(f"{_WORDS[change]} {number}" for change, number in totals.changes.items() if number)
        write(f"Baris dibaca {totals.read}; ditolak {totals.rejected}; ditahan {totals.held}; {counts or 'tanpa isi'}.")
        if totals.missing:
            write(f"Tidak ditemukan dalam berkas: {totals.missing} (tidak diubah, tidak dihapus).")
        write(_ending(plan))
        write(f"Selesai dalam {seconds:.1f} detik ({totals.read / max(seconds, 0.001):.0f} baris per detik).")


def _line(person: Person) -> str:
    change = f": {person.before} → {person.after}" if person.before else (f": {person.after}" if person.after else "")
    held = f" [DITAHAN: {_HELD[person.held]}]" if person.held else ""
    return f"{_WORDS[person.change].upper()}  baris {person.line}  {person.nip}  {person.name}{change}{held}"


def _ending(plan: Plan) -> str:
    if plan.applied is None:
        return "Ini rencana; belum ada yang disimpan. Jalankan dengan --apply untuk menyimpan."
    if not plan.applied["new"] and not plan.applied["changed"] and not plan.applied["held"]:
        return "Tidak ada perubahan."
    return f"Disimpan: {plan.applied['new']} pegawai baru, {plan.applied['changed']} pegawai berubah."


def _officers(by: str | None, confirmed_by: str | None) -> Officers | None:
    if not by and not confirmed_by:
        return None
    if not (by and confirmed_by):
        raise CommandError("Isi --by dan --confirmed-by bersama-sama.")
    return Officers(_officer(by), _officer(confirmed_by))


def _officer(nip: str) -> Employee:
    try:
        return Employee.objects.get(nip=parse(nip), is_active=True)
    except (NipProblem, Employee.DoesNotExist) as error:
        raise CommandError("NIP petugas tidak ada dalam daftar pegawai.") from error
