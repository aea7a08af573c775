"""The FRR driver against a real router: FRR 8.4 in a container, reached by SSH only.

The router has no interface but ``lo`` and no way out. A forwarder enters its network namespace
and connects to the management address that FRR itself configures, so a change can really cut
the router off.
"""

from __future__ import annotations

import contextlib
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from napalm.base.exceptions import (
    CommitConfirmException,
    CommitError,
    ConnectAuthError,
    ConnectionException,
    ConnectTimeoutError,
    NapalmException,
    ReplaceConfigException,
)

from fake_device import Notes
from frr_router import (
    BASE,
    MANAGEMENT,
    Router,
    containers,
    made_key,
    playing,
)
from muniform.devices import (
    Approved,
    Driver,
    Neighbour,
    Tools,
    Transaction,
    difference,
    fingerprint,
    normalise,
)
from muniform.devices.frr import FrrDriver
from muniform.devices.frr_session import HostKeyRejected, agent_source
from muniform.devices.translating import translated
from muniform.masking import Secret
from muniform.model import City, Device
from muniform.results import Result, Status

pytestmark = [pytest.mark.lab]

LOCAL = "127.97.18.1"
CHANGED = BASE.replace("LAN trunk", "LAN of the station").replace(
    " passive-interface default\n",
    " log-adjacency-changes detail\n passive-interface default\n area 0.0.0.7 range 10.18.0.0/16\n",
)
CUT_OFF = BASE.replace(f"{MANAGEMENT}/32", "10.0.240.99/32")
KEYED = BASE.replace("LAN trunk\n", "LAN trunk\n ip ospf message-digest-key 1 md5 Geheim123\n")
OSPF = f"""\
frr defaults traditional
hostname fs03-rtr1
!
interface lo
 ip address {MANAGEMENT}/32
 ip ospf area 0
exit
!
interface eth0
 description WAN to dc01-rtr1
 ip address 10.0.0.37/31
 ip ospf area 0
 ip ospf authentication message-digest
 ip ospf cost 100
 ip ospf dead-interval 4
 ip ospf hello-interval 1
 ip ospf message-digest-key 1 md5 Geheim123
 ip ospf network point-to-point
 no ip ospf passive
exit
!
interface eth1.20
 description staff
 ip address 10.18.10.1/24
 ip ospf area 0
exit
!
router ospf
 ospf router-id {MANAGEMENT}
 log-adjacency-changes detail
 auto-cost reference-bandwidth 10000
 passive-interface default
exit
!
"""
OSPF_MOVED = (
    OSPF.replace("ip ospf area 0\n", "ip ospf area 0.0.0.18\n")
    .replace("md5 Geheim123", "md5 Neu456")
    .replace("ip ospf cost 100", "ip ospf cost 250")
    .replace(" ip ospf dead-interval 4\n ip ospf hello-interval 1\n", "")
    .replace("reference-bandwidth 10000", "reference-bandwidth 40000")
    .replace("exit\n!\n", "exit\n!\nip route 10.99.0.0/16 blackhole\n!\n", 1)
    .replace(" passive-interface default\n", " redistribute static\n passive-interface default\n")
)
NO_OSPF = BASE.partition("router ospf")[0]


# A second router in a network namespace of its own, inside the same container.
FAR = """\
set -e
sed -i 's/^bgpd=no/bgpd=yes/' /etc/frr/daemons
install -d -o frr -g frr /etc/frr/far /var/run/frr/far
ip link add eth0 type veth peer name far0
unshare --net sleep 600 & sleep 0.5
id=$!
ip link set far0 netns $id; ip link set eth0 up
far() { nsenter -t $id -n "$@"; }
far ip link set lo up; far ip link set far0 up
cat > /etc/frr/far/frr.conf <<'END'
interface far0
 ip address 10.0.0.37/31
 ip ospf area 0
 ip ospf network point-to-point
 ip ospf hello-interval 1
 ip ospf dead-interval 4
exit
router ospf
 ospf router-id 10.0.240.1
exit
router bgp 65002
 no bgp ebgp-requires-policy
 neighbor 10.0.0.36 remote-as 65001
exit
END
chown frr:frr /etc/frr/far/frr.conf
for daemon in zebra ospfd bgpd; do far /usr/lib/frr/$daemon -N far -d; done
far vtysh -N far -f /etc/frr/far/frr.conf
echo $id
"""
JOINED = f"""\
frr defaults traditional
hostname fs03-rtr1
!
interface lo
 ip address {MANAGEMENT}/32
exit
!
interface eth0
 ip address 10.0.0.36/31
 ip ospf area 0
 ip ospf dead-interval 4
 ip ospf hello-interval 1
 ip ospf network point-to-point
exit
!
router bgp 65001
 no bgp ebgp-requires-policy
 neighbor 10.0.0.37 remote-as 65002
exit
!
router ospf
 ospf router-id {MANAGEMENT}
exit
!
"""
KEY = Secret("hash_key", "key")


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Router]:
    folder = tmp_path_factory.mktemp("frr")
    with playing(containers(folder), folder, LOCAL, made_key(folder)) as router:
        yield router


@pytest.fixture
def router(machine: Router) -> Router:
    machine.reset()
    return machine


def committed(router: Router, text: str, seconds: int) -> None:
    """Commit in a session of its own, then leave."""
    with router.driver() as session:
        session.load_replace_candidate(config=text)
        session.commit_config(revert_in=seconds)


def test_a_confirmed_replacement_is_kept_and_saved(router: Router) -> None:
    before = router.startup()
    with router.driver() as session:
        session.load_replace_candidate(config=CHANGED)
        assert session.compare_config().splitlines() == [
            "  interface eth1",
            "-  description LAN trunk",
            "+  description LAN of the station",
            "  router ospf",
            "+  log-adjacency-changes detail",
            "+  area 0.0.0.7 range 10.18.0.0/16",
        ]
        session.commit_config(revert_in=60)
    assert "LAN of the station" in router.running()
    # A reboot now would bring the old configuration back.
    assert router.startup() == before
    with router.driver() as fresh:
        assert fresh.has_pending_commit()
        assert 0 < fresh.seconds_to_revert() <= 60
        fresh.confirm_commit()
        assert not fresh.has_pending_commit()
        assert fresh.seconds_to_revert() == 0.0
        kept = fresh.get_config()
        fresh.load_replace_candidate(config=CHANGED)
        assert fresh.compare_config() == ""
    assert "LAN of the station" in kept["running"]
    assert kept["startup"] == kept["running"] == router.startup()
    assert router.sh("stat -c '%U:%G %a' /etc/frr/frr.conf").strip() == "frr:frr 640"
    assert router.leftovers() == ""
    router.sh("systemctl restart frr")
    router.until(lambda: router.running() == kept["running"], 20)


def test_an_unconfirmed_commit_reverts_by_itself(router: Router) -> None:
    running, startup = router.running(), router.startup()
    begin = time.monotonic()
    committed(router, CHANGED, 10)
    assert "LAN of the station" in router.running()
    router.until(lambda: router.leftovers() == "", 20)
    assert time.monotonic() - begin > 9.5
    assert router.running() == running
    assert router.startup() == startup
    with router.driver() as fresh:
        assert not fresh.has_pending_commit()
        with pytest.raises(CommitConfirmException, match="no commit is waiting"):
            fresh.confirm_commit()


def test_a_change_that_cuts_the_router_off_reverts(router: Router) -> None:
    running = router.running()
    session = router.driver()
    session.open()
    session.load_replace_candidate(config=CUT_OFF)
    # The answer gets lost, or comes once the revert has restored the address.
    worker = threading.Thread(target=_quietly, args=(lambda: session.commit_config(revert_in=15),))
    worker.start()
    router.until(lambda: "10.0.240.99/32" in router.running(), 14)
    with pytest.raises(ConnectionException):
        router.driver().open()
    router.until(lambda: router.running() == running, 30)
    router.until(lambda: router.leftovers() == "", 10)
    worker.join(40)
    assert not worker.is_alive()
    session.close()
    with router.driver() as fresh:
        assert not fresh.has_pending_commit()


def test_a_confirmation_at_the_last_moment_either_holds_or_fails(router: Router) -> None:
    """Whoever wins, what the driver says is what the router does."""
    running, startup = router.running(), router.startup()
    committed(router, CHANGED, 10)
    with router.driver() as fresh:
        router.until(lambda: fresh.seconds_to_revert() < 0.6, 12)
        router.sh("sleep 0.3")
        try:
            fresh.confirm_commit()
            held = True
        except CommitConfirmException:
            held = False
        router.until(lambda: router.leftovers() == "", 20)
        stores = fresh.get_config()
    if held:
        assert "LAN of the station" in stores["running"]
        assert stores["startup"] == stores["running"]
    else:
        assert (stores["running"], stores["startup"]) == (running, startup)


def test_a_session_dropped_during_the_commit_does_not_stop_it(router: Router) -> None:
    """The console holds the lock: all of the commit happens when its session is gone."""
    session = router.driver()
    session.open()
    session.load_replace_candidate(config=CHANGED)
    router.sh("systemd-run --quiet --unit=test-hold flock /run/muniform/lock sleep 60")
    worker = threading.Thread(target=_quietly, args=(lambda: session.commit_config(revert_in=60),))
    worker.start()
    arrived = "ls -l /proc/$(pgrep -fx '/usr/bin/python3 -I -')/fd 2>/dev/null || true"
    router.until(lambda: "/run/muniform/lock" in router.sh(arrived), 20)
    session.session.remote_conn_pre.get_transport().sock.close()
    worker.join(20)
    assert not worker.is_alive()
    with router.driver() as fresh:
        assert not fresh.has_pending_commit()
        router.sh("systemctl stop test-hold")
        router.until(fresh.has_pending_commit, 20)
        router.until(lambda: "area 0.0.0.7" in fresh.get_config()["running"], 20)
        # Waits for the commit to end, as everything does that takes the lock.
        fresh.confirm_commit()
        assert "LAN of the station" in fresh.get_config()["startup"]


def _quietly(act: Callable[[], None]) -> None:
    with contextlib.suppress(NapalmException):
        act()


def test_a_rejected_candidate_names_the_line_and_changes_nothing(router: Router) -> None:
    running, startup = router.running(), router.startup()
    with router.driver() as session:
        with pytest.raises(ReplaceConfigException, match=r"line 5: .*ip adress 10\.0\.240\.18/32"):
            session.load_replace_candidate(config=BASE.replace("ip address", "ip adress"))
        assert session.compare_config() == ""
        with pytest.raises(CommitError, match="no candidate"):
            session.commit_config(revert_in=60)
        with pytest.raises(ReplaceConfigException, match="empty"):
            session.load_replace_candidate(config="!\n# nothing\n")
        session.load_replace_candidate(config=CHANGED)
        with pytest.raises(CommitError, match="4 s is too short"):
            session.commit_config(revert_in=4)
    assert (router.running(), router.startup()) == (running, startup)
    assert router.leftovers() == ""


def test_what_frr_does_not_keep_is_reverted_at_once(router: Router) -> None:
    """FRR takes a second router id in the file without complaint, and keeps one."""
    running = router.running()
    twice = CHANGED.replace(" ospf router-id", " ospf router-id 10.9.9.9\n ospf router-id")
    with router.driver() as session:
        session.load_replace_candidate(config=twice)
        with pytest.raises(CommitError, match=r"(?s)ospf router-id 10.*reverted at once"):
            session.commit_config(revert_in=60)
        assert not session.has_pending_commit()
    assert router.running() == running
    assert router.leftovers() == ""


def test_one_pending_commit_at_a_time(router: Router) -> None:
    committed(router, CHANGED, 60)
    with router.driver() as second:
        second.load_replace_candidate(config=KEYED)
        with pytest.raises(CommitError, match=r"another commit is waiting .* reverts by itself in"):
            second.commit_config(revert_in=60)
        assert second.has_pending_commit()
        second.confirm_commit()
    assert "LAN of the station" in router.startup()


def test_rollback_brings_running_and_startup_back(router: Router) -> None:
    running, startup = router.running(), router.startup()
    committed(router, CHANGED, 60)
    router.sh("vtysh -c write >/dev/null; rm /etc/frr/*.sav")
    with router.driver() as fresh:
        fresh.rollback()
        assert not fresh.has_pending_commit()
        with pytest.raises(CommitError, match="nothing was committed"):
            fresh.rollback()
    assert (router.running(), router.startup()) == (running, startup)
    assert router.leftovers() == ""


def test_a_commit_without_a_timer_is_saved_and_can_be_rolled_back(router: Router) -> None:
    running = router.running()
    with router.driver() as session:
        session.load_replace_candidate(config=CHANGED)
        session.commit_config()
        assert not session.has_pending_commit()
        assert "LAN of the station" in session.get_config()["startup"]
        session.rollback()
    assert router.running() == router.startup() == running
    assert router.leftovers() == ""


def test_ospf_is_replaced_in_both_directions(router: Router) -> None:
    """Areas, costs, timers and keys change, the process goes and comes: no round reports an error,
    and each is in sync afterwards."""
    with router.driver() as session:
        for text in (OSPF, OSPF_MOVED, OSPF, NO_OSPF):
            session.load_replace_candidate(config=text)
            assert session.compare_config()
            session.commit_config(revert_in=60)
            session.confirm_commit()
            session.load_replace_candidate(config=text)
            assert session.compare_config() == ""
    assert router.leftovers() == ""


def test_nothing_to_do_is_an_empty_diff(router: Router) -> None:
    with router.driver() as session:
        session.load_replace_candidate(config=BASE)
        assert session.compare_config() == ""
        session.discard_config()
        assert session.get_config("candidate")["candidate"] == ""
    assert router.leftovers() == ""


def test_the_revert_restarts_frr_where_it_cannot_lead_it_back(router: Router) -> None:
    running, startup = router.running(), router.startup()
    committed(router, CHANGED, 10)
    router.sh("systemctl stop frr")
    router.until(lambda: router.leftovers() == "", 40)
    assert (router.running(), router.startup()) == (running, startup)


def test_a_confirmation_of_something_else_is_refused(router: Router) -> None:
    committed(router, CHANGED, 60)
    router.sh("vtysh -c configure -c 'interface eth1' -c 'description by hand'")
    with router.driver() as fresh:
        with pytest.raises(CommitConfirmException, match="no longer what was committed"):
            fresh.confirm_commit()
        assert fresh.has_pending_commit()
        fresh.rollback()
    assert "LAN trunk" in router.running()


def test_a_reboot_forgets_an_unconfirmed_commit(router: Router) -> None:
    running, startup = router.running(), router.startup()
    committed(router, CHANGED, 300)
    router.podman.run(["restart", "--time", "20", router.name])
    router.until(
        lambda: (
            "router ospf"
            in router.podman.attempt(
                ["exec", router.name, "vtysh", "-c", "show running-config"]
            ).stdout
        ),
        30,
    )
    assert (router.running(), router.startup()) == (running, startup)
    with router.driver() as fresh:
        assert not fresh.has_pending_commit()
    assert router.leftovers() == ""


def test_secrets_stay_out_of_messages_files_and_logs(router: Router) -> None:
    with router.driver() as session:
        with pytest.raises(ReplaceConfigException) as refusal:
            session.load_replace_candidate(config=KEYED.replace("ip ospf mess", "ip opsf mess"))
        assert "Geheim123" not in str(refusal.value)
        session.load_replace_candidate(config=KEYED)
        session.commit_config(revert_in=60)
        assert router.sh("stat -c '%U %a' /run/muniform").strip() == "root 700"
        assert "Geheim123" not in router.sh("find /run/muniform -type f -perm /077 -exec cat {} +")
        session.confirm_commit()
        assert "md5 Geheim123" in session.get_config()["running"]
        shown = session.get_config(sanitized=True)
        assert "Geheim123" not in str(shown)
        assert "md5 <removed>" in shown["startup"]
    logged = router.sh("journalctl --no-pager; cat /var/log/frr/* 2>/dev/null || true")
    assert "sudo" in logged
    assert "Geheim123" not in logged
    assert router.sh("grep -rl Geheim123 /run /tmp /var/tmp /home || true").strip() == ""


def test_facts_interfaces_and_show_commands(router: Router) -> None:
    with router.driver() as session:
        assert session.is_alive() == {"is_alive": True}
        facts = session.get_facts()
        assert (facts["vendor"], facts["hostname"]) == ("FRRouting", "fs03-rtr1")
        assert facts["os_version"].startswith("8.4")
        assert facts["interface_list"] == ["lo"]
        assert session.get_interfaces()["lo"]["is_up"]
        [shown] = session.cli(["show ip ospf"]).values()
        assert MANAGEMENT in shown
    assert session.is_alive() == {"is_alive": False}


def test_strangers_are_refused(router: Router, tmp_path: Path) -> None:
    other = tmp_path / "other"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", other], check=True)
    with pytest.raises(ConnectAuthError):
        router.driver(key_file=str(other)).open()
    public = other.with_suffix(".pub").read_text().split()
    wrong = tmp_path / "wrong"
    wrong.write_text(f"[{LOCAL}]:{router.port} {public[0]} {public[1]}\n")
    with pytest.raises(HostKeyRejected):
        router.driver(alt_key_file=str(wrong)).open()
    wrong.write_text("")
    with pytest.raises(HostKeyRejected):
        router.driver(alt_key_file=str(wrong)).open()
    with pytest.raises(ConnectTimeoutError):
        router.driver(port=1).open()


def test_half_a_program_does_nothing(router: Router) -> None:
    """What arrives of a request when the link dies while it is sent."""
    whole = f'{agent_source()}\nserve(\'{{"do": "rollback"}}\')\n'
    committed(router, CHANGED, 60)
    for length in (100, len(agent_source()) // 2, len(whole) - 8):
        done = router.podman.attempt(
            ["exec", "-i", router.name, "python3", "-I", "-"], whole[:length]
        )
        assert "refused" not in done.stdout
    assert "LAN of the station" in router.running()


def opened(router: Router) -> FrrDriver:
    session = router.driver()
    session.open()
    return FrrDriver("fs03-rtr1", session)


def carry_out(router: Router, city: City, before: str, after: str, seconds: int) -> Result:
    """A whole transaction on the router."""

    def connect(device: Device) -> Driver:
        with translated(device.name):
            return opened(router)

    declared = city.device("fs03-rtr1")
    device = replace(declared, baseline=replace(declared.baseline, confirm_seconds=seconds))
    old, new = normalise(before, "frr"), normalise(after, "frr")
    diff = fingerprint(difference(old, new), KEY)
    approved = Approved(fingerprint(old, KEY), fingerprint(new, KEY), diff)
    notes = Notes()
    return Transaction(device, after, approved, Tools(connect, KEY, notes, notes, notes)).run()


def test_a_transaction_is_kept_and_a_second_one_is_a_no_op(router: Router, city: City) -> None:
    result = carry_out(router, city, router.running(), CHANGED, 60)
    assert result.status is Status.CHANGED, result
    assert router.startup() == router.running()
    assert "LAN of the station" in router.startup()
    again = carry_out(router, city, BASE, CHANGED, 60)
    assert again.status is Status.UNCHANGED
    assert router.leftovers() == ""


def test_a_transaction_that_cuts_the_router_off_is_reverted(router: Router, city: City) -> None:
    running, startup = router.running(), router.startup()
    result = carry_out(router, city, running, CUT_OFF, 12)
    assert result.status is Status.REVERTED, result
    assert (router.running(), router.startup()) == (running, startup)
    router.until(lambda: router.leftovers() == "", 10)


def test_health_knows_ospf_and_bgp_neighbours_and_pings(router: Router) -> None:
    """A change that loses a neighbour shows as one that is missing."""
    far = router.sh(FAR).split()[-1]
    try:
        router.sh(f"cat > /etc/frr/frr.conf <<'END'\n{JOINED}END\nsystemctl restart frr")
        driver = opened(router)
        asked = [IPv4Address("10.0.0.37"), IPv4Address("10.9.9.9")]
        both = {Neighbour("eth0", "10.0.240.1"), Neighbour("bgp", "10.0.0.37")}
        router.until(lambda: driver.health([]).neighbours == both, 60)
        assert driver.health(asked).answering == {IPv4Address("10.0.0.37")}
        router.sh("vtysh -c configure -c 'interface eth0' -c 'ip ospf passive'")
        router.until(
            lambda: driver.health([]).neighbours == both - {Neighbour("eth0", "10.0.240.1")}, 20
        )
        driver.close()
    finally:
        # The link goes with the namespace of its far end.
        router.sh(
            f"kill $(cat /var/run/frr/far/*.pid) {far}\n"
            "sed -i 's/^bgpd=yes/bgpd=no/' /etc/frr/daemons"
        )
