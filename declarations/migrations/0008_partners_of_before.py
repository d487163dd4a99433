"""Give the cases of before the names of their partners, so that the same partner is found among them too."""

from typing import Any

from django.db import migrations
from django.db.models import F

from declarations.registries.names import normalise

BATCH = 1000


def fill(apps: Any, schema_editor: Any) -> None:
    declaration = apps.get_model("declarations", "Declaration")
    newest = apps.get_model("declarations", "Snapshot").objects.filter(version=F("declaration__version"))
    changed = []
    for key, content in newest.values_list("declaration_id", "content").iterator(chunk_size=BATCH):
        rows = [row for channel in content["channels"] for row in channel["answers"].get("E3") or ()]
        names = sorted({name[:150] for row in rows if (name := normalise(row.get("name", "")))})
        if names:
            changed.append(declaration(pk=key, partners=names))
        if len(changed) >= BATCH:
            declaration.objects.bulk_update(changed, ["partners"])
            changed = []
    declaration.objects.bulk_update(changed, ["partners"])


class Migration(migrations.Migration):
    dependencies = [("declarations", "0007_partners")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
