"""What the machine under docctl does: memory, disks that fail, processes that are killed."""
