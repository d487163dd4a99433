"""When offices are open: holidays and joint leave, Ramadan, working hours by pattern; all rows that BKPSDM corrects."""
