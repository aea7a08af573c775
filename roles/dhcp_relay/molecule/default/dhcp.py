"""A DHCP client and two servers, just enough of RFC 2131 to see what a relay does with them.

dhcp.py serve ADDRESS...   offers 10.99.4.9 to whatever a relay hands on, for as long as it runs
dhcp.py discover           broadcasts a request; prints who offered what, or ``silence``
"""

import socket
import struct
import sys
import time
from concurrent.futures import ThreadPoolExecutor

HEADER = "!BBBBIHHIIII16s64s128sI"
REQUEST, REPLY, DISCOVER, OFFER = 1, 2, 1, 2
COOKIE = 0x63825363
BROADCAST = 0x8000
HARDWARE = bytes.fromhex("020000000001").ljust(16, b"\0")
OFFERED = "10.99.4.9"
SECONDS = 3.0


def number(address: str) -> int:
    return struct.unpack("!I", socket.inet_aton(address))[0]


def message(op: int, kind: int, xid: int, yours: int, relay: int, options: bytes) -> bytes:
    fixed = (op, 1, 6, 0, xid, 0, BROADCAST, 0, yours, 0, relay, HARDWARE, b"", b"", COOKIE)
    return struct.pack(HEADER, *fixed) + bytes([53, 1, kind]) + options + b"\xff"


def serve(address: str) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        door.bind((address, 67))
        while True:
            data, _ = door.recvfrom(1500)
            fields = struct.unpack_from(HEADER, data)
            xid, relay = fields[4], fields[10]
            me = bytes([54, 4]) + socket.inet_aton(address)
            offer = message(REPLY, OFFER, xid, number(OFFERED), relay, me)
            door.sendto(offer, (socket.inet_ntoa(struct.pack("!I", relay)), 67))


def discover() -> str:
    offers = set()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        door.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"eth0")
        door.bind(("", 68))
        door.sendto(message(REQUEST, DISCOVER, 42, 0, 0, b""), ("255.255.255.255", 67))
        end = time.monotonic() + SECONDS
        while (left := end - time.monotonic()) > 0:
            door.settimeout(left)
            try:
                data = door.recv(1500)
            except TimeoutError:
                break
            fields = struct.unpack_from(HEADER, data)
            relay, yours = (socket.inet_ntoa(struct.pack("!I", fields[n])) for n in (10, 8))
            options = data[struct.calcsize(HEADER) :]
            server = socket.inet_ntoa(options[5:9])
            offers.add(f"{server} offers {yours} through {relay}")
    return ", ".join(sorted(offers)) or "silence"


if sys.argv[1] == "serve":
    with ThreadPoolExecutor() as pool:
        list(pool.map(serve, sys.argv[2:]))
else:
    print(discover())
