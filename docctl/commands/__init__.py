"""The commands of an operator, a file for each chapter of ``docctl --help``."""
