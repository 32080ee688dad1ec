"""Rights: what auditors are engaged to look at."""
