"""Stories: each test reads as one procedure, told by people in real browsers."""
