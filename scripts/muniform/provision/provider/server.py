"""The executable ``pulumi-resource-muniform``: the engine starts it and reads its port.

It finds the city by its environment (see ``muniform.places``) and takes the key from
the city's secrets, so neither ever enters a stack's state.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from muniform import __version__
from muniform.model import load_city
from muniform.places import find_places
from muniform.provision.provider.dns_record_set import DnsRecordSetType
from muniform.provision.provider.resource import ResourceType
from muniform.provision.provider.servicer import Provider
from muniform.reach import Reach
from muniform.secrets import city_secrets
from muniform.services import DnsClient

THREADS = 64  # the engine starts as many operations at once as it can
PARENT_POLL_SECONDS = 1.0
SCHEMAS = {DnsRecordSetType.token: DnsRecordSetType.schema}


def resource_types() -> Sequence[ResourceType]:
    """The resource types of the city that the environment names. Raises MuniformErrors."""
    places = find_places(os.environ, Path.cwd())
    city = load_city(places.inventory)
    client = DnsClient(
        city.dns,
        Reach(city.reach, places.state),
        city_secrets(city, places.state, places.inventory),
    )
    return (DnsRecordSetType(client),)


def start(make: Callable[[], Sequence[ResourceType]]) -> tuple[grpc.Server, int]:
    """A running gRPC server on a free loopback port, and that port."""
    server = grpc.server(ThreadPoolExecutor(max_workers=THREADS))
    provider = Provider(__version__, make, SCHEMAS)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(provider, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return server, port


def main() -> None:
    """Serve until the engine ends us or is gone."""
    stopped = threading.Event()
    # The engine ends us by SIGINT and waits 5 s for it. Ctrl-C in a terminal does not get here:
    # the engine gives its plugins a process group of their own.
    for end in (signal.SIGINT, signal.SIGTERM):
        signal.signal(end, lambda *_: stopped.set())
    engine = os.getppid()
    server, port = start(resource_types)
    print(port, flush=True)
    while not stopped.wait(PARENT_POLL_SECONDS) and os.getppid() == engine:
        pass  # an engine that was killed can't tell us; an orphan would stay for ever
    server.stop(grace=1).wait()
    sys.exit(0)
