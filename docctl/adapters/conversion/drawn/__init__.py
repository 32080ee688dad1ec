"""What Word draws itself: fields, pictures, columns, colours and looks."""
