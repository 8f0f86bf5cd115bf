//! Virtual time for whole peers: in a thread that asks for it, the process's clock is tokio's paused clock, and its
//! randomness comes from a seed.
//!
//! tokio's own paused time is not enough: the QUIC stack reads `std::time::Instant`, and its runtime wrapper does not
//! forward tokio's `now`, so it would spin until the real clock moved. This crate therefore defines the C library's
//! `clock_gettime`, `getrandom`, `syscall` (by which ring asks for `getrandom`) and `pthread_create`, which the linker
//! prefers to the real ones in whatever links it. Threads that did not ask get the real answers.
//!
//! The last is for tokio's blocking pool, on which the stack below reads files (netwatch: `/proc/net/route`): when such
//! work is done, compared with everything else, is the real world's doing. Its threads therefore run only while the world
//! stands still, which it does when it next looks at its clock, and end with their work.

use std::{cell::Cell, ffi::CStr, future::Future, sync::OnceLock, time::Duration};

mod helpers;

use libc::{c_int, c_long, c_void};
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
    leave_the_network();
    DICE.set(Some(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1));
    let mut builder = tokio::runtime::Builder::new_current_thread();
    let runtime = builder.enable_all().start_paused(true).thread_keep_alive(Duration::ZERO).build();
    let runtime = Virtual(runtime.expect("a runtime on this thread"));
    let begin = runtime.block_on(async { Instant::now() });
    WORLD.set(Some(begin));
    world(&runtime)
}

/// Takes this thread to a network of its own, where it may: else the stack below hears when the computer's addresses and
/// routes change, as they do while other tests make networks. Where it may not, that is the one thing left to chance.
fn leave_the_network() {
    // SAFETY: a call without pointers, that concerns this thread alone.
    unsafe { libc::unshare(libc::CLONE_NEWNET) };
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
    helpers::wait();
    let since = Instant::now().saturating_duration_since(begin);
    READING.set(false);
    Some(since)
}

fn runs_a_world() -> bool {
    WORLD.try_with(Cell::get).is_ok_and(|world| world.is_some())
}

fn kernel_time(clock: libc::clockid_t, into: *mut libc::timespec) -> c_int {
    // SAFETY: the kernel checks the pointer itself and writes one timespec through it.
    unsafe { libc::syscall(libc::SYS_clock_gettime, clock, into) as c_int }
}

/// The C library's function of that name: see clock_gettime(2).
///
/// # Safety
/// `into` must be writable for one `timespec`, as the C library demands.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clock_gettime(clock: libc::clockid_t, into: *mut libc::timespec) -> c_int {
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
    // SAFETY: the caller hands writable memory of that length, by this function's contract.
    match unsafe { roll(into, length) } {
        Some(length) => length,
        // SAFETY: the kernel checks pointer and length itself.
        None => unsafe { libc::syscall(libc::SYS_getrandom, into, length, flags) as isize },
    }
}

/// Fills memory with the thread's seeded bytes; none if its randomness is the kernel's.
///
/// # Safety
/// `into` must be writable for `length` bytes.
unsafe fn roll(into: *mut u8, length: usize) -> Option<isize> {
    let mut state = DICE.try_with(Cell::get).ok().flatten()?;
    for offset in 0..length {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        // SAFETY: the offset is below the length that the caller says is writable.
        unsafe { *into.add(offset) = (state >> 32) as u8 };
    }
    DICE.set(Some(state));
    Some(length as isize)
}

/// [`libc::syscall`] with all the arguments that any call has: on Linux, a variadic function and one that takes them by
/// name are called alike.
type Syscall = unsafe extern "C" fn(c_long, c_long, c_long, c_long, c_long, c_long, c_long) -> c_long;

/// The C library's own, which ours stands in front of.
fn real_syscall() -> Syscall {
    static REAL: OnceLock<Syscall> = OnceLock::new();
    // SAFETY: this is the C library's function of that name, and is called as `Syscall` says.
    *REAL.get_or_init(|| unsafe { std::mem::transmute::<*mut c_void, Syscall>(real(c"syscall")) })
}

/// Where the C library has the function of this name that ours stands in front of.
fn real(name: &CStr) -> *mut c_void {
    // SAFETY: the name ends in a zero byte.
    let found = unsafe { libc::dlsym(libc::RTLD_NEXT, name.as_ptr()) };
    assert!(!found.is_null(), "the C library has no {name:?}");
    found
}

/// The C library's function of that name: see syscall(2). Only `getrandom` is ours to answer.
///
/// # Safety
/// As the call that it is asked for demands.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn syscall(
    number: c_long,
    a: c_long,
    b: c_long,
    c: c_long,
    d: c_long,
    e: c_long,
    f: c_long,
) -> c_long {
    if number == libc::SYS_getrandom {
        // SAFETY: the caller hands writable memory of that length, by this function's contract.
        if let Some(length) = unsafe { roll(a as *mut u8, b as usize) } {
            return length as c_long;
        }
    }
    // SAFETY: handed on as it came.
    unsafe { real_syscall()(number, a, b, c, d, e, f) }
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
                let (first, second) = bytes.split_at_mut(16);
                // SAFETY: the pointers and the lengths are those of the array's halves.
                unsafe {
                    libc::getrandom(first.as_mut_ptr().cast(), first.len(), 0);
                    libc::syscall(libc::SYS_getrandom, second.as_mut_ptr(), second.len(), 0);
                }
                bytes
            })
        };
        assert_eq!(draw(5), draw(5));
        let (five, six) = (draw(5), draw(6));
        assert!(five[..16] != six[..16] && five[16..] != six[16..]);
    }
}
