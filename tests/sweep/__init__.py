"""Every page of every role looked at by a program: `make sweep`."""
