"""What makes a started container a blank machine of the city, as one shell script. Pure.

Blank means for a host: an otherwise default Debian with the automation account, its key and sudo.
A router has FRR on its first-boot configuration; the DNS server answers for the city's zones and
takes updates signed with the city's key, and recurses for nobody.

The script goes to ``sh -s`` on standard input, since it carries secrets: never as an argument.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import dataclass

from muniform.lab.spec import LabSpec, Machine, Part
from muniform.masking import Secret
from muniform.model import DnsService

HERE = "MUNIFORM_END_OF_FILE"
KEY_MARK = "host-key"
"""Starts each line of the script's output that holds a public host key."""

WAIT_FOR_BOOT = """\
set -eu
tries=0
until state=$(systemctl is-system-running --wait 2>/dev/null) || [ "$state" = degraded ]; do
    tries=$((tries + 1))
    [ "$tries" -lt 150 ] || { echo "systemd did not start: $state" >&2; exit 1; }
    sleep 0.2
done
"""

ROUTER = """\
usermod --append --groups frrvty {account}
sed -i 's/^ospfd=.*/ospfd=yes/' /etc/frr/daemons
{frr_conf}
systemctl enable --quiet --now frr.service
"""

DNS_SERVER = """\
{options}
{local}
{zone_files}
systemctl enable --quiet --now named.service
tries=0
until dig +short +time=1 +tries=1 @{address} SOA {zone} | grep -q .; do
    tries=$((tries + 1))
    [ "$tries" -lt 50 ] || {{ echo 'the DNS server does not answer' >&2; exit 1; }}
    sleep 0.2
done
"""

PRINT_HOST_KEYS = f"""\
for key in /etc/ssh/ssh_host_*_key.pub; do
    printf '%s ' {KEY_MARK}; cut -d' ' -f1,2 "$key"
done
"""


@dataclass(frozen=True)
class Credentials:
    """What the script writes into a container."""

    public_key: str
    tsig_key: Secret
    resolve: Callable[[str], str]
    """Puts values in the place of references to secrets."""


def script(spec: LabSpec, machine: Machine, credentials: Credentials) -> str:
    """Everything one container has to do; its output ends with its public host keys."""
    steps = [WAIT_FOR_BOOT, _account(spec.account, credentials.public_key), _names(spec, machine)]
    if machine.part is Part.ROUTER:
        steps.append(_router(spec.account, credentials.resolve(machine.configuration)))
    if "dns" in machine.services:
        steps.append(_dns_server(spec.dns, machine, credentials.tsig_key.reveal()))
    return "\n".join([*steps, PRINT_HOST_KEYS])


def boot_script(spec: LabSpec, machine: Machine) -> str:
    """What a machine needs after each later boot: podman writes its name files anew."""
    return "\n".join([WAIT_FOR_BOOT, _names(spec, machine)])


def host_keys(output: str) -> tuple[str, ...]:
    """The public host keys in a script's output, ``type base64`` each."""
    lines = [line.split(" ", 1) for line in output.splitlines() if " " in line]
    return tuple(rest for mark, rest in lines if mark == KEY_MARK)


def file_step(path: str, text: str, mode: str = "644", owner: str = "root:root") -> str:
    """Shell lines that write a file, whatever is in it."""
    if HERE in text:
        raise ValueError(f"{path} contains the mark that ends it")
    body = text if text.endswith("\n") else f"{text}\n"
    quoted = shlex.quote(path)
    user, group = owner.split(":")
    return f"install -D -m {mode} -o {user} -g {group} /dev/stdin {quoted} <<'{HERE}'\n{body}{HERE}"


def _account(name: str, public_key: str) -> str:
    name = shlex.quote(name)
    home = f"/home/{name}"
    return "\n".join(
        [
            f"useradd --create-home --shell /bin/bash --password '*' {name}",
            f"install -d -m 700 -o {name} -g {name} {home}/.ssh",
            file_step(f"{home}/.ssh/authorized_keys", public_key, "600", f"{name}:{name}"),
            file_step("/etc/sudoers.d/muniform", f"{name} ALL=(ALL) NOPASSWD: ALL", "440"),
        ]
    )


def _names(spec: LabSpec, machine: Machine) -> str:
    """Name resolution as DHCP would set it. In place: podman mounts both files over.

    A blank site's DNS server is behind a router that does not route yet, hence the short timeout.
    """
    servers = "".join(f"nameserver {server}\\n" for server in spec.dns.servers)
    options = "options timeout:1 attempts:1\\n"
    zone = spec.dns.device_zone if machine.part is Part.ROUTER else spec.dns.host_zone
    full = f"{machine.name}.{zone}"
    return "\n".join(
        [
            f"printf 'search {zone}\\n{options}{servers}' > /etc/resolv.conf",
            f"printf '127.0.0.1 localhost\\n127.0.1.1 {full} {machine.name}\\n' > /etc/hosts",
        ]
    )


def _router(account: str, configuration: str) -> str:
    conf = file_step("/etc/frr/frr.conf", configuration, "640", "frr:frr")
    return ROUTER.format(account=account, frr_conf=conf)


def _dns_server(dns: DnsService, machine: Machine, key: str) -> str:
    zones = (dns.host_zone, dns.device_zone, dns.reverse_zone)
    files = [
        file_step(_zone_path(zone), zone_file(zone, dns, machine), "644", "bind:bind")
        for zone in zones
    ]
    return DNS_SERVER.format(
        options=file_step("/etc/bind/named.conf.options", named_options(machine)),
        local=file_step("/etc/bind/named.conf.local", named_zones(dns, key), "640", "root:bind"),
        zone_files="\n".join(files),
        address=machine.address,
        zone=dns.host_zone,
    )


def named_options(machine: Machine) -> str:
    """Authoritative only, on the server's own address."""
    return (
        "options {\n"
        '    directory "/var/cache/bind";\n'
        f"    listen-on {{ {machine.address}; }};\n"
        "    listen-on-v6 { none; };\n"
        "    recursion no;\n"
        "    allow-query { any; };\n"
        "    allow-transfer { none; };\n"
        "    allow-update { none; };\n"
        "    notify no;\n"
        "    dnssec-validation no;\n"
        "    empty-zones-enable no;\n"
        "};\n"
    )


def named_zones(dns: DnsService, key: str) -> str:
    """The key, and the zones that are changed with it."""
    text = (
        f'key "{dns.key_name}" {{\n    algorithm {dns.key_algorithm};\n    secret "{key}";\n}};\n'
    )
    for zone in (dns.host_zone, dns.device_zone, dns.reverse_zone):
        text += (
            f'zone "{zone}" {{\n'
            "    type primary;\n"
            f'    file "{_zone_path(zone)}";\n'
            f'    allow-update {{ key "{dns.key_name}"; }};\n'
            f'    allow-transfer {{ key "{dns.key_name}"; }};\n'
            "};\n"
        )
    return text


def zone_file(zone: str, dns: DnsService, machine: Machine) -> str:
    """An empty zone. The name server has a name of its own, so that no host's record is taken."""
    server = f"ns1.{dns.host_zone}."
    text = (
        f"$ORIGIN {zone}.\n"
        f"$TTL {dns.ttl}\n"
        f"@ IN SOA {server} hostmaster.{dns.host_zone}. 1 3600 600 604800 300\n"
        f"@ IN NS {server}\n"
    )
    return f"{text}{server} IN A {machine.address}\n" if zone == dns.host_zone else text


def _zone_path(zone: str) -> str:
    return f"/var/lib/bind/{zone}.zone"
