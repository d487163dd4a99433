"""Addresses of the registers, for reviewers and administrators."""

from django.urls import path

from declarations.registries import views

app_name = "registries"
urlpatterns = [
    path("kelola/registri/", views.show, name="list"),
    path("kelola/registri/impor/<int:pk>/", views.batch, name="batch"),
    path("kelola/registri/impor/<int:pk>/kesalahan.csv", views.problems, name="problems"),
    path("kelola/registri/baris/<int:pk>/akhiri/", views.end, name="end"),
    path("kelola/registri/<slug:word>/", views.one, name="one"),
    path("kelola/registri/<slug:word>/tambah/", views.add, name="add"),
    path("kelola/registri/<slug:word>/contoh.csv", views.template, name="template"),
]
