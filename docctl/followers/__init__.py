"""What happens afterwards: each follower reads the audit trail from its own watermark and catches up.

A follower may act, through the same verbs as people do; nothing it does is ever rolled back.
"""
