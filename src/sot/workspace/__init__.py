"""Files of a project folder and of a run."""
