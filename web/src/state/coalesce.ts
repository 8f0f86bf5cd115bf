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
      try {
        do {
          again = false
          await load()
        } while (again)
      } catch {
        // The next event or the next link asks anew.
      } finally {
        running = undefined
      }
    })()
    return running
  }
}
