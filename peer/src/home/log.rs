//! The log: what is worth a user's time, in a file of bounded size.

use std::{
    fs::{File, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use tracing_subscriber::{EnvFilter, Layer, fmt, layer::SubscriberExt, util::SubscriberInitExt};

/// A log this long is put aside as `log.1`, in the place of the one put aside before.
const MAX_LOG_BYTES: u64 = 4 << 20;

/// What is noted unless `RUST_LOG` says otherwise: what we find worth a user's time. What the network library finds
/// wrong (a path that died, a relay that closed) is its daily work; `net` says what matters of it.
const USUAL: &str = "error,peer=info,node=info,net=info,store=info,iroh=off,noq=off";

/// Notes into the home's log, and to standard error as well for a peer in the foreground.
pub fn start(path: &Path, console: bool) -> io::Result<()> {
    let file = Rotating::open(path)?;
    let filter = || EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(USUAL));
    let to_file = fmt::layer().with_ansi(false).with_target(false).with_writer(file).with_filter(filter());
    let to_console =
        console.then(|| fmt::layer().with_ansi(false).with_target(false).with_writer(io::stderr).with_filter(filter()));
    tracing_subscriber::registry().with(to_file).with(to_console).init();
    std::panic::set_hook(Box::new(|panic| tracing::error!("a fault of this program: {panic}")));
    Ok(())
}

/// A file that is put aside when it is long.
#[derive(Clone)]
struct Rotating(Arc<Mutex<Inner>>);

struct Inner {
    path: PathBuf,
    file: File,
    bytes: u64,
}

impl Rotating {
    fn open(path: &Path) -> io::Result<Self> {
        let (file, bytes) = open(path)?;
        Ok(Self(Arc::new(Mutex::new(Inner { path: path.to_owned(), file, bytes }))))
    }
}

fn open(path: &Path) -> io::Result<(File, u64)> {
    let file = OpenOptions::new().append(true).create(true).mode(0o600).open(path)?;
    let bytes = file.metadata()?.len();
    Ok((file, bytes))
}

impl Inner {
    fn write(&mut self, line: &[u8]) -> io::Result<()> {
        if self.bytes + line.len() as u64 > MAX_LOG_BYTES {
            std::fs::rename(&self.path, self.path.with_extension("1"))?;
            (self.file, self.bytes) = open(&self.path)?;
        }
        self.bytes += line.len() as u64;
        self.file.write_all(line)
    }
}

impl Write for Rotating {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(line).map(|()| line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'w> fmt::MakeWriter<'w> for Rotating {
    type Writer = Rotating;

    fn make_writer(&'w self) -> Rotating {
        self.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_is_bounded_and_keeps_the_latest() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let mut log = Rotating::open(&path).unwrap();
        let line = [b'x'; 1 << 20];
        for _ in 0..11 {
            log.write_all(&line).unwrap();
        }
        log.write_all(b"last\n").unwrap();
        let length = |path: &Path| path.metadata().unwrap().len();
        assert!(length(&path) <= MAX_LOG_BYTES && length(&path.with_extension("1")) <= MAX_LOG_BYTES);
        assert!(std::fs::read(&path).unwrap().ends_with(b"last\n"));
    }
}
