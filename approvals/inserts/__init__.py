"""Named sentences of mails that the administrators word: by version, language and day."""
