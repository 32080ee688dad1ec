"""Word files as they are printed: pages, forms, marks and copy lines."""
