"""Every act that a person may do: it checks, changes and leaves an audit row. Faces call nothing else."""
