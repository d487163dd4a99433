"""What makes a reviewer's day lighter: saved views, comments on answers, ready reasons, own settings of the desk."""
