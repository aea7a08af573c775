#!/bin/sh
# Asks an agent for its location: ask.sh FROM AGENT LEVEL ENGINE USER AUTH PRIVACY
# Prints what the agent says, or the error of the manager's tool.
set -u
from=$1 agent=$2 level=$3 engine=$4 user=$5 auth=$6 privacy=$7
exec snmpget -v3 -t 1 -r 0 -On --clientaddr="$from" -l "$level" -e "0x$engine" -u "$user" \
    -a SHA -3k "0x$auth" -x AES -3K "0x$privacy" "$agent" .1.3.6.1.2.1.1.6.0 2>&1
