"""Where the cells of a table stand, with those that reach over several rows or columns."""


class Grid:
    """Gives each cell its row and column as they come, past the places that cells from above still take."""

    def __init__(self) -> None:
        self._row = -1
        self._column = 0
        self._taken: dict[int, int] = {}

    def begin_row(self) -> None:
        """Begin the next row."""
        self._row += 1
        self._column = 0

    def place(self, columns: int, rows: int) -> tuple[int, int]:
        """Return row and column of the next cell, which reaches over so many columns and rows."""
        while self._taken.get(self._column, 0) > self._row:
            self._column += 1
        place = self._column
        for column in range(place, place + columns):
            self._taken[column] = self._row + rows
        self._column += columns
        return self._row, place
