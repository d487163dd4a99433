"""The nil statement in three short screens: what it means, who says it, and saying it; and taking it back."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from declarations.nil import statement
from portal import clock
from portal.accounts.access import initial_post, login_required
from portal.http import methods
from portal.people.models import Employee


def _person(request: HttpRequest) -> Employee:
    assert request.user.is_authenticated
    statement.check_obliged(request.user)
    return request.user


def _turned_away(person: Employee) -> bool:
    """Whoever has said it, or has a channel, is told so on the first screen."""
    return statement.standing(person) is not None or bool(statement.live_channels(person))


@login_required
@methods(read=["GET"])
def meaning(request: HttpRequest) -> HttpResponse:
    """What it means; or what one has said this year; or why it cannot be said."""
    person = _person(request)
    context: dict[str, Any] = {"year": clock.today().year, "standing": statement.standing(person)}
    if context["standing"] is None:
        context["items"] = statement.live_channels(person)
    return render(request, "nil/meaning.html", context)


@login_required
@methods(read=["GET"])
def who(request: HttpRequest) -> HttpResponse:
    """Who is speaking: name, post and office as the roster has them."""
    person = _person(request)
    if _turned_away(person):
        return redirect("nil_statement")
    person = Employee.objects.select_related("unit__office").get(pk=person.pk)
    return render(request, "nil/who.html", {"person": person, "year": clock.today().year})


@login_required
@methods(read=["GET"], write=["POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """One box to tick and one button; nothing is ticked beforehand, and pressing twice records once."""
    person = _person(request)
    typed = request.POST if request.method == "POST" else initial_post(request)
    ticked = bool(typed and typed.get("nihil") == "ya")
    if request.method == "POST" and ticked:
        statement.make(person)
        return redirect("nil_statement")
    if _turned_away(person):
        return redirect("nil_statement")
    problem = _("Centang pernyataan bila memang benar") if request.method == "POST" else ""
    context = {
        "year": clock.today().year,
        "known": statement.known_channels(person),
        "problem": problem,
        "ticked": ticked,
        "mailbox": bool(person.mailbox),
    }
    return render(request, "nil/confirm.html", context, status=422 if problem else 200)


@login_required
@methods(read=["GET"], write=["POST"])
def withdraw(request: HttpRequest) -> HttpResponse:
    """Ask once, then take the statement back."""
    person = _person(request)
    standing = statement.standing(person)
    if request.method == "POST":
        if statement.withdraw(person):
            messages.success(request, _("Pernyataan nihil Anda ditarik."))
        return redirect("nil_statement")
    if standing is None:
        return redirect("nil_statement")
    return render(request, "nil/withdraw.html", {"standing": standing})
