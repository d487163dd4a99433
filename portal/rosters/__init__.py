"""The roster import in the browser: a file read in the background, its plan, two officers, and the way back."""
