//! A member comes back after a long absence: ops a second until it has all, signatures checked, durable, searchable.
//!
//! The reference is the database alone: rows of the same size in the same batches, durable (`store/examples/rows.rs`).

use std::{
    io::Write,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use e2e::home::Home;

use super::{Row, Rows, home, join, median, release};

const MESSAGES: usize = 50_000;

/// Measures it.
pub fn measure(runs: usize) -> Rows {
    let anna = home("Anna", None);
    anna.ok(["space", "new", "Lab"]);
    let away: Vec<Home> = (0..runs).map(|run| home(&format!("Member {run}"), None)).collect();
    away.iter().for_each(|member| join(&anna, member));
    away.iter().for_each(|member| _ = member.ok(["down"]));
    say_many(&anna)?;
    let rates = away.iter().map(comes_back).collect();
    let (ours, rows) = (median(rates), rows_per_s()?);
    Ok(vec![Row {
        what: format!("catch-up of {MESSAGES} messages"),
        ours: format!("{ours:.0} ops/s"),
        reference: format!("{rows:.0} rows/s (the database alone)"),
        ratio: Some(ours / rows),
        aim: "20,000 ops/s",
    }])
}

/// Ops a second from the start of the program until all is there.
fn comes_back(member: &Home) -> f64 {
    let start = Instant::now();
    member.restart();
    while unread(member) < MESSAGES as u64 {
        std::thread::sleep(Duration::from_millis(20));
    }
    let rate = MESSAGES as f64 / start.elapsed().as_secs_f64();
    member.ok(["down"]);
    rate
}

fn unread(home: &Home) -> u64 {
    home.json(&["status"])["unread"].as_u64().unwrap_or(0)
}

fn say_many(home: &Home) -> Result<(), String> {
    let mut child = home
        .command(["say", "Lab", "-", "--each-line", "--json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .map_err(|cause| cause.to_string())?;
    let mut input = child.stdin.take().expect("a pipe");
    for number in 0..MESSAGES {
        writeln!(input, "message {number}: a sentence of about the length that people write")
            .map_err(|c| c.to_string())?;
    }
    drop(input);
    let status = child.wait().map_err(|cause| cause.to_string())?;
    status.success().then_some(()).ok_or_else(|| "say failed".to_owned())
}

fn rows_per_s() -> Result<f64, String> {
    let output = Command::new(release("examples/rows")).output().map_err(|cause| cause.to_string())?;
    let text = String::from_utf8_lossy(&output.stdout);
    text.trim().parse().map_err(|_| format!("the rows example printed {text:?}"))
}
