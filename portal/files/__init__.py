"""Files that people hand in as evidence: checked by content, kept in the database, served as attachments."""
