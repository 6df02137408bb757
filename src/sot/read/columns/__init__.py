"""From a grid of cells to fields: headers, systems, ids."""
