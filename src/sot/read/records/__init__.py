"""From tables to records and documents."""
