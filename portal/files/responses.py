"""Hand a file out: always as a download, never as a page of ours."""

from django.http import HttpResponse

from portal.files.models import Kind, StoredFile

_TYPES = {Kind.PDF: "application/pdf", Kind.JPEG: "image/jpeg", Kind.PNG: "image/png"}


def attachment(file: StoredFile) -> HttpResponse:
    """Return the file as an attachment that no browser renders in our name; the caller has checked who asks."""
    response = HttpResponse(bytes(file.content), content_type=_TYPES[Kind(file.kind)])
    response.headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "private, no-store"
    return response
