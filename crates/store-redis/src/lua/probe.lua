-- Has the memory begin anew where it was emptied. ARGV[3]: a moment (s).
remembers(ARGV[3])
