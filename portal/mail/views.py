"""The demo mailbox: every mail the portal wrote, newest first, with working links; it exists with DEMO=1 only."""

from dataclasses import dataclass

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from portal.http import methods
from portal.mail.models import OutgoingEmail
from portal.mail.transport import fill, secret_of

PAGE = 1000
# the HTML body brings inline styles; nothing else may load or run
_MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "


def mail_page(html: str, *, framed: bool = False) -> HttpResponse:
    """Return the HTML body of a mail as a page; `framed`: inside one of ours, where its links lead nowhere."""
    response = HttpResponse(html)
    ways = "" if framed else " allow-same-origin allow-top-navigation allow-popups"
    ancestors = "'self'" if framed else "'none'"
    response.headers["Content-Security-Policy"] = f"{_MAIL_POLICY}frame-ancestors {ancestors}; sandbox{ways}"
    response.headers["X-Frame-Options"] = "SAMEORIGIN" if framed else "DENY"
    return response


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail as its recipient reads it."""

    email: OutgoingEmail
    text: str
    link: str


def _as_received(email: OutgoingEmail) -> Letter:
    secret = secret_of(email)
    return Letter(email, fill(email.text, secret), secret.get("link", ""))


def _demo_only() -> None:
    if not settings.DEMO:
        raise Http404


@methods(read=["GET"])
def mailbox(request: HttpRequest) -> HttpResponse:
    """Show the mails as text, a page of a thousand at a time."""
    _demo_only()
    emails = OutgoingEmail.objects.order_by("-pk").defer("html")
    page = Paginator(emails, PAGE).get_page(request.GET.get("hal"))
    letters = [_as_received(email) for email in page.object_list]
    return render(request, "demo/mailbox.html", {"page": page, "letters": letters})


@methods(read=["GET"])
def html_body(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the HTML body of one mail as mail programs do."""
    _demo_only()
    email = get_object_or_404(OutgoingEmail.objects.exclude(html=""), pk=pk)
    return mail_page(fill(email.html, secret_of(email), html=True))
