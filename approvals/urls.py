"""Addresses of deciding: the mailed page, the heads' list, the dashboard, letters and their check."""

from django.urls import path

from approvals.views import acts, case, decision, inbox, letter, link, mailed_list, objection, own, queue, summary

app_name = "approvals"
urlpatterns = [
    path("deklarasi/<str:nomor>/kirim/", own.submit, name="submit"),
    path("deklarasi/<str:nomor>/penjelasan/<str:kode>/", own.explain, name="explain"),
    path("deklarasi/<str:nomor>/keberatan/", objection.file, name="object"),
    path("deklarasi/<str:nomor>/surat.pdf", letter.pdf, name="letter"),
    path("deklarasi/<str:nomor>/tarik/kirim/", own.withdraw, name="withdraw"),
    path("k/", link.by_hand, name="by_hand"),
    path("k/d/<str:token>/", mailed_list.show, name="mailed_list"),
    path("k/bukan-saya/<str:token>/", link.not_me, name="not_me"),
    path("k/kasus/<str:nomor>/", link.case, name="link_case"),
    path("k/kasus/<str:nomor>/tautan-baru/", link.renew, name="link_renew"),
    path("k/<str:token>/", link.enter, name="link"),
    path("persetujuan/", inbox.show, name="inbox"),
    path("persetujuan/<str:nomor>/", inbox.open_case, name="inbox_open"),
    path("tinjau/", summary.show, name="summary"),
    path("tinjau/antrean/", queue.show, name="queue"),
    path("tinjau/antrean/cari/", queue.search, name="queue_search"),
    path("tinjau/antrean/massal/", queue.bulk, name="bulk"),
    path("tinjau/<str:nomor>/", case.show, name="case"),
    path("tinjau/<str:nomor>/ambil/", acts.take, name="take"),
    path("tinjau/<str:nomor>/cabut/", acts.revoke, name="revoke"),
    path("tinjau/<str:nomor>/catatan/", acts.note, name="note"),
    path("tinjau/<str:nomor>/jawaban-sensitif/", case.sensitive, name="sensitive"),
    path("tinjau/<str:nomor>/keberatan/", objection.admit, name="admit_objection"),
    path("tinjau/<str:nomor>/keputusan/", decision.decide, name="decide"),
    path("tinjau/<str:nomor>/lepas/", acts.release, name="release"),
    path("tinjau/<str:nomor>/surel/<int:surel>/", case.mail, name="mail_copy"),
    path("tinjau/<str:nomor>/temuan/<str:kode>/", acts.finding, name="finding"),
    path("tinjau/<str:nomor>/tugaskan/", acts.assign, name="assign"),
]
