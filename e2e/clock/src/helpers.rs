//! The threads that a world starts: each runs when the world stands still, one after the other.

use std::{
    cell::OnceCell,
    sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError},
    time::Duration,
};

use libc::{c_int, c_void};

/// A thread that is still at work after so long is let be: it is none that ends with its work.
const MOST_WORK: Duration = Duration::from_secs(5);

/// A world that has not stood still for so long may be waiting for the thread in another way: then it runs.
const MOST_WAIT: Duration = Duration::from_secs(5);

/// The threads of a world, numbered as they were started.
#[derive(Default)]
struct Helpers {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    started: u64,
    ended: u64,
    /// Whether the world stands still.
    still: bool,
}

impl Helpers {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait(&self, state: MutexGuard<'_, State>, most: Duration, until: impl Fn(&State) -> bool) {
        drop(self.changed.wait_timeout_while(state, most, |state| !until(state)));
    }
}

thread_local! {
    /// Those that this thread started, if it runs a world and has started any.
    static HELPERS: OnceCell<Arc<Helpers>> = const { OnceCell::new() };
}

/// Lets all threads that this one started in its world run, and waits until they have ended.
pub fn wait() {
    let helpers = HELPERS.try_with(|helpers| helpers.get().cloned()).ok().flatten();
    let Some(helpers) = helpers else { return };
    let mut state = helpers.state();
    if state.ended >= state.started {
        return;
    }
    state.still = true;
    helpers.changed.notify_all();
    helpers.wait(state, MOST_WORK, |state| state.ended >= state.started);
    helpers.state().still = false;
}

type Start = extern "C" fn(*mut c_void) -> *mut c_void;
type PthreadCreate =
    unsafe extern "C" fn(*mut libc::pthread_t, *const libc::pthread_attr_t, Start, *mut c_void) -> c_int;

fn real_pthread_create() -> PthreadCreate {
    static REAL: OnceLock<PthreadCreate> = OnceLock::new();
    // SAFETY: this is the C library's function of that name, and is called as `PthreadCreate` says.
    *REAL.get_or_init(|| unsafe { std::mem::transmute::<*mut c_void, PthreadCreate>(crate::real(c"pthread_create")) })
}

/// A thread's own beginning, and when it is its turn.
struct Work {
    start: Start,
    argument: *mut c_void,
    helpers: Arc<Helpers>,
    number: u64,
}

extern "C" fn work(work: *mut c_void) -> *mut c_void {
    // SAFETY: this is the box that `pthread_create` below let go of, for this thread alone.
    let Work { start, argument, helpers, number } = *unsafe { Box::from_raw(work.cast::<Work>()) };
    helpers.wait(helpers.state(), MOST_WAIT, |state| state.still && state.ended >= number);
    let result = start(argument);
    helpers.state().ended += 1;
    helpers.changed.notify_all();
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
    let helpers = HELPERS.with(|helpers| helpers.get_or_init(Arc::default).clone());
    let number = helpers.state().started;
    helpers.state().started += 1;
    let mine = Box::into_raw(Box::new(Work { start, argument, helpers: helpers.clone(), number }));
    // SAFETY: `work` takes the box that it is given, once.
    let failed = unsafe { real_pthread_create()(thread, attributes, work, mine.cast()) };
    if failed != 0 {
        // SAFETY: no thread was made that could have taken it.
        drop(unsafe { Box::from_raw(mine) });
        helpers.state().started -= 1;
    }
    failed
}
