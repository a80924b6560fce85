-- Has the memory begin now where it was emptied. ARGV[3]: a moment (s).
remembers(ARGV[3])
