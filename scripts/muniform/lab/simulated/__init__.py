"""What all simulated devices share: time, wiring, faults, connections, and a terminal."""
