"""The command ``muniform``: thin commands over the packages below."""
