"""Addresses of registration, login, profile and the officers' list of requests for help."""

from django.urls import path

from portal.accounts.views import help, login, profile, register, security, users

urlpatterns = [
    path("daftar/", register.start, name="register"),
    path("daftar/kode/", register.code, name="register_code"),
    path("daftar/kata-sandi/", register.password, name="register_password"),
    path("daftar/selesai/", register.done, name="register_done"),
    path("daftar/bantuan/", help.ask, name="register_help"),
    path("daftar/bantuan/kode/", help.ask_code, name="register_help_code"),
    path("daftar/bantuan/terkirim/", help.ask_sent, name="register_help_sent"),
    path("masuk/", login.login, name="account_login"),
    path("masuk/kode/", login.login_code_start, name="account_login_code"),
    path("masuk/kode/isi/", login.login_code_check, name="account_login_code_check"),
    path("masuk/simpanan/", login.rescued, name="rescued"),
    path("keluar/", login.logout, name="account_logout"),
    path("lupa-sandi/", login.reset_start, name="reset"),
    path("lupa-sandi/kode/", login.reset_code, name="reset_code"),
    path("lupa-sandi/kata-sandi/", login.reset_password, name="reset_password"),
    path("profil/", profile.show, name="profile"),
    path("profil/bahasa/", profile.change_language, name="profile_language"),
    path("profil/email/", profile.change_email, name="profile_email"),
    path("profil/email/kode/", profile.change_email_code, name="profile_email_code"),
    path("profil/kata-sandi/", profile.change_password, name="profile_password"),
    path("profil/keamanan/", security.show, name="security"),
    path("profil/keamanan/aplikasi/", security.app, name="security_app"),
    path("profil/keamanan/cadangan/", security.codes, name="security_codes"),
    path("profil/keamanan/kunci/", security.keys, name="security_passkeys"),
    path("profil/keamanan/perangkat/", security.end_devices, name="security_devices"),
    path("masuk/faktor-kedua/", security.second, name="second_factor"),
    path("masuk/konfirmasi/", security.prove, name="prove"),
    path("kelola/pengguna/", users.overview, name="users"),
    path("kelola/pengguna/<int:pk>/", users.person, name="user"),
    path("kelola/permintaan/", help.queue, name="help_requests"),
    path("kelola/permintaan/<int:pk>/", help.decide, name="help_request"),
]
