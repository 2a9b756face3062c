"""Transfers by django-hordak, in a process of its own: one for each line it reads, told in seconds.

For a line `limited` the payer's balance is asked for first, under a lock: what whoever wants a limit has to do there.
Run with its packages on the path: `python bench/hordak_side.py postgresql://… ACCOUNTS`.
"""

from __future__ import annotations

import sys
import time

import django
from django.conf import settings
from django.core.management import call_command

LIMIT = 1_000_000
APPS = ["django.contrib.contenttypes", "django.contrib.auth", "mptt", "djmoney", "hordak"]


def main(address: str, accounts: int) -> None:
    """Make the tables and the accounts, then transfer whenever asked."""
    import dj_database_url

    settings.configure(
        DATABASES={"default": {**dj_database_url.parse(address), "CONN_MAX_AGE": None}},
        INSTALLED_APPS=APPS,
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        USE_TZ=True,
        HORDAK_CURRENCIES=["EUR"],
        CURRENCIES=["EUR"],
    )
    django.setup()
    call_command("migrate", verbosity=0)

    from django.db import transaction
    from hordak.models import Account
    from moneyed import Money

    people = [
        Account.objects.create(name=f"Neighbour {number}", code=f"{number}", type="LI", currencies=["EUR"])
        for number in range(accounts)
    ]
    print("ready", flush=True)
    for number, line in enumerate(sys.stdin):
        payer, payee = people[number % accounts], people[(number + 1) % accounts]
        begun = time.perf_counter()
        with transaction.atomic():  # its own documentation asks for one; the commit is durable
            if line.strip() == "limited":
                held = Account.objects.select_for_update().get(pk=payer.pk)
                assert held.get_balance()["EUR"].amount > -LIMIT
            payer.transfer_to(payee, Money(1, "EUR"))
        print(time.perf_counter() - begun, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
