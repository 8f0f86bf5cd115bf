//! What peers note of themselves: among honest peers a warning is a fault.

use std::{
    fmt::{Debug, Write},
    sync::{Arc, Mutex, PoisonError},
    time::{SystemTime, UNIX_EPOCH},
};

use tracing::{
    Event, Level, Metadata, Subscriber,
    field::{Field, Visit},
    span,
    subscriber::Interest,
};

/// Crates whose notes count.
const OURS: [&str; 4] = ["net", "node", "proto", "store"];

/// Keeps the warnings of our own crates, and tells what they note as far as asked to.
#[derive(Clone)]
pub struct Notes {
    warnings: Arc<Mutex<Vec<String>>>,
    told: Told,
}

/// What is told at once.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Told {
    Nothing,
    /// All that our crates note.
    Notes,
    /// That and every packet, which shows where two runs of one seed part.
    Packets,
}

impl Notes {
    /// Keeping warnings, and telling so much.
    pub fn new(told: Told) -> Self {
        Self { warnings: Arc::default(), told }
    }

    /// The warnings since the last call.
    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.warnings.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Keeps something else that must not be.
    pub fn keep(&self, what: String) {
        self.warnings.lock().unwrap_or_else(PoisonError::into_inner).push(what);
    }
}

impl Subscriber for Notes {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        if self.enabled(metadata) { Interest::always() } else { Interest::never() }
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        let library = metadata.target().split("::").next().unwrap_or_default();
        let wanted = match metadata.target() {
            net::sim::PACKETS => self.told >= Told::Packets,
            _ => self.told >= Told::Notes || *metadata.level() <= Level::WARN,
        };
        metadata.is_event() && OURS.contains(&library) && wanted
    }

    fn event(&self, event: &Event<'_>) {
        let mut line = Line(format!("{} {}:", event.metadata().level(), event.metadata().target()));
        event.record(&mut line);
        if self.told > Told::Nothing {
            let now = SystemTime::now().duration_since(UNIX_EPOCH + e2e_clock::BEGIN).unwrap_or_default();
            println!("{:>10.6} s {}", now.as_secs_f64(), line.0);
        }
        if *event.metadata().level() <= Level::WARN {
            self.keep(line.0);
        }
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

/// An event as one line.
struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let _ = match field.name() {
            "message" => write!(self.0, " {value:?}"),
            name => write!(self.0, " {name}={value:?}"),
        };
    }
}
