"""Why personal data leave the portal: asked on every such form, kept with the audit line."""

from django.http import HttpRequest
from django.utils.translation import gettext as _

from approvals.forms.review import clean_text
from portal.audit.log import speaks_of_a_person

LEAST, MOST = 15, 300


def stated(request: HttpRequest) -> tuple[str, str]:
    """Return the purpose that was typed and what is wrong with it, nothing if it will do."""
    text = " ".join(clean_text(request.POST.get("keperluan", "")).split())
    if not text:
        return text, _("Tulis keperluan ekspor")
    if len(text) < LEAST:
        return text, _("Jelaskan keperluannya, sedikitnya %d karakter") % LEAST
    if len(text) > MOST:
        return text, _("Keperluan paling banyak %d karakter") % MOST
    if speaks_of_a_person(text):
        return text, _("Tulis keperluan tanpa NIP dan alamat email")
    return text, ""
