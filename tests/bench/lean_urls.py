"""The floor: one view with login, count, fifty rows by index and one template; and Django's admin of the same table."""

from django.contrib import admin
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from approvals.search import search_query
from declarations.models import Declaration

ROWS = 50


@login_required
def lean(request: HttpRequest) -> HttpResponse:
    """One page of the cases with this status in this office, or with these words, nearest deadline first."""
    if "q" in request.GET:
        cases = Declaration.objects.filter(search=search_query(request.GET["q"]))
    else:
        cases = Declaration.objects.filter(status=request.GET["status"], opd__code=request.GET["opd"])
    page = cases.select_related("declarant", "opd").order_by("due_on", "pk")[:ROWS]
    return render(request, "bench/lean.html", {"rows": page, "count": cases.count()})


class DeclarationAdmin(admin.ModelAdmin):
    """The same columns, filters and search, as the admin ships them."""

    list_display = ("number", "declarant", "opd", "due_on", "status")
    list_filter = ("status", "opd")
    list_select_related = ("declarant", "opd")
    list_per_page = ROWS
    search_fields = ("number", "declarant__name")
    ordering = ("due_on", "pk")


admin.site.register(Declaration, DeclarationAdmin)
urlpatterns = [
    path("lean/", lean),
    path("admin/", admin.site.urls),
    path("healthz/live", lambda _r: HttpResponse("ok")),
]
