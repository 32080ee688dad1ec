"""Measurements of libraries of different sizes; figures are compared as ratios within one run."""
