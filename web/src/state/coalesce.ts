//! Loading the same thing once, however many events ask for it.

/** Runs `load` when asked; what is asked while it runs becomes one more run. Failures are silent: the link says what is wrong. */
export function coalesce(load: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  let again = false
  return () => {
    if (running) {
      again = true
      return running
    }
    running = (async () => {
      do {
        again = false
        // A failure does not end it: what was asked meanwhile may know better, and so may the next event.
        await load().catch(() => {})
      } while (again)
      running = undefined
    })()
    return running
  }
}
