"""What happens afterwards: each follower reads the audit trail from its own watermark and catches up."""
