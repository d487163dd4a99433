"""Registers of the government: vendors, permits, supervised objects, sensitive sectors, election periods."""
