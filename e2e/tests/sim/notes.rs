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

/// Keeps the warnings of our own crates, and tells everything they note if asked to.
#[derive(Clone, Default)]
pub struct Notes {
    warnings: Arc<Mutex<Vec<String>>>,
    aloud: bool,
}

impl Notes {
    /// Telling everything, or only keeping warnings.
    pub fn new(aloud: bool) -> Self {
        Self { aloud, ..Self::default() }
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
        metadata.is_event() && OURS.contains(&library) && (self.aloud || *metadata.level() <= Level::WARN)
    }

    fn event(&self, event: &Event<'_>) {
        let mut line = Line(format!("{} {}:", event.metadata().level(), event.metadata().target()));
        event.record(&mut line);
        if self.aloud {
            let now = SystemTime::now().duration_since(UNIX_EPOCH + e2e_clock::BEGIN).unwrap_or_default();
            println!("{:>9.3} s {}", now.as_secs_f64(), line.0);
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
