"""One's own security: second factor, recovery codes, signed-in devices; and proving oneself again."""

from io import BytesIO

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.accounts import access, devices, passkeys, second_factor
from portal.accounts.access import NEXT, login_required, safe_path
from portal.accounts.forms import SecondFactorForm, WithPassword
from portal.audit.log import record
from portal.http import methods, row_key
from portal.people.models import Employee


def _me(request: HttpRequest) -> Employee:
    assert isinstance(request.user, Employee)
    return request.user


@methods(read=["GET"])
@login_required
def show(request: HttpRequest) -> HttpResponse:
    """What protects this account, and where it is signed in."""
    me = _me(request)
    context = {
        "enrolled": second_factor.enrolled(me),
        "has_app": second_factor.has_app(me),
        "passkeys": passkeys.of(me),
        "required": second_factor.required(me),
        "devices": devices.of(me)[:50],
        "here": request.session.session_key,
    }
    return render(request, "accounts/security.html", context)


def _drawing(address: str) -> SafeString:
    """Return the QR code as inline SVG: the strict policy of the page allows it, and no service sees the secret."""
    out = BytesIO()
    segno.make(address, error="m", micro=False).save(
        out, kind="svg", xmldecl=False, svgns=False, border=4, scale=5, light="#fff"
    )
    drawing = mark_safe(out.getvalue().decode())  # noqa: S308  drawn here, from squares only
    return format_html('<div role="img" aria-label="{}">{}</div>', _("Kode QR untuk aplikasi autentikator"), drawing)


@methods(read=["GET"], write=["POST"])
@login_required
@access.recently_proven
def app(request: HttpRequest) -> HttpResponse:
    """Set up the authenticator app: scan or type the secret, then prove it by a code."""
    me = _me(request)
    if not access.is_proven(request):  # the secret is shown by GET, so GET asks as well
        return redirect(f"{reverse('prove')}?{NEXT}={request.path}")
    form = SecondFactorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if second_factor.enrol(request, me, form.cleaned_data["kode"]):
            messages.success(request, _("Faktor kedua aktif. Simpan kode cadangan di bawah ini sekarang."))
            return _codes_page(request, me)
        form.add_error("kode", _("Kode tidak cocok. Tunggu kode berikutnya di aplikasi, lalu tulis lagi."))
    secret = second_factor.new_secret(request)
    context = {
        "form": form,
        "drawing": _drawing(second_factor.app_address(me, secret)),
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        "again": second_factor.has_app(me),
    }
    return render(request, "accounts/security_app.html", context, status=422 if form.is_bound else 200)


@methods(read=["GET"], write=["POST"])
@login_required
@access.recently_proven
def keys(request: HttpRequest) -> HttpResponse:
    """Passkeys: add one with this device or a security key, remove one."""
    me = _me(request)
    if not access.is_proven(request):  # the question to the browser is asked by GET, so GET asks as well
        return redirect(f"{reverse('prove')}?{NEXT}={request.path}")
    problem = ""
    if "hapus" in request.POST:
        key = row_key(request.POST["hapus"])
        if key is not None and passkeys.remove(me, key):
            messages.success(request, _("Kunci sandi dihapus."))
        return redirect("security_passkeys")
    if request.method == "POST":
        if passkeys.add(request, me, request.POST.get("kredensial", ""), request.POST.get("nama", "")):
            if second_factor.has_spare_codes(me):
                messages.success(request, _("Kunci sandi ditambahkan."))
                return redirect("security_passkeys")
            messages.success(request, _("Kunci sandi ditambahkan. Simpan kode cadangan di bawah ini sekarang."))
            return _codes_page(request, me)
        problem = _("Kunci sandi belum tersimpan. Tekan Tambahkan kunci sandi, lalu ikuti petunjuk perangkat Anda.")
    context = {
        "keys": passkeys.of(me),
        "question": passkeys.offer(request, me),
        "problem": problem,
        "name": request.POST.get("nama", "")[:60] or devices.label(request.headers.get("user-agent", "")),
    }
    return render(request, "accounts/security_passkeys.html", context, status=422 if problem else 200)


def _codes_page(request: HttpRequest, me: Employee) -> HttpResponse:
    """Show new recovery codes in the answer itself: they are never shown again and stand in no address."""
    return render(request, "accounts/security_codes.html", {"codes": second_factor.spare_codes(me)})


@methods(read=["GET"], write=["POST"])
@login_required
@access.recently_proven
def codes(request: HttpRequest) -> HttpResponse:
    """New recovery codes; the old ones stop working."""
    if not second_factor.enrolled(_me(request)):
        return redirect("security")
    if request.method == "POST":
        return _codes_page(request, _me(request))
    return render(request, "accounts/security_codes.html", {"codes": []})


@methods(write=["POST"])
@login_required
def end_devices(request: HttpRequest) -> HttpResponse:
    """Sign one device out, or all but this one."""
    me = _me(request)
    chosen = devices.of(me).exclude(session_key=request.session.session_key)
    typed = request.POST.get("perangkat", "")
    if typed != "semua":
        chosen = chosen.filter(pk=row_key(typed) or 0)
    ended = devices.end(chosen, me, by=me)
    messages.success(
        request, ngettext("%(n)d perangkat dikeluarkan.", "%(n)d perangkat dikeluarkan.", ended) % {"n": ended}
    )
    return redirect("security")


@methods(read=["GET"], write=["POST"])
@login_required
def second(request: HttpRequest) -> HttpResponse:
    """The code after signing in; without it the session opens nothing."""
    if request.session.get(second_factor.KEY) != second_factor.ASK:
        return access.landing(request)
    title = _("Faktor kedua") if passkeys.of(_me(request)) else _("Masukkan kode autentikator")
    return _code_page(request, title)


@methods(read=["GET"], write=["POST"])
@login_required
def prove(request: HttpRequest) -> HttpResponse:
    """Who he is once more, by second factor or password, before something that cannot be taken back."""
    me = _me(request)
    if second_factor.enrolled(me):
        return _code_page(request, _("Pastikan ini Anda"))
    form = WithPassword(request.POST if request.method == "POST" else None, person=me)
    if request.method == "POST" and form.is_valid():
        return _proven(request, me)
    context = {"form": form, "title": _("Pastikan ini Anda"), "lanjut": _way_on(request), "password": True}
    return render(request, "accounts/prove.html", context, status=form.status if form.is_bound else 200)


def _way_on(request: HttpRequest) -> str:
    return safe_path(request.POST.get(NEXT) or request.GET.get(NEXT))


def _code_page(request: HttpRequest, title: str) -> HttpResponse:
    me = _me(request)
    by_key = request.method == "POST" and "kredensial" in request.POST
    form = SecondFactorForm(request.POST if request.method == "POST" and not by_key else None)
    if by_key:
        if passkeys.check(request, me, request.POST["kredensial"]):
            second_factor.passed(request)
            return _proven(request, me)
        record("second_factor_wrong", me, by=me, via="portal")
    elif request.method == "POST" and form.is_valid():
        if second_factor.check(me, form.cleaned_data["kode"]):
            second_factor.passed(request)
            return _proven(request, me)
        form.add_error("kode", _("Kode tidak cocok atau sudah dipakai. Tunggu kode berikutnya, lalu tulis lagi."))
        record("second_factor_wrong", me, by=me, via="portal")
    context = {"form": form, "title": title, "lanjut": _way_on(request), "password": False}
    context |= {"question": passkeys.ask(request, me), "key_failed": by_key, "has_app": second_factor.has_app(me)}
    return render(request, "accounts/prove.html", context, status=422 if by_key or form.is_bound else 200)


def _proven(request: HttpRequest, me: Employee) -> HttpResponse:
    access.note_proof(request)
    record("proven_again", me, by=me, via="portal")
    return access.landing(request)
