"""The fault run (security.md 5): clients over HTTP, a seeded nemesis, a history, and a checker of N1-N8 and I1-I15.

driver: people who file, decide by mailed link and review; nemesis: kills, stops, cuts; backstage: makes people, looks
at invariants in snapshots; checker: judges history, database and mail server; run: seeds, settling, the table.
"""
