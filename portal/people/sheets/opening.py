"""Open a table file by what it contains, not by what its name says."""

from pathlib import Path

from django.utils.translation import gettext as _

from portal.people.sheets.csv_file import CsvSheet
from portal.people.sheets.model import MAX_BYTES, Sheet, refuse
from portal.people.sheets.xlsx_file import XlsxSheet

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


def open_sheet(path: Path, *, max_bytes: int = MAX_BYTES) -> Sheet:
    """Return the table in the file, or refuse it with a sentence that says how to mend it."""
    try:
        size = path.stat().st_size
        with path.open("rb") as raw:
            start = raw.read(64)
    except OSError as error:
        raise refuse(_("Berkas %(name)s tidak dapat dibuka.") % {"name": path.name}) from error
    if not size:
        raise refuse(_("Berkas kosong."))
    if size > max_bytes:
        raise refuse(_("Berkas lebih besar dari %(count)s MB.") % {"count": str(max_bytes // 1_000_000)})
    if start.startswith(_ZIP):
        return XlsxSheet(path)
    if start.startswith(_OLE):
        raise refuse(_("Format .xls lama atau berkas terkunci tidak didukung. Simpan sebagai .xlsx atau CSV."))
    if path.suffix.casefold() in (".xlsx", ".xlsm", ".xls") or start.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        raise refuse(_("Berkas ini bukan XLSX. Simpan ulang dari Excel sebagai .xlsx, atau pakai CSV."))
    return CsvSheet(path)
