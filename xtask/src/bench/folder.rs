//! 10,000 files of 4 KiB between two computers, beside rsync's daemon.

use std::{
    fs,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use e2e::{lan::Lan, tree};

use super::{Row, Rows, median, pair};

const FILES: usize = 10_000;
const SIZE: usize = 4096;

/// Measures it.
pub fn measure(runs: usize) -> Rows {
    let folder = tempfile::tempdir().map_err(|cause| cause.to_string())?;
    let many = folder.path().join("many");
    for number in 0..FILES {
        tree::write_file(&many.join(format!("{:02}/{number}.bin", number % 100)), number as u64, SIZE);
    }
    let lan = Lan::new(2)?;
    let (mut get, mut share, mut reference) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..runs {
        let (shared, got) = ours(&lan, &many)?;
        share.push(shared);
        get.push(got);
        reference.push(rsync(&lan, folder.path())?);
    }
    let (get, share, reference) = (median(get), median(share), median(reference));
    Ok(vec![
        row("get of 10,000 files of 4 KiB", get, reference, "as fast as rsync"),
        row("share and get of the same", share + get, reference, ""),
    ])
}

fn row(what: &str, ours: f64, reference: f64, aim: &'static str) -> Row {
    Row {
        what: what.to_owned(),
        ours: format!("{ours:.2} s"),
        reference: format!("{reference:.2} s (rsync)"),
        ratio: Some(reference / ours),
        aim,
    }
}

fn ours(lan: &Lan, many: &Path) -> Result<(f64, f64), String> {
    let (anna, ben) = pair([Some(lan.host(1)), Some(lan.host(2))]);
    let start = Instant::now();
    anna.ok(["share", "Lab", many.to_str().expect("a path of ours")]);
    let shared = start.elapsed().as_secs_f64();
    ben.until(&["files", "Lab"], |lines| (lines.len() == FILES).then_some(()));
    let to = ben.scratch();
    let start = Instant::now();
    ben.ok(["get", "Lab", "many", "--to", to.to_str().expect("a path of ours")]);
    let got = start.elapsed().as_secs_f64();
    assert_eq!(tree::assert_same(many, &to.join("many")), FILES);
    Ok((shared, got))
}

struct Daemon(Child);

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = (self.0.kill(), self.0.wait());
    }
}

fn rsync(lan: &Lan, folder: &Path) -> Result<f64, String> {
    let config = folder.join("rsyncd.conf");
    let text = format!("use chroot = no\nuid = root\ngid = root\n[many]\npath = {}\n", folder.join("many").display());
    fs::write(&config, text).map_err(|cause| cause.to_string())?;
    let inside = |host: usize| {
        let mut command = Command::new("ip");
        command.args(["netns", "exec", lan.host(host), "rsync"]).stdin(Stdio::null());
        command
    };
    let mut daemon = inside(1);
    daemon.args(["--daemon", "--no-detach", "--port", "8730", "--config"]).arg(&config);
    let _daemon = daemon.spawn().map(Daemon).map_err(|cause| cause.to_string())?;
    std::thread::sleep(Duration::from_millis(300));
    let to = tempfile::tempdir().map_err(|cause| cause.to_string())?;
    let start = Instant::now();
    let mut client = inside(2);
    client.args(["-a", "--port", "8730", &format!("rsync://{}/many/", lan.address(1))]).arg(to.path());
    let status = client.status().map_err(|cause| cause.to_string())?;
    let took = start.elapsed().as_secs_f64();
    status.success().then_some(took).ok_or_else(|| "rsync failed".to_owned())
}
