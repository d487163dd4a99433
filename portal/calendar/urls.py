"""Addresses of the calendar, administrators only."""

from django.urls import path

from portal.calendar import views

app_name = "calendar"
urlpatterns = [
    path("kelola/kalender/", views.show, name="year"),
    path("kelola/kalender/muat/", views.load, name="load"),
    path("kelola/kalender/libur/tambah/", views.add_holiday, name="add_holiday"),
    path("kelola/kalender/libur/<int:pk>/", views.holiday, name="holiday"),
    path("kelola/kalender/ramadan/tambah/", views.add_ramadan, name="add_ramadan"),
    path("kelola/kalender/ramadan/<int:pk>/", views.ramadan, name="ramadan"),
    path("kelola/kalender/jam/<str:kode>/", views.hours, name="hours"),
    path("kelola/kalender/pola/tambah/", views.add_use, name="add_use"),
    path("kelola/kalender/pola/<int:pk>/", views.use, name="use"),
]
