# What several pages share.

parts-to-continue = to continue to { $name }
parts-copy = Copy
parts-copied = Copied
parts-selected = Selected. Copy it with your keyboard.
parts-unknown-time = an unknown time
