-- What select compares, of done cells: a start reads it with the other small facts of a result.
ALTER TABLE cell_result ADD COLUMN score REAL;
