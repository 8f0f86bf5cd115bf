//! A local network of our own: network namespaces joined by a bridge, with no default route and no internet.

use std::{
    process::{Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
};

static COUNT: AtomicU32 = AtomicU32::new(0);

/// Namespaces on one bridge; gone when dropped.
pub struct Lan {
    switch: String,
    hosts: Vec<String>,
}

impl Lan {
    /// A network with so many hosts, `10.77.0.1` and on. Nothing, with the reason, where namespaces cannot be made.
    pub fn new(hosts: usize) -> Result<Lan, String> {
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let prefix = format!("pe{}-{count}", std::process::id());
        let mut lan = Lan { switch: format!("{prefix}-sw"), hosts: Vec::new() };
        add_namespace(&lan.switch)?;
        inside(&lan.switch, "ip link add br0 type bridge")?;
        inside(&lan.switch, "ip link set br0 up")?;
        for number in 1..=hosts {
            let host = format!("{prefix}-h{number}");
            add_namespace(&host)?;
            lan.hosts.push(host);
            lan.plug_in(number)?;
        }
        Ok(lan)
    }

    /// The same, or a printed `skipped` and nothing, for tests that cannot do without.
    pub fn or_skip(hosts: usize) -> Option<Lan> {
        Lan::new(hosts).map_err(|why| println!("skipped: no network namespaces here: {why}")).ok()
    }

    fn plug_in(&self, number: usize) -> Result<(), String> {
        let (switch, host) = (&self.switch, &self.hosts[number - 1]);
        inside(switch, &format!("ip link add p{number} type veth peer name eth0 netns {host}"))?;
        inside(switch, &format!("ip link set p{number} master br0 up"))?;
        inside(host, &format!("ip addr add {}/24 dev eth0", self.address(number)))?;
        inside(host, "ip link set lo up")?;
        inside(host, "ip link set eth0 up")
    }

    /// The namespace of host `number`, from 1.
    pub fn host(&self, number: usize) -> &str {
        &self.hosts[number - 1]
    }

    /// The address of host `number`, from 1.
    pub fn address(&self, number: usize) -> String {
        format!("10.77.0.{number}")
    }

    /// Pulls the plug of host `number`, or puts it back.
    pub fn plugged(&self, number: usize, plugged: bool) {
        let state = if plugged { "up" } else { "down" };
        inside(&self.switch, &format!("ip link set p{number} {state}")).expect("a plug of ours");
    }

    /// Limits what host `number` sends and receives, in bits per second.
    pub fn limit(&self, number: usize, bits_per_s: u64) -> Result<(), String> {
        let shape = format!("root tbf rate {bits_per_s}bit burst 256kb latency 50ms");
        inside(self.host(number), &format!("tc qdisc replace dev eth0 {shape}"))?;
        inside(&self.switch, &format!("tc qdisc replace dev p{number} {shape}"))
    }
}

impl Drop for Lan {
    fn drop(&mut self) {
        for namespace in self.hosts.iter().chain([&self.switch]) {
            let _ = run("ip", &["netns", "del", namespace]);
        }
    }
}

fn add_namespace(name: &str) -> Result<(), String> {
    run("ip", &["netns", "add", name])
}

fn inside(namespace: &str, command: &str) -> Result<(), String> {
    let words = ["netns", "exec", namespace].into_iter().chain(command.split(' '));
    run("ip", &words.collect::<Vec<_>>())
}

fn run(program: &str, arguments: &[&str]) -> Result<(), String> {
    let output = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .map_err(|cause| format!("{program} cannot be run: {cause}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{program} {}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr).trim()))
}
