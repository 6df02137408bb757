"""Review in a workbook."""
