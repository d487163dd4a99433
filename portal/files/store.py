"""Take a file in: what it is is found out by opening it, never from its name or what the browser says."""

import hashlib
import re
import warnings
from collections.abc import Sequence
from io import BytesIO

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Sum
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from portal import clock
from portal.errors import Refused
from portal.files.models import Kind, StoredFile
from portal.people.models import Employee

MEGABYTE = 1024 * 1024
MOST_BYTES, MOST_PIXELS, MOST_FILES, MOST_OF_A_PERSON = 5 * MEGABYTE, 40_000_000, 5, 50 * MEGABYTE
# what makes a PDF act by itself; evidence needs none of it
_ACTIVE = re.compile(rb"/(JavaScript|JS|Launch|EmbeddedFile|EmbeddedFiles|RichMedia|XFA|OpenAction|AA|SubmitForm)\b")
_FORMATS = {"JPEG": Kind.JPEG, "PNG": Kind.PNG}


def accept(uploads: Sequence["UploadedFile[bytes]"], *, by: Employee, case: str) -> list[StoredFile]:
    """Check and store the files of one form; raise Refused (422) with what to do. All of them or none."""
    if len(uploads) > MOST_FILES:
        raise Refused(_("Paling banyak %d berkas. Kurangi pilihannya.") % MOST_FILES, status=422)
    checked = [_checked(upload) for upload in uploads]
    used = StoredFile.objects.filter(uploaded_by=by).aggregate(sum=Sum("size"))["sum"] or 0
    if used + sum(len(content) for _kind, content in checked) > MOST_OF_A_PERSON:
        raise Refused(_("Berkas Anda sudah mencapai 50 MB. Hubungi BKPSDM."), status=422)
    now = clock.now()
    return [
        StoredFile.objects.create(
            case=case,
            kind=kind,
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            content=content,
            uploaded_by=by,
            uploaded_at=now,
        )
        for kind, content in checked
    ]


def _checked(upload: "UploadedFile[bytes]") -> tuple[Kind, bytes]:
    if (upload.size or 0) > MOST_BYTES:
        raise Refused(_("Berkas terlalu besar. Paling besar 5 MB; perkecil fotonya."), status=422)
    content = upload.read()
    if not content:
        raise Refused(_("Berkas kosong. Pilih berkas lain."), status=422)
    if content.startswith(b"%PDF-"):
        return Kind.PDF, _safe_pdf(content)
    return _clean_picture(content)


def _safe_pdf(content: bytes) -> bytes:
    if b"%%EOF" not in content[-2048:]:
        raise Refused(_("PDF tidak utuh. Simpan ulang lalu unggah lagi."), status=422)
    if _ACTIVE.search(content):
        raise Refused(_("PDF ini memuat skrip atau lampiran. Cetak ke PDF biasa lalu unggah lagi."), status=422)
    return content


def _clean_picture(content: bytes) -> tuple[Kind, bytes]:
    """Return the picture written anew: place and camera are left out, and so is whatever was hidden behind it."""
    wrong = Refused(_("Hanya PDF, JPEG, atau PNG yang diterima. Pilih berkas lain."), status=422)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(BytesIO(content), formats=list(_FORMATS))
            kind = _FORMATS[str(picture.format)]
            if picture.width * picture.height > MOST_PIXELS:
                raise Refused(_("Gambar terlalu besar. Paling besar 40 megapiksel."), status=422)
            upright = ImageOps.exif_transpose(picture)
            clean = upright.convert("RGB") if kind == Kind.JPEG else upright
            out = BytesIO()
            clean.save(out, format=picture.format, **({"quality": 85} if kind == Kind.JPEG else {}))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused(_("Gambar terlalu besar. Paling besar 40 megapiksel."), status=422) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise wrong from error
    return kind, out.getvalue()
