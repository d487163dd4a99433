"""Public pages, start page by role, health probes and the pages of refusal."""

import logging
import secrets
import sys

from django.core.exceptions import RequestDataTooBig
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template import loader
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import requires_csrf_token

from approvals.models import LegalBasis
from portal import rules
from portal.accounts.access import login_required
from portal.errors import Refused
from portal.forms import SelfCheckForm
from portal.http import methods, out_of_service
from portal.logs import current
from portal.people.roles import standing_of
from portal.selfcheck import judge
from portal.shell import address, bare, roles, shell

__all__ = ["shell"]  # the context processor is named portal.views.shell in the settings

log = logging.getLogger(__name__)


def _start(request: HttpRequest) -> str:
    """Return the address where this person's work is, or nothing for a visitor."""
    if not request.user.is_authenticated:
        return ""
    held = roles(request)
    names = ["declarations:list"]
    if held & {"reviewer", "inspectorate"}:
        names = ["approvals:summary", "approvals:queue", *names]
    elif "leadership" in held or (standing_of(request.user).posts and request.user.steps.exists()):
        names = ["approvals:inbox", *names]
    return next((url for url in map(address, names) if url), "")


def _other_ways() -> list[dict[str, str]]:
    """Return the further links of the landing page, as far as their pages exist."""
    ways = [
        (_("Sudah punya akun? Masuk"), "account_login"),
        (_("Belum punya akun? Daftar dengan NIP"), "register"),
        (_("Belum punya kanal? Nyatakan dalam 1 menit"), "nil_statement"),
        (_("Pejabat penyetuju? Masukkan nomor dan kode dari email"), "approvals:by_hand"),
        (_("Periksa keaslian surat"), "verify"),
    ]
    return [{"label": label, "url": url} for label, name in ways if (url := address(name))]


def _management(held: frozenset[str]) -> list[dict[str, str]]:
    """Return the pages of administration this person may open, as far as this installation has them."""
    pages = _pages_of_administration()
    return [
        {"label": label, "hint": hint, "url": url}
        for label, hint, name, groups in pages
        if held & groups and (url := address(name))
    ]


def _pages_of_administration() -> list[tuple[str, str, str, frozenset[str]]]:
    """Return label, hint, view and who may open it, in the order of the page."""
    administrator = frozenset({"administrator"})
    officers = administrator | {"reviewer"}
    return [
        (_("Kesiapan portal"), _("Apa yang belum lengkap"), "approvals:readiness", administrator),
        (
            _("OPD dan pejabat"),
            _("Siapa yang memutus, Plt. dan Plh., alamat email"),
            "approvals:offices",
            administrator,
        ),
        (_("Impor pegawai"), _("Daftar pegawai dari SIASN atau SIMPEG"), "rosters:list", administrator),
        (_("Konfirmasi petugas kedua"), _("Perubahan yang menunggu"), "approvals:confirm_changes", administrator),
        *_pages_of_mail(administrator),
        (_("Permintaan perbaikan data"), _("Dijawab dalam 3 x 24 jam"), "approvals:corrections", administrator),
        (
            _("Masa simpan data"),
            _("Yang lewat masa simpan, dengan petugas kedua"),
            "approvals:retention",
            administrator,
        ),
        *_pages_of_auditors(),
        (_("Contoh alasan"), _("Teks siap pakai untuk keputusan peninjau"), "approvals:reasons", administrator),
        (_("Pengguna dan peran"), _("Peran, perangkat, faktor kedua"), "users", administrator),
        (_("Register"), _("Penyedia, izin, objek pengawasan, bidang sensitif, pemilihan"), "registries:list", officers),
        (
            _("Aturan penapisan"),
            _("Tingkat, ambang, teks, dasar hukum, kebijakan komersial"),
            "approvals:rules",
            administrator,
        ),
        (
            _("Kampanye"),
            _("Masa pendataan tahunan dan email kepada yang belum menjawab"),
            "approvals:campaigns",
            administrator,
        ),
        (_("Kalender kerja"), _("Hari libur, cuti bersama, Ramadan, jam kerja"), "calendar:year", administrator),
    ]


def _pages_of_mail(who: frozenset[str]) -> list[tuple[str, str, str, frozenset[str]]]:
    hint = _("Baris bantuan, penutup, pemberitahuan musiman, dengan pratinjau")
    return [
        (_("Antrean email"), _("Email yang menunggu atau gagal, kirim ulang"), "approvals:mails", who),
        (_("Sisipan email"), hint, "approvals:inserts", who),
    ]


def _pages_of_auditors() -> list[tuple[str, str, str, frozenset[str]]]:
    inspectorate = frozenset({"inspectorate"})
    return [
        (_("Jejak audit"), _("Siapa berbuat dan membaca apa"), "approvals:log", inspectorate | {"administrator"}),
        (
            _("Periksa paket bukti"),
            _("Apakah ZIP sebuah perkara masih utuh"),
            "approvals:bundle_check",
            inspectorate,
        ),
    ]


@methods(read=["GET"])
@login_required
def manage(request: HttpRequest) -> HttpResponse:
    """The pages of administration, with a line on each."""
    pages = _management(roles(request))
    if not pages:
        raise Refused(_("Halaman ini hanya untuk pengelola."), status=403)
    return render(request, "public/manage.html", {"pages": pages})


@methods(read=["GET"])
def home(request: HttpRequest) -> HttpResponse:
    """Answer "what may I do?" to a visitor; send a signed-in person to his work."""
    if start := _start(request):
        return redirect(start)
    return render(request, "public/home.html", {"circular": rules.CIRCULAR, "links": _other_ways()})


@methods(read=["GET", "POST"])
def self_check(request: HttpRequest) -> HttpResponse:
    """Five questions and their outcome; POST keeps the answers out of addresses and logs, and may not write either."""
    if request.method == "GET":
        return render(request, "public/self_check.html", {"form": SelfCheckForm()})
    form = SelfCheckForm(request.POST)
    if not form.is_valid() or "ubah" in request.POST:
        return render(request, "public/self_check.html", {"form": form}, status=200 if form.is_valid() else 422)
    outcome, advice = judge(form.cleaned_data)
    banned = next(group for group in rules.GROUPS if group.key == "no")
    context = {"form": form, "outcome": outcome, "advice": advice, "banned": banned}
    return render(request, "public/self_check_result.html", context)


@methods(read=["GET"])
def rules_page(request: HttpRequest) -> HttpResponse:
    """The rules in plain words, then the legal texts with their state of verification."""
    context = {
        "groups": rules.GROUPS,
        "circular": rules.CIRCULAR,
        "version": rules.VERSION,
        "bases": LegalBasis.objects.all(),
    }
    return render(request, "public/rules.html", context)


@methods(read=["GET"])
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "public/privacy.html")


@methods(read=["GET"])
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "public/accessibility.html")


@methods(read=["GET"])
def live(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@methods(read=["GET"])
def ready(request: HttpRequest) -> HttpResponse:
    """The database answers and has every migration; Redis is only a wake-up call and is not asked."""
    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Error:
        log.exception("not ready: the database does not answer")
        return HttpResponse("database\n", content_type="text/plain", status=503)
    if pending:
        return HttpResponse("migrations\n", content_type="text/plain", status=503)
    return HttpResponse("ok\n", content_type="text/plain")


_NEVER_REPEATED = ("csrfmiddlewaretoken", "sandi", "password", "kode", "code")


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    """Return what was sent from our own page (never secrets), so that nothing typed is lost; else nothing."""
    origin = request.headers.get("Origin", "")
    if origin != f"{request.scheme}://{request.get_host()}":
        return []
    return [
        (name, value)
        for name in request.POST
        if not any(word in name.lower() for word in _NEVER_REPEATED)
        for value in request.POST.getlist(name)
    ]


@requires_csrf_token
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token is stale (signed in elsewhere): keep what was typed and let it be sent again."""
    log.warning("csrf refused: %s", reason)
    return render(request, "403_csrf.html", {"typed": _typed(request), "path": request.get_full_path()}, status=403)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400, or 413 for too much at once; 503 when the session could not be saved because the database went away."""
    if out_of_service(exception):
        return server_error(request)
    large = isinstance(exception, RequestDataTooBig)
    page = loader.get_template("400.html").render({**bare(request), "large": large})
    return HttpResponse(page, status=413 if large else 400)


@requires_csrf_token
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "403.html", status=403)


@requires_csrf_token
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Say that it is our fault, with a number by which the log names it; needs neither database nor session.

    503 when the database is away or a disk is full: then whoever sent something is told to look whether it has arrived.
    """
    incident = secrets.token_hex(4).upper()
    current.set({**current.get(), "incident": incident})
    log.error("incident %s", incident, extra={"reported": True})  # the exception itself is logged next
    away = out_of_service(sys.exception())
    shown = {**bare(request), "incident": incident, "sent": request.method == "POST", "check": _where_it_shows(request)}
    try:
        page = loader.get_template("503.html" if away else "500.html").render(shown)
    except Exception:  # a broken template must not hide the number behind an empty answer
        log.exception("the page for incident %s could not be shown", incident)
        page = f"{_('Ada gangguan di sistem kami')}: {incident}"
    response = HttpResponse(page, status=503 if away else 500, headers={"Cache-Control": "no-store"})
    if away:
        response.headers["Retry-After"] = "30"
    return response


def _where_it_shows(request: HttpRequest) -> str:
    """Return the address to try again, or the one that shows whether what was sent has arrived."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    match = request.resolver_match
    readable = match is not None and getattr(match.func, "reads", False)
    return request.path if readable else reverse("home")
