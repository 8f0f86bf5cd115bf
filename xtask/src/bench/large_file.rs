//! 1 GiB from one peer to another: over a link of 1 Gbit/s beside curl and nginx, uncapped beside raw iroh-blobs.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use e2e::{lan::Lan, tree};

use super::{Row, Rows, median, pair, release};

const SIZE: usize = 1 << 30;
const LINK_BITS_PER_S: u64 = 1_000_000_000;

/// Measures it.
pub fn measure(runs: usize) -> Rows {
    let folder = tempfile::tempdir().map_err(|cause| cause.to_string())?;
    let file = folder.path().join("large.bin");
    tree::write_file(&file, 1, SIZE);
    let shaped = Lan::new(2)?;
    shaped.limit(1, LINK_BITS_PER_S)?;
    shaped.limit(2, LINK_BITS_PER_S)?;
    let open = Lan::new(2)?;
    let curl = median(repeat(runs, || curl(&shaped, &file))?);
    let ours_shaped = median(repeat(runs, || ours(&shaped, &file))?);
    let raw = median(repeat(runs, || raw(&open, &file))?);
    let ours_open = median(repeat(runs, || ours(&open, &file))?);
    Ok(vec![
        row("1 GiB over 1 Gbit/s", ours_shaped, curl, "curl from nginx", "0.9"),
        row("1 GiB uncapped", ours_open, raw, "raw iroh-blobs", "0.95"),
    ])
}

fn repeat(runs: usize, mut one: impl FnMut() -> Result<f64, String>) -> Result<Vec<f64>, String> {
    (0..runs).map(|_| one()).collect()
}

/// The ratio is of speeds: 1 is as fast as the reference, more is faster.
fn row(what: &str, ours: f64, reference: f64, name: &str, aim: &'static str) -> Row {
    let show = |seconds: f64| format!("{seconds:.2} s, {:.0} MB/s", SIZE as f64 / seconds / 1e6);
    Row {
        what: what.to_owned(),
        ours: show(ours),
        reference: format!("{} ({name})", show(reference)),
        ratio: Some(reference / ours),
        aim,
    }
}

/// Seconds from the command to the file in its place; sharing (hashing) is not counted, as nobody waits for it there.
fn ours(lan: &Lan, file: &Path) -> Result<f64, String> {
    let (anna, ben) = pair([Some(lan.host(1)), Some(lan.host(2))]);
    anna.ok(["share", "Lab", file.to_str().expect("a path of ours")]);
    ben.until(&["files", "Lab"], |lines| (lines.len() == 1).then_some(()));
    let to = ben.scratch();
    let start = Instant::now();
    ben.ok(["get", "Lab", "large.bin", "--to", to.to_str().expect("a path of ours")]);
    let took = start.elapsed().as_secs_f64();
    same_size(&to.join("large.bin"))?;
    Ok(took)
}

fn same_size(file: &Path) -> Result<(), String> {
    let size = fs::metadata(file).map_err(|cause| cause.to_string())?.len();
    (size == SIZE as u64).then_some(()).ok_or_else(|| format!("{} has {size} bytes", file.display()))
}

fn inside(namespace: &str, program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new("ip");
    command.args(["netns", "exec", namespace]).arg(program).stdin(Stdio::null());
    command
}

/// Ended when dropped.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = (self.0.kill(), self.0.wait());
    }
}

fn curl(lan: &Lan, file: &Path) -> Result<f64, String> {
    let _server = nginx(lan, file.parent().expect("a file lies in a folder"))?;
    let to = tempfile::tempdir().map_err(|cause| cause.to_string())?;
    let target = to.path().join("large.bin");
    let url = format!("http://{}:8080/large.bin", lan.address(1));
    let start = Instant::now();
    let mut curl = inside(lan.host(2), "curl");
    curl.args(["-sS", "--retry", "20", "--retry-connrefused", "--retry-delay", "1", "-o"]).arg(&target).arg(url);
    let status = curl.status().map_err(|cause| cause.to_string())?;
    let took = start.elapsed().as_secs_f64();
    status.success().then_some(()).ok_or("curl failed")?;
    same_size(&target)?;
    Ok(took)
}

fn nginx(lan: &Lan, folder: &Path) -> Result<Server, String> {
    let config: PathBuf = folder.join("nginx.conf");
    let text = format!(
        "user root; daemon off; master_process off; pid {0}/pid; error_log {0}/err;\nevents {{}}\n\
         http {{ access_log off; sendfile on; server {{ listen 8080; root {0}; }} }}\n",
        folder.display()
    );
    fs::write(&config, text).map_err(|cause| cause.to_string())?;
    let mut command = inside(lan.host(1), "nginx");
    command.arg("-c").arg(&config).stdout(Stdio::null()).stderr(Stdio::null());
    let server = command.spawn().map(Server).map_err(|cause| cause.to_string())?;
    std::thread::sleep(Duration::from_millis(300));
    Ok(server)
}

/// `net/examples/raw_blobs.rs`: the library alone, file store on both sides, by reference in, by reference out.
fn raw(lan: &Lan, file: &Path) -> Result<f64, String> {
    let (mine, theirs) = (tempfile::tempdir(), tempfile::tempdir());
    let (mine, theirs) = (mine.map_err(|c| c.to_string())?, theirs.map_err(|c| c.to_string())?);
    let mut provide = inside(lan.host(1), release("examples/raw_blobs"));
    provide.arg("provide").arg(mine.path()).arg(file).stdout(Stdio::piped());
    let mut server = provide.spawn().map(Server).map_err(|cause| cause.to_string())?;
    let ticket = first_line(&mut server.0)?;
    let mut fetch = inside(lan.host(2), release("examples/raw_blobs"));
    fetch.arg("fetch").arg(theirs.path()).arg(lan.address(1)).args(ticket.split(' ')).arg(theirs.path().join("out"));
    let output = fetch.output().map_err(|cause| cause.to_string())?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    same_size(&theirs.path().join("out"))?;
    text.parse().map_err(|_| format!("the raw_blobs example printed {text:?}"))
}

fn first_line(child: &mut Child) -> Result<String, String> {
    use std::io::BufRead;
    let mut line = String::new();
    let out = child.stdout.as_mut().ok_or("no pipe")?;
    std::io::BufReader::new(out).read_line(&mut line).map_err(|cause| cause.to_string())?;
    Ok(line.trim().to_owned())
}
