"""Composition root of the addresses: public pages, then each app's own."""

from importlib.util import find_spec

from django.urls import include, path

from portal import views

_APPS = ("portal.accounts.urls", "declarations.urls", "approvals.urls", "portal.mail.urls")

urlpatterns = [
    path("", views.home, name="home"),
    path("cek/", views.self_check, name="self_check"),
    path("aturan/", views.rules_page, name="rules"),
    path("privasi/", views.privacy, name="privacy"),
    path("aksesibilitas/", views.accessibility, name="accessibility"),
    path("healthz/live", views.live, name="live"),
    path("healthz/ready", views.ready, name="ready"),
    *(path("", include(name)) for name in _APPS if find_spec(name)),
]

handler400 = views.bad_request
handler403 = views.forbidden
handler404 = views.not_found
handler500 = views.server_error
