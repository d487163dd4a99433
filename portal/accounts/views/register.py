"""Registration: NIP, code from the roster's address, password, signed in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.accounts import flows, registration
from portal.accounts.access import login_required
from portal.accounts.forms import NewPasswordForm, NipForm
from portal.accounts.sessions import sign_in
from portal.accounts.views.code import code_page, limit_requests
from portal.http import methods
from portal.people.models import Employee


@methods(read=["GET"], write=["POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Step 1: the NIP. The next page is the same whoever it belongs to."""
    if request.user.is_authenticated:
        return redirect("home")
    form = NipForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        limit_requests(request)
        registration.begin(form.cleaned_data["nip"]).keep(request)
        return redirect("register_code")
    return render(request, "accounts/register.html", {"form": form}, status=422 if form.is_bound else 200)


@methods(read=["GET"], write=["POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Step 2: the code."""
    flow = flows.current(request, registration.PURPOSE)
    if flow is None:
        return redirect("register")
    context = {
        "step": _("Daftar · Langkah 2 dari 3"),
        "intro": _(
            "Jika NIP terdaftar, kode 6 angka dikirim ke email yang tercatat di data kepegawaian. "
            "Kode berlaku 15 menit."
        ),
        "back": reverse("register"),
        "help": True,
    }
    return code_page(
        request,
        flow,
        send_again=registration.send_again,
        proven=lambda _flow: redirect("register_password"),
        context=context,
    )


@methods(read=["GET"], write=["POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Step 3: the password of the row that exists already; then signed in."""
    flow = flows.current(request, registration.PURPOSE)
    person = Employee.objects.filter(pk=flow.person or 0).first() if flow and flow.proven else None
    if flow is None or person is None:
        return redirect("register")
    form = NewPasswordForm(request.POST if request.method == "POST" else None, person=person)
    if request.method == "POST" and form.is_valid():
        sign_in(request, registration.activate(flow, form.cleaned_data["sandi"]))
        return redirect("register_done")
    context = {"form": form, "person": person}
    return render(request, "accounts/register_password.html", context, status=422 if form.is_bound else 200)


@methods(read=["GET"])
@login_required
def done(request: HttpRequest) -> HttpResponse:
    """'Akun Anda aktif' and the first thing to do."""
    return render(request, "accounts/register_done.html")
