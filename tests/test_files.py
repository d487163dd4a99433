"""Evidence as people really make it passes; what hides inside a file does not."""

import random
import zlib
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from portal.errors import Refused
from portal.files import store
from portal.files.models import StoredFile
from tests.factories import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def take(world: World, content: bytes) -> StoredFile:
    (file,) = store.accept([SimpleUploadedFile("bukti", content)], by=world.teacher, case="DK")
    return file


def pdf(catalog: bytes = b"", stream: bytes = b"", header: bytes = b"<<>>") -> bytes:
    body = b"1 0 obj<</Type/Catalog" + catalog + b">>endobj\n2 0 obj" + header + b"stream\n" + stream
    return b"%PDF-1.5\n" + body + b"\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def test_an_ordinary_export_that_opens_on_its_first_page_is_taken(world: World) -> None:
    content = pdf(b"/OpenAction[3 0 R /XYZ null null 0]", zlib.compress(b"BT (Halo) Tj ET"))
    assert bytes(take(world, content).content) == content


def test_bytes_of_a_scan_that_look_like_a_short_name_are_no_script(world: World) -> None:
    noise = random.Random(7).randbytes(2000).replace(b"endstream", b"")
    assert take(world, pdf(stream=noise + b"/JS (/AA /XFA " + noise)).kind == "pdf"


PACKED = zlib.compress(b"7 0 <</S/JavaScript/JS(app.alert(1))>>" + b" " * 500)
HIDDEN = {
    "name in escapes": pdf(b"/Names<</J#61vaScript 2 0 R>>"),
    "short name in escapes": pdf(b"/#4aS (x)"),
    "packed objects": pdf(stream=PACKED, header=b"<</Type/ObjStm/Filter/FlateDecode>>"),
    "packed objects, named in escapes": pdf(stream=PACKED, header=b"<</Type/Obj#53tm/Filter/FlateDecode>>"),
    "behind a false stream": pdf(b"\n%stream\n/AA<</O<</S/Launch>>>>\n%endstream\n"),
    "packed without end": pdf(stream=zlib.compress(b"0" * 70_000_000, 9), header=b"<</Type/ObjStm>>"),
}


@pytest.mark.parametrize("name", HIDDEN)
def test_what_acts_is_found_where_it_hides(world: World, name: str) -> None:
    with pytest.raises(Refused, match="skrip atau lampiran") as refusal:
        take(world, HIDDEN[name])
    assert refusal.value.status == 422


def test_a_locked_pdf_cannot_be_judged_and_is_refused_in_words(world: World) -> None:
    with pytest.raises(Refused, match="dikunci"):
        take(world, pdf(b"/Encrypt 9 0 R"))


def test_remarks_and_places_do_not_stay_in_a_picture(world: World) -> None:
    jpeg, png, remarks = BytesIO(), BytesIO(), PngInfo()
    exif = Image.Exif()
    exif[0x010E] = "rahasia"
    Image.new("RGB", (8, 8)).save(jpeg, "JPEG", comment=b"rahasia", exif=exif)
    remarks.add_text("Comment", "rahasia")
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(png, "PNG", pnginfo=remarks)
    for made in (jpeg.getvalue(), png.getvalue()):
        assert b"rahasia" in made
        assert b"rahasia" not in bytes(take(world, made).content)
