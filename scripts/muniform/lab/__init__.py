"""A virtual city on this machine: simulated switches, containers as routers, servers, desktops."""
