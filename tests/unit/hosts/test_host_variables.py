"""What roles are told of the example city, and how Ansible connects."""

from __future__ import annotations

from dataclasses import replace

import pytest

from muniform.errors import UsageError
from muniform.hosts import host_variables, targets
from muniform.hosts.runner import by_playbook
from muniform.model import City, NtpKey, SecretRef


def test_targets_are_hosts_and_routers_on_linux_and_nothing_else(city: City) -> None:
    assert {target.name: target.groups[0] for target in targets(city)} == {
        "dc01-rtr1": "wan_routers",
        "dc01-srv1": "servers",
        "dc01-srv2": "servers",
        "lb05-rtr1": "wan_routers",
        "lb05-ws1": "desktops",
        "fs03-rtr1": "wan_routers",
        "fs03-ws1": "desktops",
    }


def test_groups_are_kind_site_and_profile(city: City) -> None:
    groups = {target.name: target.groups for target in targets(city)}
    assert groups["fs03-ws1"] == ("desktops", "fire_station_3", "profile_office")
    assert groups["fs03-rtr1"] == ("wan_routers", "fire_station_3")


def test_a_client_follows_every_server_and_serves_nobody(city: City) -> None:
    variables = host_variables(city, "fs03-ws1")
    assert variables["time_sync_servers"] == [
        {"address": "10.1.1.30", "prefer": True},
        {"address": "10.1.1.10", "prefer": False},
    ]
    assert variables["time_sync_serve"] is False
    assert variables["time_sync_allow"] == []


def test_a_time_server_follows_the_others_never_itself(city: City) -> None:
    variables = host_variables(city, "dc01-srv1")
    assert variables["time_sync_servers"] == [{"address": "10.1.1.30", "prefer": False}]
    assert variables["time_sync_serve"] is True


def test_a_time_server_answers_every_address_of_the_city(city: City) -> None:
    allowed = host_variables(city, "dc01-srv1")["time_sync_allow"]
    assert allowed == [
        "10.0.0.34/31",
        "10.0.0.36/31",
        "10.0.240.1/32",
        "10.0.240.17/32",
        "10.0.240.18/32",
        "10.1.0.0/16",
        "10.17.0.0/16",
        "10.18.0.0/16",
    ]


def test_every_host_and_router_has_the_key_that_devices_ask_for(city: City) -> None:
    key = NtpKey(10, SecretRef("ntp_key"))
    proven = replace(city, baseline=replace(city.baseline, ntp_key=key))
    for target in targets(proven):
        told = host_variables(proven, target.name)
        assert (told["time_sync_key_id"], told["time_sync_key"]) == (10, SecretRef("ntp_key"))


def test_without_a_key_time_is_as_it_was(city: City) -> None:
    for target in targets(city):
        assert not [name for name in host_variables(city, target.name) if "_key" in name]


def test_the_account_we_use_may_log_in_everywhere(city: City) -> None:
    for target in targets(city):
        allowed = host_variables(city, target.name)["ssh_server_allow_users"]
        assert allowed == [city.baseline.account.name]


def test_a_switch_has_no_variables(city: City) -> None:
    with pytest.raises(KeyError):
        host_variables(city, "fs03-sw1")


def test_hosts_are_sorted_into_playbooks(city: City) -> None:
    assert by_playbook(["fs03-ws1", "dc01-srv1", "fs03-rtr1"], targets(city)) == {
        "desktops.yml": ["fs03-ws1"],
        "servers.yml": ["dc01-srv1", "fs03-rtr1"],
    }


def test_an_unknown_host_is_a_usage_error(city: City) -> None:
    with pytest.raises(UsageError, match="no playbook configures fs03-sw1") as refused:
        by_playbook(["fs03-ws1", "fs03-sw1"], targets(city))
    assert "dc01-srv1" in refused.value.hint
