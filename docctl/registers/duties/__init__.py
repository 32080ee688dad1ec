"""What people owe, looked up: whom work in progress waits for, and what nobody is left to do."""
