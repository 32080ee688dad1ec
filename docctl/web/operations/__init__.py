"""Operations: the demonstration library, and the health of an installation."""
