"""Who opened whose data: read back from the audit log, for the person himself, the Inspektorat, and administrators."""

from datetime import date, timedelta

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from approvals.casework.seen import OPENED
from approvals.history import TITLES
from approvals.policies import INSPECTORATE
from declarations.models import Declaration
from declarations.numbers import parse_number
from portal import clock, dates
from portal.audit.log import ADMIN
from portal.audit.models import AuditEvent
from portal.people.models import Employee

READINGS = {
    OPENED: gettext_lazy("Deklarasi dibuka"),
    "sensitive_read": gettext_lazy("Jawaban sensitif dibaca"),
    "bundle_made": gettext_lazy("Paket bukti dibuat"),
}
_MOST = 200
EVENTS: dict[str, str | Promise] = {
    **TITLES,
    **READINGS,
    "decided": gettext_lazy("Diputus"),
    "queue_exported": gettext_lazy("Antrean diekspor"),
    "export_fetched": gettext_lazy("Berkas ekspor diunduh"),
    "silent_names_read": gettext_lazy("Nama yang belum menjawab dibaca"),
    "own_data_fetched": gettext_lazy("Data sendiri diunduh"),
    "correction_asked": gettext_lazy("Perbaikan data diminta"),
    "correction_answered": gettext_lazy("Perbaikan data dijawab"),
    "deletion_asked": gettext_lazy("Penghapusan diusulkan"),
    "deletion_decided": gettext_lazy("Penghapusan diputus"),
    "deletion_done": gettext_lazy("Penghapusan selesai"),
    "log_read": gettext_lazy("Jejak audit dibaca"),
    "roster_imported": gettext_lazy("Daftar pegawai diimpor"),
    "roster_import_undone": gettext_lazy("Impor pegawai diurungkan"),
    "roster_errors_fetched": gettext_lazy("Baris galat diunduh"),
    "roster_held_refused": gettext_lazy("Perubahan tertahan ditolak"),
    "units_imported": gettext_lazy("Daftar unit diimpor"),
    "registry_imported": gettext_lazy("Register diimpor"),
    "registry_import_undone": gettext_lazy("Impor register ditarik"),
    "address_changed": gettext_lazy("Alamat email diganti"),
    "address_asked": gettext_lazy("Ganti alamat diminta"),
    "head_change_asked": gettext_lazy("Perubahan pejabat diusulkan"),
    "head_change_decided": gettext_lazy("Perubahan pejabat diputus"),
    "role_asked": gettext_lazy("Perubahan peran diusulkan"),
    "role_decided": gettext_lazy("Perubahan peran diputus"),
    "role_granted": gettext_lazy("Peran diberikan"),
    "mail_held": gettext_lazy("Email ditahan"),
    "mail_released": gettext_lazy("Email yang ditahan dilepaskan"),
    "rule_planned": gettext_lazy("Aturan diubah"),
    "rule_cancelled": gettext_lazy("Perubahan aturan dibatalkan"),
    "policy_planned": gettext_lazy("Kebijakan diubah"),
    "basis_corrected": gettext_lazy("Dasar hukum dikoreksi"),
    "insert_planned": gettext_lazy("Sisipan email diubah"),
    "insert_cancelled": gettext_lazy("Perubahan sisipan dibatalkan"),
    "mail_resent": gettext_lazy("Email dikirim ulang"),
    "reason_text_saved": gettext_lazy("Contoh alasan disimpan"),
    "account_registered": gettext_lazy("Akun didaftarkan"),
    "password_changed": gettext_lazy("Kata sandi diganti"),
    "second_factor_on": gettext_lazy("Faktor kedua dipasang"),
    "second_factor_off": gettext_lazy("Faktor kedua dilepas"),
    "second_factor_wrong": gettext_lazy("Faktor kedua salah"),
    "login_failed": gettext_lazy("Kata sandi salah"),
    "access_denied": gettext_lazy("Halaman ditolak"),
    "passkey_added": gettext_lazy("Kunci sandi ditambahkan"),
    "passkey_copied": gettext_lazy("Kunci sandi tersalin dikenali"),
    "passkey_removed": gettext_lazy("Kunci sandi dihapus"),
    "recovery_codes_made": gettext_lazy("Kode pemulihan dibuat"),
    "proven_again": gettext_lazy("Identitas dibuktikan lagi"),
    "sessions_ended": gettext_lazy("Perangkat dikeluarkan"),
    "help_confirmed": gettext_lazy("Permintaan bantuan dikonfirmasi"),
    "help_checked": gettext_lazy("Permintaan bantuan diperiksa"),
    "help_refused": gettext_lazy("Permintaan bantuan ditolak"),
    "silent_names_exported": gettext_lazy("Nama yang belum menjawab diunduh"),
    "draft_deleted": gettext_lazy("Draf lama dihapus"),
    "proof_code_issued": gettext_lazy("Kode bukti kanal dibuat"),
    "proof_asked": gettext_lazy("Pemeriksaan kanal diminta"),
    "proof_returned": gettext_lazy("Bukti kanal dikembalikan"),
    "proof_lapsed": gettext_lazy("Bukti kanal gugur"),
    "channel_proven": gettext_lazy("Kanal terbukti"),
    "campaign_set": gettext_lazy("Kampanye diatur"),
    "campaign_call": gettext_lazy("Ajakan kampanye dikirim"),
    "nil_stated": gettext_lazy("Pernyataan tanpa kanal"),
    "nil_ended": gettext_lazy("Pernyataan tanpa kanal berakhir"),
}


def of_person(person: Employee) -> list[tuple[str, str]]:
    """Return when and how officers read this person's cases, newest first; the office is told, not the name."""
    chains = [f"case:{pk}" for pk in Declaration.objects.filter(declarant=person).values_list("pk", flat=True)]
    readings = AuditEvent.objects.filter(chain__in=chains, event__in=READINGS).exclude(actor_id=person.pk)
    lines = list(readings.order_by("-at")[:_MOST])
    actors = [line.actor_id for line in lines if line.actor_id]
    inspected = Employee.objects.filter(pk__in=actors, groups__name=INSPECTORATE)
    inspectors = set(inspected.values_list("pk", flat=True))
    return [
        (
            dates.moment(line.when),
            _("%(what)s oleh %(office)s (%(case)s)")
            % {
                "what": READINGS[line.event],
                "office": _("Inspektorat") if line.actor_id in inspectors else _("BKPSDM"),
                "case": line.subject_label,
            },
        )
        for line in lines
    ]


def lines(*, technical: bool, event: str = "", case: str = "", since: date | None = None) -> QuerySet[AuditEvent]:
    """Return the log newest first; `technical` leaves out everything about cases (DESIGN 10: administrators)."""
    found = AuditEvent.objects.order_by("-at", "-pk")
    if technical:
        found = found.filter(chain=ADMIN)
    if event in EVENTS:
        found = found.filter(event=event)
    if case:
        pk = Declaration.objects.filter(number=parse_number(case) or "").values_list("pk", flat=True).first()
        found = found.filter(chain=f"case:{pk or 0}")
    if since:
        found = found.filter(at__gt=clock.end_of_day(since - timedelta(days=1)))
    return found
