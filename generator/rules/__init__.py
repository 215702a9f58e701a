"""What content must keep. A rule is one small generator, and its docstring is the rule."""
