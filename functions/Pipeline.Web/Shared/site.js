// Nothing here is necessary: every page works without it.
