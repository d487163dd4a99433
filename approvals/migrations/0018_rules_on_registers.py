from django.db import migrations

from approvals.initial_texts import load


def seed(apps, schema_editor):
    load(apps.get_model)


class Migration(migrations.Migration):
    dependencies = [("approvals", "0017_rule_levels")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
