"""One's own page: what the directory holds, the address mail goes to, the password."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.accounts import devices, flows, help, recovery
from portal.accounts.access import initial_post, login_required
from portal.accounts.forms import ChangeEmailForm, ChangePasswordForm
from portal.accounts.models import HelpRequest
from portal.accounts.notices import notify
from portal.accounts.sessions import set_language
from portal.accounts.views.code import code_page, limit_requests
from portal.audit.log import record
from portal.errors import Refused
from portal.http import methods
from portal.people.models import Employee

PURPOSE = "email"


def _me(request: HttpRequest) -> Employee:
    assert isinstance(request.user, Employee)
    return request.user


@methods(read=["GET"])
@login_required
def show(request: HttpRequest) -> HttpResponse:
    """What the portal knows about the signed-in person."""
    me = _me(request)
    waiting = me.help_requests.filter(kind=HelpRequest.Kind.ADDRESS, state=help.State.OPEN).first()
    return render(request, "accounts/profile.html", {"me": me, "office": me.office, "waiting": waiting})


@methods(read=["GET"], write=["POST"])
@login_required
def change_email(request: HttpRequest) -> HttpResponse:
    """A new address needs the password, and a code sent to the new address."""
    form = ChangeEmailForm(request.POST if request.method == "POST" else initial_post(request), person=_me(request))
    if request.method == "POST" and form.is_valid():
        limit_requests(request)
        email = form.cleaned_data["email"]
        flow = flows.Flow(PURPOSE, f"email:{_me(request).pk}:{email}", person=_me(request).pk, data={"email": email})
        _send(flow)
        flow.keep(request)
        return redirect("profile_email_code")
    status = form.status if request.method == "POST" else 200
    return render(request, "accounts/change_email.html", {"form": form}, status=status)


def _send(flow: flows.Flow) -> None:
    flows.mail_code(flow, [flow.data["email"]])


@methods(read=["GET"], write=["POST"])
@login_required
def change_email_code(request: HttpRequest) -> HttpResponse:
    """The code proves the new address; the old one is told."""
    flow = flows.current(request, PURPOSE)
    if flow is None or flow.person != _me(request).pk:
        return redirect("profile_email")

    def proven(flow: flows.Flow) -> HttpResponse:
        flows.end(request)
        messages.success(request, _take(_me(request), flow.data["email"]))
        return redirect("profile")

    context = {
        "step": _("Ganti email"),
        "intro": _("Kami mengirim kode 6 angka ke alamat baru. Kode berlaku 15 menit."),
        "back": reverse("profile_email"),
    }
    return code_page(request, flow, send_again=_send, proven=proven, context=context)


def _take(me: Employee, email: str) -> str:
    """Store the proven address at once, or ask an officer where the person decides or works on cases."""
    if Employee.objects.filter(contact_email=email).exclude(pk=me.pk).exists():
        raise Refused(_("Alamat ini sudah dipakai akun lain. Pakai alamat lain, atau hubungi BKPSDM."))
    former = me.contact_email or ""
    if former and former != email:
        notify(former, "email", language=me.language)
    if help.needs_two(me):
        help.ask_for_address(me, email)
        return _("Alamat baru terbukti. Alamat pejabat dan petugas berlaku setelah dikonfirmasi petugas BKPSDM.")
    me.contact_email = email
    me.save(update_fields=["contact_email"])
    record("address_changed", me, by=me, via="portal")
    return _("Email Anda sudah diganti.")


@methods(write=["POST"])
@login_required
def change_language(request: HttpRequest) -> HttpResponse:
    """Keep the language of mails; the screen follows."""
    chosen = request.POST.get("bahasa", "")
    if chosen in dict(settings.LANGUAGES):
        set_language(_me(request), chosen)
    return redirect(f"{reverse('profile')}?bahasa={_me(request).language}")


@methods(read=["GET"], write=["POST"])
@login_required
def change_password(request: HttpRequest) -> HttpResponse:
    """The present password, then the new one; other sessions end, this one goes on under a new key."""
    me = _me(request)
    form = ChangePasswordForm(request.POST if request.method == "POST" else None, person=me)
    if request.method == "POST" and form.is_valid():
        recovery.set_password(me, form.cleaned_data["sandi"])
        update_session_auth_hash(request, me)
        devices.remember(request, me)
        messages.success(request, _("Kata sandi Anda sudah diganti. Perangkat lain harus masuk lagi."))
        return redirect("profile")
    status = form.status if form.is_bound else 200
    return render(request, "accounts/change_password.html", {"form": form}, status=status)
