"""Take a file in: what it is is found out by opening it, never from its name or what the browser says."""

import hashlib
import re
import warnings
import zlib
from collections.abc import Sequence
from io import BytesIO

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Sum
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from portal import clock, limits
from portal.errors import Refused
from portal.files.models import Kind, StoredFile
from portal.people.models import Employee

MOST_PIXELS, MOST_FILES = 40_000_000, 5
# What makes a PDF act by itself; evidence needs none of it. /OpenAction alone only says which page opens first.
_ACTIVE = re.compile(rb"/(JavaScript|Launch|EmbeddedFiles?|RichMedia|SubmitForm|ImportData)\b")
# So short that the bytes of a scanned page hold them by chance: looked for outside streams only.
_ACTIVE_SHORT = re.compile(rb"/(JS|XFA|AA)\b")
_STREAM = re.compile(rb"\bstream\r?\n(.*?)endstream", re.DOTALL)
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_MOST_UNPACKED = 64 * limits.MEGABYTE
_FORMATS = {"JPEG": Kind.JPEG, "PNG": Kind.PNG}


def accept(uploads: Sequence["UploadedFile[bytes]"], *, by: Employee, case: str) -> list[StoredFile]:
    """Check and store the files of one form; raise Refused (422) with what to do. All of them or none."""
    if len(uploads) > MOST_FILES:
        raise Refused(_("Paling banyak %d berkas. Kurangi pilihannya.") % MOST_FILES, status=422)
    checked = [_checked(upload) for upload in uploads]
    used = StoredFile.objects.filter(uploaded_by=by).aggregate(sum=Sum("size"))["sum"] or 0
    if used + sum(len(content) for _kind, content in checked) > limits.OF_A_PERSON:
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
    if (upload.size or 0) > limits.FILE:
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
    if b"/Encrypt" in _plain(content):
        raise Refused(_("PDF ini dikunci. Simpan tanpa kata sandi lalu unggah lagi."), status=422)
    if _acts(content):
        raise Refused(_("PDF ini memuat skrip atau lampiran. Cetak ke PDF biasa lalu unggah lagi."), status=422)
    return content


def _plain(content: bytes) -> bytes:
    """Return what stands outside streams, with names as they are read ('/J#53' is '/JS')."""
    return _unescaped(_STREAM.sub(b"", content))


def _unescaped(content: bytes) -> bytes:
    return _ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), content)


def _acts(content: bytes) -> bool:
    """Tell whether the PDF acts by itself; packed objects are unpacked, within bounds, to see."""
    whole = _unescaped(content)
    if _ACTIVE.search(whole) or _ACTIVE_SHORT.search(_plain(content)):
        return True
    if b"/ObjStm" not in whole:
        return False
    left = _MOST_UNPACKED
    for found in _STREAM.finditer(content):
        try:
            unpacked = zlib.decompressobj().decompress(found[1], left)
        except zlib.error:  # a picture, or a stream that is not packed: it was read above
            continue
        left -= len(unpacked)
        if left <= 0 or _ACTIVE.search(_unescaped(unpacked)):
            return True
    return False


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
            clean.info = {name: value for name, value in clean.info.items() if name == "transparency"}
            out = BytesIO()
            clean.save(out, format=picture.format, **({"quality": 85} if kind == Kind.JPEG else {}))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused(_("Gambar terlalu besar. Paling besar 40 megapiksel."), status=422) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise wrong from error
    return kind, out.getvalue()
