//! What the playbook puts on a host as it is: the same for every product.

/// Docker keeps containers running while it is upgraded.
pub(super) const DAEMON: &str = r#"{
  "live-restore": true,
  "log-driver": "json-file",
  "log-opts": {
    "max-file": "3",
    "max-size": "10m"
  },
  "no-new-privileges": true
}
"#;

/// The firewall's own table: a `flush ruleset` would take Docker's rules with it.
pub(super) const FIREWALL: &str = r#"#!/usr/sbin/nft -f
# {{ ansible_managed }}
# Only this table is replaced: Docker keeps its rules in others, and a flush of everything would cut containers off.
# What Docker publishes is forwarded and does not pass here; the Compose file publishes the front door alone.
table inet host
delete table inet host
table inet host {
    chain input {
        type filter hook input priority filter; policy drop;
        ct state established,related accept
        ct state invalid drop
        iifname "lo" accept
        meta l4proto { icmp, ipv6-icmp } accept
        tcp dport { {{ stack_ssh_port }}, 80, 443 } accept
    }
}
"#;

pub(super) const UPGRADES: &str = "\
// Security fixes are installed every day.
APT::Periodic::Update-Package-Lists \"1\";
APT::Periodic::Unattended-Upgrade \"1\";
APT::Periodic::AutocleanInterval \"7\";
";

/// In single quotes, Compose replaces nothing in a value.
pub(super) const DOTENV: &str = "\
# {{ ansible_managed }}
{% for name, value in stack_env | dictsort %}
{{ name }}='{{ value }}'
{% endfor %}
";

pub(super) const UNIT: &str = "\
# {{ ansible_managed }}
[Unit]
Description={{ stack_project }}
Requires=docker.service
Wants=network-online.target
After=docker.service network-online.target

[Service]
Type=oneshot
RemainAfterExit=yes
WorkingDirectory={{ stack_folder }}
ExecStart=/usr/bin/{{ stack_compose | join(' ') }} up --detach --remove-orphans
ExecReload=/usr/bin/{{ stack_compose | join(' ') }} up --detach --remove-orphans
ExecStop=/usr/bin/{{ stack_compose | join(' ') }} stop
# Images are pulled at the first start.
TimeoutStartSec=15min
TimeoutStopSec=5min

[Install]
WantedBy=multi-user.target
";
