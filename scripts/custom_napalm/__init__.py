"""Where NAPALM looks for drivers that it does not ship: ``get_network_driver("frr")``."""
