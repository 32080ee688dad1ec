"""What goes between the library and other places: bundles, clones and mirrors."""
