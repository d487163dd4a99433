"""Addresses of the roster import."""

from django.urls import path

from portal.rosters import views

app_name = "rosters"
urlpatterns = [
    path("kelola/pegawai/impor/", views.show, name="list"),
    path("kelola/pegawai/impor/<int:pk>/", views.batch, name="batch"),
    path("kelola/pegawai/impor/<int:pk>/galat.csv", views.problems, name="problems"),
]
