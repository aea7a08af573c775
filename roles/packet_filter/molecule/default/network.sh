#!/bin/sh
# Two networks on this router: "inside" behind eth1.20, which is filtered, "outside" behind eth9.
set -eu
side() { # NAME INTERFACE ROUTER HOST
    ip netns add "$1"
    ip link add "$2" type veth peer name eth0 netns "$1"
    ip address add "$3/25" dev "$2"
    ip link set "$2" up
    ip -n "$1" address add "$4/25" dev eth0
    ip -n "$1" link set eth0 up
    ip -n "$1" link set lo up
    ip -n "$1" route add default via "$3"
}
side inside eth1.20 10.99.3.1 10.99.3.2
side outside eth9 10.99.3.129 10.99.3.130
ip -n inside address add 10.99.3.3/25 dev eth0
# Link-local addresses of IPv6 that are there at once, not after a search for the same one.
ip address add fe80::1/64 dev eth1.20 nodad
ip -n inside address add fe80::2/64 dev eth0 nodad
for port in 22 80; do
    systemd-run --quiet --unit="outside-$port" ip netns exec outside nc -lk "$port"
done
systemd-run --quiet --unit=inside-8080 ip netns exec inside nc -lk 8080
# In place of SNMP agents: send back what they are sent, from the address that was asked.
for address in 10.99.3.1 10.99.3.129 fe80::1%eth1.20; do
    systemd-run --quiet python3 -c 'import socket, sys
family, kind, _, _, address = socket.getaddrinfo(sys.argv[1], 161, type=socket.SOCK_DGRAM)[0]
with socket.socket(family, kind) as agent:
    agent.bind(address)
    while True:
        agent.sendto(*agent.recvfrom(64))' "$address"
done
