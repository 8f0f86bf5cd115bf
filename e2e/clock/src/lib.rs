//! Virtual time for whole peers: in a thread that asks for it, the process's clock is tokio's paused clock, and its
//! randomness comes from a seed.
//!
//! tokio's own paused time is not enough: the QUIC stack reads `std::time::Instant`, and its runtime wrapper does not
//! forward tokio's `now`, so it would spin until the real clock moved. This crate therefore defines the C library's
//! `clock_gettime` and `getrandom`, which the linker prefers to the real ones in whatever links it. Threads that did
//! not ask get the real answers from the kernel.

use std::{cell::Cell, future::Future, time::Duration};

use tokio::{runtime::Runtime, time::Instant};

/// What the wall clock says when a world begins: 2026-01-01T00:00:00Z.
pub const BEGIN: Duration = Duration::from_secs(1_767_225_600);

/// What the monotonic clock says then; any value that is not near zero.
const BEGIN_MONOTONIC: Duration = Duration::from_secs(1_000_000);

thread_local! {
    /// The paused moment that stands for the beginning, in a thread that runs a world.
    static WORLD: Cell<Option<Instant>> = const { Cell::new(None) };
    /// Set while the virtual clock is being read, as tokio may itself ask for the time.
    static READING: Cell<bool> = const { Cell::new(false) };
    /// The state of the seeded randomness; absent: the kernel's.
    static DICE: Cell<Option<u64>> = const { Cell::new(None) };
}

/// A world's thread: its runtime, in paused time.
pub struct Virtual(Runtime);

/// Runs a world in paused time, with all chance from `seed`; what it returns.
///
/// On a thread of its own, because std draws the keys of its hash maps once a thread: the same seed then gives the same.
pub fn run<T: Send>(seed: u64, world: impl FnOnce(&Virtual) -> T + Send) -> T {
    std::thread::scope(|scope| {
        let thread = scope.spawn(|| run_here(seed, world));
        thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

fn run_here<T>(seed: u64, world: impl FnOnce(&Virtual) -> T) -> T {
    DICE.set(Some(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
    let runtime = Virtual(runtime.expect("a runtime on this thread"));
    let begin = runtime.block_on(async { Instant::now() });
    WORLD.set(Some(begin));
    world(&runtime)
}

impl Virtual {
    /// Runs until `future` is done. Between two calls no time passes and nothing happens.
    pub fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        self.0.block_on(future)
    }
}

/// Real time since some moment: for saying how long a world took to run.
pub fn real_now() -> Duration {
    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    kernel_time(libc::CLOCK_MONOTONIC, &mut now);
    Duration::new(now.tv_sec as u64, now.tv_nsec as u32)
}

/// The virtual time since the world of this thread began, if it runs one and is not just reading it.
fn since_beginning() -> Option<Duration> {
    let begin = WORLD.try_with(Cell::get).ok()??;
    if READING.try_with(|reading| reading.replace(true)).unwrap_or(true) {
        return None;
    }
    let since = Instant::now().saturating_duration_since(begin);
    READING.set(false);
    Some(since)
}

fn kernel_time(clock: libc::clockid_t, into: *mut libc::timespec) -> libc::c_int {
    // SAFETY: the kernel checks the pointer itself and writes one timespec through it.
    unsafe { libc::syscall(libc::SYS_clock_gettime, clock, into) as libc::c_int }
}

/// The C library's function of that name: see clock_gettime(2).
///
/// # Safety
/// `into` must be writable for one `timespec`, as the C library demands.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clock_gettime(clock: libc::clockid_t, into: *mut libc::timespec) -> libc::c_int {
    let Some(since) = since_beginning() else {
        return kernel_time(clock, into);
    };
    let now = since + if clock == libc::CLOCK_REALTIME { BEGIN } else { BEGIN_MONOTONIC };
    // SAFETY: the caller hands a pointer to one timespec, by this function's contract.
    unsafe {
        (*into).tv_sec = now.as_secs() as libc::time_t;
        (*into).tv_nsec = now.subsec_nanos().into();
    }
    0
}

/// The C library's function of that name: see getrandom(2).
///
/// # Safety
/// `into` must be writable for `length` bytes, as the C library demands.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn getrandom(into: *mut u8, length: usize, flags: libc::c_uint) -> isize {
    let Some(mut state) = DICE.try_with(Cell::get).ok().flatten() else {
        // SAFETY: the kernel checks pointer and length itself.
        return unsafe { libc::syscall(libc::SYS_getrandom, into, length, flags) as isize };
    };
    for offset in 0..length {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        // SAFETY: the offset is below the length that the caller says is writable.
        unsafe { *into.add(offset) = (state >> 32) as u8 };
    }
    DICE.set(Some(state));
    length as isize
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

    use super::*;

    #[test]
    fn a_day_passes_at_once_and_std_sees_it() {
        let real = real_now();
        let (elapsed, wall) = run(1, |world| {
            world.block_on(async {
                let start = Instant::now();
                tokio::time::sleep(Duration::from_secs(86_400)).await;
                (start.elapsed(), SystemTime::now().duration_since(UNIX_EPOCH).unwrap())
            })
        });
        assert!(elapsed >= Duration::from_secs(86_400) && elapsed < Duration::from_secs(86_401), "{elapsed:?}");
        assert!(wall >= BEGIN + Duration::from_secs(86_400), "{wall:?}");
        assert!(real_now() - real < Duration::from_secs(60), "no real day passed");
    }

    #[test]
    fn the_same_seed_gives_the_same_chance() {
        let draw = |seed| {
            run(seed, |_| {
                let mut bytes = [0_u8; 32];
                // SAFETY: the pointer and the length are those of the array.
                unsafe { getrandom(bytes.as_mut_ptr(), bytes.len(), 0) };
                bytes
            })
        };
        assert_eq!(draw(5), draw(5));
        assert_ne!(draw(5), draw(6));
    }
}
