"""The page on which a mailed code is typed, the same for every flow."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from portal.accounts import flows
from portal.accounts.access import client_address
from portal.accounts.codes import CodeProblem, check_code
from portal.accounts.forms import CodeForm
from portal.accounts.limits import hit


def limit_requests(request: HttpRequest) -> None:
    """Stop one network address from asking for code after code; a whole office may share it."""
    hit("code_from", client_address(request), limit=60, window=600)


def code_page(
    request: HttpRequest,
    flow: flows.Flow,
    *,
    send_again: Callable[[flows.Flow], None],
    proven: Callable[[flows.Flow], HttpResponse],
    context: dict[str, Any],
) -> HttpResponse:
    """Show the form; on POST send a new code, or check the typed one and go on with `proven`."""
    form = CodeForm()
    status = 200
    if request.method == "POST" and "kirim_ulang" in request.POST:
        limit_requests(request)
        send_again(flow)
        flow.keep(request)
        messages.info(request, _("Kode baru dikirim. Pakai kode dari email terbaru."))
        return redirect(request.path)
    if request.method == "POST":
        form, status = CodeForm(request.POST), 422
        if form.is_valid():
            try:
                flow.code = check_code(flow.purpose, flow.subject, form.cleaned_data["kode"]).pk
            except CodeProblem as problem:
                form.add_error("kode", problem.message)
            else:
                flow.proven = True
                flow.keep(request)
                return proven(flow)
    return render(request, "accounts/code.html", {"form": form} | context, status=status)
