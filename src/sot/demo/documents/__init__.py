"""Deals, projects, invoices and payments that belong together, with what goes wrong between them and the truth."""
