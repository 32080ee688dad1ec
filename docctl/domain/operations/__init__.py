"""Operations: the health of an installation."""
