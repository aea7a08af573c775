#!/bin/sh
# Behind eth1.20 a client whose requests are relayed, behind eth1.30 one whose are not, behind eth9
# the two servers. A client has no address yet.
set -eu
side() { # NAME INTERFACE ROUTER
    ip netns add "$1"
    ip link add "$2" type veth peer name eth0 netns "$1"
    ip address add "$3" dev "$2"
    ip link set "$2" up
    ip -n "$1" link set eth0 up
}
side client eth1.20 10.99.4.1/26
side stranger eth1.30 10.99.4.65/26
side server eth9 10.99.4.129/25
ip -n server address add 10.99.4.130/25 dev eth0
ip -n server address add 10.99.4.131/25 dev eth0
ip -n server route add default via 10.99.4.129
