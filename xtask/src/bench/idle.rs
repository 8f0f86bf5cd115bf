//! What a peer costs that does nothing, in a space of five that are all online: memory, processor.

use std::{fs, time::Duration};

use super::{Row, Rows, home, join};

const MEMBERS: usize = 5;
const SETTLE: Duration = Duration::from_secs(10);
const WATCH: Duration = Duration::from_secs(60);

/// Measures it.
pub fn measure() -> Rows {
    let homes: Vec<_> = (0..MEMBERS).map(|n| home(&format!("Member {n}"), None)).collect();
    homes[0].ok(["space", "new", "Lab"]);
    homes[1..].iter().for_each(|newcomer| join(&homes[0], newcomer));
    homes[0].until(&["members", "Lab"], |lines| {
        (lines.len() == MEMBERS && lines.iter().all(|member| member["online"] == true)).then_some(())
    });
    std::thread::sleep(SETTLE);
    let pids: Vec<u32> = homes.iter().map(|home| home.pid()).collect();
    let before: f64 = pids.iter().map(|pid| processor_s(*pid)).sum();
    std::thread::sleep(WATCH);
    let used: f64 = pids.iter().map(|pid| processor_s(*pid)).sum::<f64>() - before;
    let memory = pids.iter().map(|pid| memory_mib(*pid)).fold(0.0, f64::max);
    let share = used / MEMBERS as f64 / WATCH.as_secs_f64() * 100.0;
    Ok(vec![
        row(
            "idle memory, largest of five members",
            format!("{memory:.1} MiB"),
            "syncthing 50 MiB, rqbit 21 MiB",
            "60 MB",
        ),
        row("idle processor, a peer", format!("{share:.2}% of a core"), "0.02 to 0.17%", "0.5%"),
    ])
}

/// The references are of another day, so there is no ratio.
fn row(what: &str, ours: String, reference: &str, aim: &'static str) -> Row {
    Row { what: what.to_owned(), ours, reference: format!("{reference} (not of this run)"), ratio: None, aim }
}

/// Seconds of processor a process has used: fields 14 and 15 of proc(5)'s stat, in ticks of 10 ms.
fn processor_s(pid: u32) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |index: usize| fields.get(index).and_then(|text| text.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) / 100.0
}

fn memory_mib(pid: u32) -> f64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kib| kib.parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
}
