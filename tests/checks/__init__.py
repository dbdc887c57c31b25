"""What holds of the whole project, checked without running it: ``./run check``."""
