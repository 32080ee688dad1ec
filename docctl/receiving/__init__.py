"""Receiving: requests are taken in whole and answers sent out beside all threads, under one rule and with deadlines.

Neither of the usual ways does this. A reverse proxy that buffers is not there in front of every library, reads lengths
by rules of its own, and hands on what docctl would then read a second time. waitress takes in requests beside its
threads, but counts only the silence of a peer, so a byte now and then keeps a connection for ever; it stops to accept
at its limit of connections instead of ending the oldest, lets a thread wait for a peer that does not read a long
answer, takes chunked bodies, and has one process, in which one long page holds up all others.
"""
