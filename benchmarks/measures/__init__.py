"""One file per subject that is measured, each with `measure(bench)` yielding rows.

`SUBJECTS` is their order in the table.
"""

SUBJECTS = ("indexing", "editing", "recalling", "grooming", "commands", "shielding", "layers", "idling")
