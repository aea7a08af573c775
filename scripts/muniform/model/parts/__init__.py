"""The parts that a device and a site are made of, each in the module of its kind."""
