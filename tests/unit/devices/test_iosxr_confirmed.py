"""IOS-XR: NAPALM's own code over a NETCONF session made of text, with RFC 6241's rules."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncssh
import pytest
from lxml import etree
from napalm.iosxr_netconf.iosxr_netconf import IOSXRNETCONFDriver
from ncclient.operations.rpc import RPCError

from muniform.devices import Change
from muniform.devices.iosxr import NAME, IosxrDriver, open_iosxr
from muniform.devices.opening import Access
from muniform.errors import CandidateRejected, HostKeyMismatch
from muniform.model import City
from muniform.reach import Endpoint
from muniform.secrets import SecretStore

OLD = "hostname xr1\ninterface Loopback0\n description old\n!"
NEW = OLD.replace("old", "new")
CLI = "http://cisco.com/ns/yang/Cisco-IOS-XR-cli-cfg"


def refusal(tag: str) -> RPCError:
    return RPCError(
        etree.fromstring(
            f'<rpc-error xmlns="urn:ietf:params:xml:ns:netconf:base:1.0">'
            f"<error-tag>{tag}</error-tag><error-message>no: {tag}</error-message></rpc-error>"
        )
    )


@dataclass
class Reply:
    xml: str


@dataclass
class Router:
    """The datastores, and the one confirmed commit that may wait."""

    running: str = OLD
    candidate: str = OLD
    before: str = ""
    waits: str = ""
    timeout: str = ""
    locks: set[str] = field(default_factory=set)


class Session:
    """ncclient's manager, as far as it is used."""

    def __init__(self, router: Router) -> None:
        self.router = router

    def get_config(self, source: str, **_: Any) -> Reply:
        text = getattr(self.router, source)
        return Reply(f'<rpc-reply><data><cli xmlns="{CLI}">{text}</cli></data></rpc-reply>')

    def copy_config(self, source: str, target: str) -> None:
        assert target == "candidate"
        tree = etree.fromstring(source)
        [text] = tree.xpath("//x:cli/text()", namespaces={"x": CLI})
        if "banana" in text:
            raise refusal("bad-element")
        self.router.candidate = text

    def lock(self, target: str = "candidate") -> None:
        if target == "running" and self.router.waits:
            raise refusal("lock-denied")
        self.router.locks.add(target)

    def unlock(self, target: str = "candidate") -> None:
        self.router.locks.discard(target)

    def commit(
        self, confirmed: bool = False, timeout: str = "", persist: str = "", persist_id: str = ""
    ) -> None:
        router = self.router
        if persist_id != router.waits:
            raise refusal("invalid-value")
        if confirmed:
            router.before, router.running = router.running, router.candidate
            router.waits, router.timeout = persist, timeout
        else:
            router.waits = ""

    def cancel_commit(self, persist_id: str) -> None:
        if persist_id != self.router.waits:
            raise refusal("invalid-value")
        self.router.running, self.router.waits = self.router.before, ""

    def discard_changes(self) -> None:
        self.router.candidate = self.router.running

    def close_session(self) -> None:
        self.router.locks.clear()


def driver(router: Router) -> IosxrDriver:
    napalm = IOSXRNETCONFDriver("xr1", "muniform", "x")
    napalm.device = Session(router)
    return IosxrDriver("xr1", napalm)


def test_a_commit_outlives_its_session_and_another_confirms_it() -> None:
    router = Router()
    first = driver(router)
    assert first.stage(NEW, OLD) == {
        Change(("interface Loopback0", "description old"), "-"),
        Change(("interface Loopback0", "description new"), "+"),
    }
    first.commit(300)
    first.close()
    assert (router.waits, router.timeout, router.locks) == (NAME, "300", set())
    second = driver(router)
    assert second.snapshot().pending
    second.confirm(NEW)
    second.discard()
    found = second.snapshot()
    assert (found.running, found.startup, found.pending) == (NEW, NEW, False)
    assert router.locks == set()


def test_a_commit_is_cancelled_by_name() -> None:
    router = Router()
    first = driver(router)
    first.stage(NEW, OLD)
    first.commit(300)
    driver(router).rollback()
    assert (router.running, router.waits) == (OLD, "")


def test_a_refused_candidate_is_discarded_and_unlocked() -> None:
    router = Router()
    made = driver(router)
    with pytest.raises(CandidateRejected, match="bad-element"):
        made.stage(NEW + "\nbanana", OLD)
    made.discard()
    assert (router.candidate, router.locks) == (OLD, set())


def test_a_foreign_confirmed_commit_is_no_ours_to_confirm() -> None:
    router = Router(waits="somebody")
    made = driver(router)
    assert made.snapshot().pending
    with pytest.raises(CandidateRejected):
        made.confirm(NEW)
    with pytest.raises(CandidateRejected):
        made.rollback()


def test_without_an_enrolled_host_key_no_password_is_shown(city: City, tmp_path: Path) -> None:
    device = city.device("fs03-sw1")
    (tmp_path / "secrets").mkdir(mode=0o700)
    secret = tmp_path / "secrets" / device.baseline.account.password.name
    secret.write_text("x")
    secret.chmod(0o600)
    access = Access(SecretStore(tmp_path / "secrets"), tmp_path)
    with pytest.raises(HostKeyMismatch, match="no host key was enrolled"):
        open_iosxr(device, Endpoint("127.0.0.1", 1), access)
    public = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    (tmp_path / "known_hosts").write_text(f"[127.0.0.1]:2 {public}")
    with pytest.raises(HostKeyMismatch):
        open_iosxr(device, Endpoint("127.0.0.1", 1), access)
