"""A witness: a program of its own, with a key and a folder of its own, that co-signs the heads of libraries elsewhere.

It never opens a library; what it knows of one is what it was sent and could check.
"""
