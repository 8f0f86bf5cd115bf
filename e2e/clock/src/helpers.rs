//! The threads that a world starts, and waiting for them.

use std::{
    cell::OnceCell,
    sync::{Arc, Condvar, Mutex, OnceLock, PoisonError},
    time::Duration,
};

use libc::{c_int, c_void};

/// A thread that is still at work after so long is let be: it is none that ends with its work.
const MOST: Duration = Duration::from_secs(5);

/// How many threads of a world are at work.
#[derive(Default)]
struct Working {
    count: Mutex<usize>,
    ended: Condvar,
}

thread_local! {
    /// Those that this thread started, if it runs a world and has started any.
    static STARTED: OnceCell<Arc<Working>> = const { OnceCell::new() };
}

/// Waits until all threads that this one started in its world have ended.
pub fn wait() {
    let started = STARTED.try_with(|started| started.get().cloned()).ok().flatten();
    let Some(working) = started else { return };
    let count = working.count.lock().unwrap_or_else(PoisonError::into_inner);
    let done = working.ended.wait_timeout_while(count, MOST, |count| *count > 0);
    drop(done.unwrap_or_else(PoisonError::into_inner));
}

type Start = extern "C" fn(*mut c_void) -> *mut c_void;
type PthreadCreate =
    unsafe extern "C" fn(*mut libc::pthread_t, *const libc::pthread_attr_t, Start, *mut c_void) -> c_int;

fn real_pthread_create() -> PthreadCreate {
    static REAL: OnceLock<PthreadCreate> = OnceLock::new();
    // SAFETY: this is the C library's function of that name, and is called as `PthreadCreate` says.
    *REAL.get_or_init(|| unsafe { std::mem::transmute::<*mut c_void, PthreadCreate>(crate::real(c"pthread_create")) })
}

/// A thread's own beginning, and who is told of its end.
struct Work {
    start: Start,
    argument: *mut c_void,
    working: Arc<Working>,
}

extern "C" fn work(work: *mut c_void) -> *mut c_void {
    // SAFETY: this is the box that `pthread_create` below let go of, for this thread alone.
    let Work { start, argument, working } = *unsafe { Box::from_raw(work.cast::<Work>()) };
    let result = start(argument);
    *working.count.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
    working.ended.notify_all();
    result
}

/// The C library's function of that name: see pthread_create(3).
///
/// # Safety
/// As the C library demands.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pthread_create(
    thread: *mut libc::pthread_t,
    attributes: *const libc::pthread_attr_t,
    start: Start,
    argument: *mut c_void,
) -> c_int {
    if !crate::runs_a_world() {
        // SAFETY: handed on as it came.
        return unsafe { real_pthread_create()(thread, attributes, start, argument) };
    }
    let working = STARTED.with(|started| started.get_or_init(Arc::default).clone());
    *working.count.lock().unwrap_or_else(PoisonError::into_inner) += 1;
    let mine = Box::into_raw(Box::new(Work { start, argument, working: working.clone() }));
    // SAFETY: `work` takes the box that it is given, once.
    let failed = unsafe { real_pthread_create()(thread, attributes, work, mine.cast()) };
    if failed != 0 {
        // SAFETY: no thread was made that could have taken it.
        drop(unsafe { Box::from_raw(mine) });
        *working.count.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
    }
    failed
}
