//! From `say` on one peer to the line on another's `read --follow`, both durable.
//!
//! The reference is what no program can do without: the message's bytes synced to this disk twice, one after the
//! other, and sent once over loopback.

use std::{
    fs::File,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    process::{ChildStdin, ChildStdout, Stdio},
    time::{Duration, Instant},
};

use super::{Row, Rows, pair};

const MESSAGES: usize = 500;
const WARM_UP: usize = 20;

/// Measures it.
pub fn measure() -> Rows {
    let (anna, ben) = pair([None, None]);
    let mut sayer = anna
        .command(["say", "Lab", "-", "--each-line", "--json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .map_err(|cause| cause.to_string())?;
    let mut reader = ben.start(["read", "Lab", "--follow", "--last", "0", "--json"]);
    let mut input = sayer.stdin.take().expect("a pipe");
    let mut lines = BufReader::new(reader.stdout.take().expect("a pipe"));
    // The follower must be listening before the first message that counts.
    std::thread::sleep(Duration::from_millis(500));
    let mut times: Vec<Duration> = (0..WARM_UP + MESSAGES).map(|n| one(&mut input, &mut lines, n)).collect();
    drop(input);
    let _ = (sayer.wait(), reader.kill(), reader.wait());
    times.drain(..WARM_UP);
    let mut floor: Vec<Duration> = floors()?;
    Ok([(50, "5 ms"), (99, "")].map(|(p, aim)| row(p, aim, &mut times, &mut floor)).into())
}

fn one(input: &mut ChildStdin, lines: &mut BufReader<ChildStdout>, number: usize) -> Duration {
    let wanted = format!("message number {number}.");
    let start = Instant::now();
    writeln!(input, "{wanted}").expect("the command reads");
    let mut line = String::new();
    while !line.contains(&wanted) {
        line.clear();
        assert!(lines.read_line(&mut line).expect("the command writes") > 0, "the reader ended");
    }
    let took = start.elapsed();
    std::thread::sleep(Duration::from_millis(2));
    took
}

fn floors() -> Result<Vec<Duration>, String> {
    let folder = tempfile::tempdir().map_err(|cause| cause.to_string())?;
    let mut file = File::create(folder.path().join("floor")).map_err(|cause| cause.to_string())?;
    let listener = TcpListener::bind("127.0.0.1:0").map_err(|cause| cause.to_string())?;
    let mut out = TcpStream::connect(listener.local_addr().map_err(|c| c.to_string())?).map_err(|c| c.to_string())?;
    out.set_nodelay(true).map_err(|cause| cause.to_string())?;
    let (mut into, _) = listener.accept().map_err(|cause| cause.to_string())?;
    let message = [7_u8; 400];
    let mut once = || -> std::io::Result<Duration> {
        let start = Instant::now();
        file.write_all(&message)?;
        file.sync_data()?;
        out.write_all(&message)?;
        into.read_exact(&mut [0; 400])?;
        file.write_all(&message)?;
        file.sync_data()?;
        Ok(start.elapsed())
    };
    (0..MESSAGES).map(|_| once().map_err(|cause| cause.to_string())).collect()
}

fn row(percentile: usize, aim: &'static str, ours: &mut [Duration], floor: &mut [Duration]) -> Row {
    let at = |times: &mut [Duration]| {
        times.sort();
        times[times.len() * percentile / 100].as_secs_f64() * 1000.0
    };
    let (ours, floor) = (at(ours), at(floor));
    Row {
        what: format!("say to event on another peer, p{percentile}"),
        ours: format!("{ours:.2} ms"),
        reference: format!("{floor:.2} ms (two syncs, one send)"),
        ratio: Some(ours / floor),
        aim,
    }
}
