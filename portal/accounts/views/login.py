"""Login by password (allauth's view with our form) or by mailed code, logout, and the page of a rescued form."""

from typing import Any

from allauth.account.views import LoginView
from django.conf import settings
from django.contrib.auth import logout as django_logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.accounts import access, flows, recovery
from portal.accounts.access import NEXT, login_required, safe_path
from portal.accounts.cooldown import REST
from portal.accounts.forms import LoginNameForm
from portal.accounts.sessions import sign_in
from portal.accounts.views.code import code_page, limit_requests
from portal.http import methods
from portal.people.models import Employee

LOGIN, RESET = "login", "reset"


class PasswordLogin(LoginView):  # type: ignore[misc]
    """allauth's login with 422 for refusals, `lanjut` for the way on, and the demo accounts in a demo."""

    template_name = "accounts/login.html"
    redirect_field_name = NEXT

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        return access.landing(self.request) if self.request.user.is_authenticated else response

    def form_invalid(self, form: Any) -> HttpResponse:
        response: HttpResponse = self.render_to_response(self.get_context_data(form=form), status=form.status)
        if form.status == 429:
            response["Retry-After"] = str(int(REST.total_seconds()))
        return response

    def get_authenticated_redirect_url(self) -> str:
        return safe_path(self.request.GET.get(NEXT)) or reverse("home")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        way_on = safe_path(self.request.POST.get(NEXT) or self.request.GET.get(NEXT))
        return {
            "form": kwargs.get("form") or self.get_form(),
            "lanjut": way_on,
            "kept": bool(self.request.COOKIES.get(access.COOKIE)) and bool(way_on),
            **demo_accounts(),
        }


def demo_accounts() -> dict[str, Any]:
    """Return the cast of the demo for the login page; nothing outside a demo."""
    if not settings.DEMO:
        return {}
    from portal.people import demo  # only a demo needs the six hundred invented people

    return {"demo_accounts": demo.CAST, "demo_password": demo.PASSWORD, "demo_registrable": demo.REGISTRABLE}


login = methods(read=["GET"], write=["POST"])(PasswordLogin.as_view())


@methods(write=["POST"])
def logout(request: HttpRequest) -> HttpResponse:
    """End the session; its key is dead on the server too, and the browser forgets the pages it kept."""
    django_logout(request)
    response = redirect("home")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@methods(read=["GET"], write=["POST"])
def login_code_start(request: HttpRequest) -> HttpResponse:
    """Mail a code to the proven address of this account, if there is one; say the same in every case."""
    return _start(request, LOGIN, "accounts/login_code.html", "account_login_code_check")


@methods(read=["GET"], write=["POST"])
def login_code_check(request: HttpRequest) -> HttpResponse:
    """The code signs in."""
    flow = flows.current(request, LOGIN)
    if flow is None:
        return redirect("account_login_code")

    def proven(flow: flows.Flow) -> HttpResponse:
        person = Employee.objects.filter(pk=flow.person or 0, is_active=True).first()
        if person is None:
            return redirect("account_login")
        sign_in(request, person)
        return access.landing(request, flow.data.get(NEXT, ""))

    return _check(request, flow, proven, _("Masuk dengan kode"), reverse("account_login"))


@methods(read=["GET"], write=["POST"])
def reset_start(request: HttpRequest) -> HttpResponse:
    """Forgotten password: the code goes to the proven address."""
    return _start(request, RESET, "accounts/reset.html", "reset_code")


@methods(read=["GET"], write=["POST"])
def reset_code(request: HttpRequest) -> HttpResponse:
    """The code leads to the new password."""
    flow = flows.current(request, RESET)
    if flow is None:
        return redirect("reset")
    return _check(request, flow, lambda _flow: redirect("reset_password"), _("Kata sandi baru"), reverse("reset"))


@methods(read=["GET"], write=["POST"])
def reset_password(request: HttpRequest) -> HttpResponse:
    """The new password; the person is told by mail, other sessions end."""
    flow = flows.current(request, RESET)
    person = Employee.objects.filter(pk=flow.person or 0, is_active=True).first() if flow and flow.proven else None
    if person is None:
        return redirect("reset")
    form = recovery.new_password_form(request, person)
    if request.method == "POST" and form.is_valid():
        recovery.set_password(person, form.cleaned_data["sandi"])
        sign_in(request, person)
        return access.landing(request)
    return render(request, "accounts/reset_password.html", {"form": form}, status=422 if form.is_bound else 200)


@methods(read=["GET"])
@login_required
def rescued(request: HttpRequest) -> HttpResponse:
    """Say that the last form was kept, with the way back to it."""
    row = access.rescued(request)
    way_on = safe_path(request.GET.get(NEXT))
    if row is None:
        return redirect(way_on or "home")
    return render(request, "accounts/rescued.html", {"path": row.path, "lanjut": way_on})


def _start(request: HttpRequest, purpose: str, template: str, way_on: str) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("home")
    form = LoginNameForm(request.POST if request.method == "POST" else None)
    lanjut = safe_path(request.POST.get(NEXT) or request.GET.get(NEXT))
    if request.method == "POST" and form.is_valid():
        limit_requests(request)
        flow = recovery.begin(purpose, form.cleaned_data["login"])
        flow.data = {NEXT: lanjut}
        flow.keep(request)
        return redirect(way_on)
    context = {"form": form, "lanjut": lanjut}
    return render(request, template, context, status=422 if form.is_bound else 200)


def _check(request: HttpRequest, flow: flows.Flow, proven: Any, step: str, back: str) -> HttpResponse:
    intro = _(
        "Jika akun Anda terdaftar, kode 6 angka dikirim ke email yang sudah Anda buktikan. Kode berlaku 15 menit."
    )
    context = {"step": step, "intro": intro, "back": back}
    return code_page(request, flow, send_again=recovery.send, proven=proven, context=context)
