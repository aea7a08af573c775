"""Ask an NTP server for the time (RFC 5905, mode 3): ask_time.py FROM SERVER.

Prints ``answered`` or ``silence``.
"""

import socket
import sys

CLIENT_REQUEST = bytes([0b00_100_011]) + bytes(47)
SECONDS = 2.0

source, server = sys.argv[1:]
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
    asking.bind((source, 0))
    asking.settimeout(SECONDS)
    asking.connect((server, 123))
    try:
        asking.send(CLIENT_REQUEST)
        is_answer = asking.recv(512)[0] & 0b111 == 4
    except (TimeoutError, ConnectionRefusedError):
        is_answer = False
print("answered" if is_answer else "silence")
