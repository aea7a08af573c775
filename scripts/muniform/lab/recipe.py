"""What is in the lab's one container image. Data only: ``image`` builds from it.

Every container of a lab (router, server, desktop, and those of Molecule) starts from this image,
so that it is built once. A container becomes what it is by which daemons are enabled in it.

* Daemons a role of the city installs (chrony, snmpd, ...) are *not* installed; their packages lie
  in a file repository inside the image, the only source apt knows there. A container needs no way
  out.
* chronyd never gets at the machine's clock: a drop-in runs it with ``-x`` and lifts the unit's
  demand for CAP_SYS_TIME, a capability that no container of the lab has. It is a drop-in because
  ``/etc/default/chrony`` is a conffile of the package and would make dpkg ask.
* The image holds no SSH host key, no machine id and no account: each container makes its own.
"""

from __future__ import annotations

import hashlib

IMAGE = "localhost/muniform-lab"
SUITE = "bookworm"
VARIANT = "minbase"

PACKAGES: tuple[str, ...] = (
    # An otherwise ordinary Debian that Ansible can enter.
    "systemd",
    "systemd-sysv",
    "dbus",
    "python3",
    "python3-apt",
    "sudo",
    "openssh-server",
    "ca-certificates",
    "procps",
    "iproute2",
    "iputils-ping",
    "netcat-openbsd",
    "nftables",
    # The routers.
    "frr",
    "frr-pythontools",
    # The DNS server, and the client with which a desktop's reader asks it.
    "bind9",
    "bind9-dnsutils",
)

OFFERED: tuple[str, ...] = (
    # time_sync
    "chrony",
    # snmp_agent, and the manager's side: to ask it, and to receive its traps.
    "snmpd",
    "snmp",
    "snmptrapd",
    # log_forwarding
    "rsyslog",
    "logrotate",
    # dhcp_relay
    "dnsmasq-base",
)
"""Packages in the image's file repository, with whatever they depend on."""

DISABLED: tuple[str, ...] = ("frr.service", "named.service", "nftables.service")
"""Enabled by their packages; the lab enables them where a container's part asks for it."""

MASKED: tuple[str, ...] = (
    # Work of their own accord: a container of the lab does nothing it was not told.
    "apt-daily.timer",
    "apt-daily-upgrade.timer",
    "dpkg-db-backup.timer",
    "e2scrub_all.timer",
    "fstrim.timer",
    "systemd-tmpfiles-clean.timer",
    # No console and no hardware.
    "console-getty.service",
    "getty.target",
    "systemd-udevd.service",
    "systemd-udev-trigger.service",
    "systemd-modules-load.service",
)

LEFT_OUT: tuple[str, ...] = (
    "/usr/share/man/*",
    "/usr/share/info/*",
    "/usr/share/locale/*",
    "/usr/share/doc/*",
)
"""Nobody reads a manual in a container of the lab."""

CHRONY_DROP_IN = """\
# A container shares the clock of the machine it runs on: never steer it.
[Unit]
ConditionCapability=

[Service]
ExecStart=
ExecStart=!/usr/sbin/chronyd -x $DAEMON_OPTS
"""

# Ed25519 only: an RSA key for each of seven containers takes longer than all the rest of a start.
HOST_KEYS_UNIT = """\
[Unit]
Description=SSH host keys of this container
Before=ssh.service
ConditionPathExists=!/etc/ssh/ssh_host_ed25519_key

[Service]
Type=oneshot
ExecStart=/usr/bin/ssh-keygen -q -t ed25519 -N "" -f /etc/ssh/ssh_host_ed25519_key

[Install]
WantedBy=multi-user.target
"""

FILES: dict[str, str] = {
    "/etc/systemd/system/chrony.service.d/lab.conf": CHRONY_DROP_IN,
    "/etc/systemd/system/ssh-host-keys.service": HOST_KEYS_UNIT,
    "/etc/apt/sources.list": "deb [trusted=yes] file:/srv/packages ./\n",
    "/etc/apt/apt.conf.d/90lab": 'Acquire::Languages "none";\nAPT::Install-Recommends "false";\n',
    "/etc/hosts": "127.0.0.1 localhost\n",
    "/etc/machine-id": "",
}

DOWNLOAD_SCRIPT = """\
set -eu
mkdir -p "$1/srv/packages/partial"
APT_CONFIG="$MMDEBSTRAP_APT_CONFIG" apt-get install --yes --download-only \\
    --no-install-recommends -o Dir::Cache::Archives="$1/srv/packages" {offered}
rm -rf "$1/srv/packages/partial" "$1/srv/packages/lock"
"""
"""Runs outside the root file system ($1), with the apt that is filling it."""

INDEX_SCRIPT = """\
set -eu
cd /srv/packages
for package in *.deb; do
    dpkg-deb --field "$package"
    printf 'Filename: ./%s\\nSize: %s\\nSHA256: %s\\n\\n' "$package" \\
        "$(stat --format=%s "$package")" "$(sha256sum "$package" | cut -d' ' -f1)"
done > Packages
test -s Packages
printf 'Date: %s\nSHA256:\n %s %s Packages\n' \
    "$(date --utc '+%a, %d %b %Y %H:%M:%S UTC')" \
    "$(sha256sum Packages | cut -d' ' -f1)" "$(stat --format=%s Packages)" > Release
echo 'debconf debconf/frontend select Noninteractive' | debconf-set-selections
systemctl disable {disabled}
systemctl enable ssh.service ssh-host-keys.service
systemctl mask {masked}
rm -f /etc/ssh/ssh_host_* /etc/apt/sources.list.d/* /etc/bind/rndc.key
rm -rf /var/lib/apt/lists/* /var/log/*.log
apt-get update
"""
"""Runs inside the root file system, after FILES were written."""


def scripts() -> tuple[str, str]:
    """The two scripts that finish the root file system: download, then index."""
    return (
        DOWNLOAD_SCRIPT.format(offered=" ".join(OFFERED)),
        INDEX_SCRIPT.format(disabled=" ".join(DISABLED), masked=" ".join(MASKED)),
    )


def version() -> str:
    """Names this recipe: any change to it makes another image. 12 hexadecimal digits."""
    parts = [
        SUITE,
        VARIANT,
        *PACKAGES,
        *OFFERED,
        *LEFT_OUT,
        *(f"{path}\n{text}" for path, text in sorted(FILES.items())),
        *scripts(),
    ]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]


def tag() -> str:
    """The image's full name."""
    return f"{IMAGE}:{version()}"
