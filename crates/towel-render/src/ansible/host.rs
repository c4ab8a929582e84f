//! Lists of tasks: a host's own affairs, and the stack on it.

use crate::yaml::{Map, Yaml};

fn task(name: &'static str, module: &'static str, arguments: Map) -> Map {
    Map::new().with("name", name).with(module, arguments)
}

fn copy(name: &'static str, source: &'static str, target: &'static str, handler: &'static str) -> Map {
    placed(name, "ansible.builtin.copy", source, target).with("notify", handler)
}

fn placed(name: &'static str, module: &'static str, source: &'static str, target: &'static str) -> Map {
    task(name, module, owned(Map::new().with("src", source).with("dest", target), "0644"))
}

fn owned(arguments: Map, mode: &'static str) -> Map {
    arguments.with("owner", "root").with("group", "root").with("mode", mode)
}

/// Packages, upgrades, firewall, Docker.
pub(super) fn of_host() -> Yaml {
    let packages = ["docker-cli", "docker-compose", "docker.io", "nftables", "unattended-upgrades"];
    let install = Map::new()
        .with("name", Yaml::list(packages))
        .with("state", "present")
        .with("update_cache", true)
        .with("cache_valid_time", 3600_u32);
    let upgrades =
        owned(Map::new().with("src", "20auto-upgrades").with("dest", "/etc/apt/apt.conf.d/20auto-upgrades"), "0644");
    let firewall = owned(Map::new().with("src", "nftables.conf.j2").with("dest", "/etc/nftables.conf"), "0755")
        .with("validate", "/usr/sbin/nft --check --file %s");
    let service = |unit: &'static str| Map::new().with("name", unit).with("state", "started").with("enabled", true);
    Yaml::list([
        task("Install Docker, the firewall and automatic upgrades from Debian", "ansible.builtin.apt", install),
        task("Turn automatic security upgrades on", "ansible.builtin.copy", upgrades),
        task("Let nothing in but SSH, HTTP and HTTPS", "ansible.builtin.template", firewall)
            .with("notify", "Load the firewall"),
        task("Keep the firewall on", "ansible.builtin.service", service("nftables")),
        task(
            "Make the folder of Docker's settings",
            "ansible.builtin.file",
            owned(Map::new().with("path", "/etc/docker").with("state", "directory"), "0755"),
        ),
        copy(
            "Bound logs, and keep containers running while Docker is upgraded",
            "daemon.json",
            "/etc/docker/daemon.json",
            "Restart Docker",
        ),
        task("Keep Docker on", "ansible.builtin.service", service("docker")),
        Map::new()
            .comment("A stack on the old settings would be restarted in the middle of its first start.")
            .with("name", "Settle the host before the stack")
            .with("ansible.builtin.meta", "flush_handlers"),
    ])
}

/// Files, unit, start, and waiting until everything answers.
pub(super) fn of_stack() -> Yaml {
    let folder = owned(Map::new().with("path", "{{ stack_folder }}/deploy/compose").with("state", "directory"), "0750");
    let file = owned(
        Map::new()
            .with("src", "{{ playbook_dir }}/../compose/{{ stack_environment }}.yaml")
            .with("dest", "{{ stack_folder }}/deploy/compose/{{ stack_environment }}.yaml"),
        "0640",
    );
    let mounted = Map::new()
        .with("src", "{{ playbook_dir }}/../compose/{{ stack_environment }}")
        .with("dest", "{{ stack_folder }}/deploy/compose/")
        .with("owner", "root")
        .with("group", "root")
        .with("mode", "0644")
        .with("directory_mode", "0755");
    let dotenv = owned(Map::new().with("src", "dotenv.j2").with("dest", "{{ stack_folder }}/.env"), "0600");
    let unit = owned(
        Map::new().with("src", "stack.service.j2").with("dest", "/etc/systemd/system/{{ stack_project }}.service"),
        "0644",
    );
    let started = Map::new()
        .with("name", "{{ stack_project }}.service")
        .with("state", "started")
        .with("enabled", true)
        .with("daemon_reload", true);
    let mut tasks = vec![
        task("Refuse to start without values", "ansible.builtin.assert", complete()),
        task("Make the stack's folder", "ansible.builtin.file", folder),
        task("Copy the Compose file", "ansible.builtin.copy", file).with("notify", "Apply the stack"),
        task("Copy what the Compose file mounts", "ansible.builtin.copy", mounted)
            .with("when", "stack_mounts")
            .with("notify", "Replace the front door"),
    ];
    tasks.extend(tls());
    tasks.extend([
        task("Write the variables", "ansible.builtin.template", dotenv)
            .with("no_log", true)
            .with("notify", "Apply the stack"),
        log_in(),
        task("Describe the stack to systemd", "ansible.builtin.template", unit).with("notify", "Apply the stack"),
        task("Start the stack with the host", "ansible.builtin.systemd_service", started),
        Map::new()
            .with("name", "Apply changes before asking whether they are well")
            .with("ansible.builtin.meta", "flush_handlers"),
    ]);
    tasks.extend(healthy());
    Yaml::list(tasks)
}

fn complete() -> Map {
    Map::new()
        .with("that", ["stack_missing | length == 0"])
        .with("fail_msg", "fill in and encrypt vault.yaml: {{ stack_missing | join(', ') }}")
        .with("quiet", true)
}

/// The certificate and its key, where the environment has them.
fn tls() -> Vec<Map> {
    let folder = owned(
        Map::new().with("path", "{{ stack_folder }}/{{ item.path | dirname }}").with("state", "directory"),
        "0750",
    );
    let file = owned(
        Map::new().with("content", "{{ item.content }}").with("dest", "{{ stack_folder }}/{{ item.path }}"),
        "0600",
    );
    let each = |map: Map| {
        map.with("loop", "{{ stack_tls }}")
            .with("loop_control", Map::new().with("label", "{{ item.path }}"))
            .with("no_log", true)
    };
    vec![
        each(task("Make folders for the certificate and its key", "ansible.builtin.file", folder)),
        each(task("Write the certificate and its key", "ansible.builtin.copy", file))
            .with("notify", "Replace the front door"),
    ]
}

fn log_in() -> Map {
    let words =
        ["docker", "login", "--username", "{{ stack_registry.user }}", "--password-stdin", "{{ stack_registry.host }}"];
    let arguments = Map::new().with("argv", Yaml::list(words)).with("stdin", "{{ stack_registry.password }}");
    task("Log in to the registry of private images", "ansible.builtin.command", arguments)
        .with("when", "stack_registry is defined")
        .with("changed_when", false)
        .with("no_log", true)
}

fn healthy() -> Vec<Map> {
    let listed = |filters: [&'static str; 2]| {
        let words =
            ["docker", "ps", "--all", "--quiet", "--filter", "label=com.docker.compose.project={{ stack_project }}"];
        let words = words.into_iter().chain(["--filter"]).chain([filters[0]]).chain(["--filter"]).chain([filters[1]]);
        Map::new().with("argv", Yaml::list(words))
    };
    vec![
        task(
            "Wait until no container is starting",
            "ansible.builtin.command",
            listed(["health=starting", "status=running"]),
        )
        .with("register", "stack_starting")
        .with("until", "stack_starting.stdout == ''")
        .with("retries", 60_u32)
        .with("delay", 5_u32)
        .with("changed_when", false),
        task(
            "Fail when a container is not well",
            "ansible.builtin.command",
            listed(["health=unhealthy", "status=running"]),
        )
        .with("register", "stack_unhealthy")
        .with("changed_when", false)
        .with("failed_when", "stack_unhealthy.stdout != ''"),
        task(
            "Fail when a container starts again and again",
            "ansible.builtin.command",
            listed(["status=restarting", "status=dead"]),
        )
        .with("register", "stack_restarting")
        .with("changed_when", false)
        .with("failed_when", "stack_restarting.stdout != ''"),
    ]
}

/// What changes lead to, in this order.
pub(super) fn handlers() -> Yaml {
    let service = |unit: &'static str, state: &'static str| Map::new().with("name", unit).with("state", state);
    let applied = service("{{ stack_project }}.service", "reloaded").with("daemon_reload", true);
    let replaced = Map::new()
        .with("argv", "{{ stack_compose + ['up', '--detach', '--force-recreate', '--no-deps', stack_front_door] }}")
        .with("chdir", "{{ stack_folder }}");
    Yaml::list([
        task("Load the firewall", "ansible.builtin.service", service("nftables", "reloaded")),
        task("Restart Docker", "ansible.builtin.service", service("docker", "restarted")),
        task("Apply the stack", "ansible.builtin.systemd_service", applied),
        Map::new()
            .comment("A container holds on to the file that it was started with, whatever stands at its path now.")
            .with("name", "Replace the front door")
            .with("ansible.builtin.command", replaced)
            .with("when", "stack_front_door | length > 0")
            .with("changed_when", true),
    ])
}
