#!/bin/sh
# Whether UDP 161 answers: ask_agent.sh NAMESPACE FROM AGENT
set -u
echo hello | ip netns exec "$1" nc -u -w 2 -s "$2" "$3" 161 | grep -q hello
