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
for port in 22 80; do
    systemd-run --quiet --unit="outside-$port" ip netns exec outside nc -lk "$port"
done
systemd-run --quiet --unit=inside-8080 ip netns exec inside nc -lk 8080
