"""Django's admin as it ships, with the status and the deadline of a case to be changed."""

from django.contrib import admin
from django.http import HttpResponse
from django.urls import path

from declarations.models import Declaration


class DeclarationAdmin(admin.ModelAdmin):
    """What the admin needs to save a step of a case."""

    fields = ("status", "due_on")


admin.site.register(Declaration, DeclarationAdmin)
urlpatterns = [path("admin/", admin.site.urls), path("healthz/live", lambda _request: HttpResponse("ok"))]
