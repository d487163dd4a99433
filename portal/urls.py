"""Composition root of the addresses: public pages, then each app's own."""

from django.urls import include, path

from portal import metrics, views

urlpatterns = [
    path("", views.home, name="home"),
    path("cek/", views.self_check, name="self_check"),
    path("kelola/", views.manage, name="manage"),
    path("aturan/", views.rules_page, name="rules"),
    path("privasi/", views.privacy, name="privacy"),
    path("aksesibilitas/", views.accessibility, name="accessibility"),
    path("healthz/live", views.live, name="live"),
    path("metrics", metrics.show, name="metrics"),
    path("healthz/ready", views.ready, name="ready"),
    path("", include("portal.accounts.urls")),
    path("", include("portal.calendar.urls")),
    path("", include("portal.rosters.urls")),
    path("", include("declarations.urls")),
    path("", include("declarations.registries.urls")),
    path("", include("approvals.urls")),
    path("", include("approvals.public_urls")),
    path("", include("portal.mail.urls")),
]

handler400 = views.bad_request
handler403 = views.forbidden
handler404 = views.not_found
handler500 = views.server_error
