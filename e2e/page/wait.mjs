//! Waiting for something to hold.
import assert from 'node:assert/strict'

/** Looks again until something holds, for a while. */
export const until = async (what, holds) => {
  for (const end = Date.now() + 20_000; Date.now() < end; ) {
    if (await Promise.resolve(holds()).catch(() => false)) return
    await new Promise((again) => setTimeout(again, 50))
  }
  assert.fail(`not so: ${what}`)
}
