//! Hears what a page must never do because of what a member sent: run something, ask somebody else for something, open anything, stop answering.
import assert from 'node:assert/strict'

/** Longer than this nothing may hold the page up, not even on a machine that is busy with other things, milliseconds. */
const frozen = 2500

export class Tripwire {
  /** Around a browser; the page is loaded anew. */
  static async around(browser) {
    const wire = new Tripwire(browser)
    const { page } = browser
    const context = page.context()
    await context.exposeBinding('tripped', (_, what) => wire.heard.push(what))
    await context.addInitScript(watch)
    context.on('page', (other) => wire.heard.push(`opened ${other.url()}`))
    page.on('dialog', (dialog) => {
      wire.heard.push(`a dialog: ${dialog.message()}`)
      void dialog.dismiss()
    })
    page.on('websocket', (socket) => wire.asked(socket.url()))
    context.on('request', (request) => wire.asked(request.url()))
    page.on('crash', () => wire.heard.push('the page crashed'))
    // Let in first: a reload takes the code out of the address.
    await page.locator('a[href^="#/s/"]').first().waitFor()
    await page.reload()
    return wire
  }

  constructor(browser) {
    this.browser = browser
    this.page = browser.page
    this.host = new URL(browser.page.url()).host
    /** What it did that it must not. */
    this.heard = []
    this.longest = 0
  }

  asked(address) {
    const { host, protocol } = new URL(address)
    if (host !== this.host && !['blob:', 'data:'].includes(protocol)) this.heard.push(`asked ${address.slice(0, 80)}`)
  }

  /** Asserts that all is quiet, and that it was never held up for long. */
  async quiet(where) {
    const took = Date.now()
    await this.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))))
    assert.ok(Date.now() - took < 2 * frozen, `${where}: the page draws: ${Date.now() - took} ms`)
    const { harmed, longest } = await this.page.evaluate(() => ({
      harmed: globalThis.harmed ?? [],
      longest: globalThis.longest,
      since: (globalThis.longest = 0),
    }))
    this.longest = Math.max(this.longest, longest)
    assert.deepEqual([...harmed, ...this.heard], [], where)
    assert.ok(longest < frozen, `${where}: held up for ${Math.round(longest)} ms`)
  }
}

/** In the page, before anything of it. */
function watch() {
  const harmed = []
  Object.defineProperty(globalThis, 'harmed', {
    get: () => harmed,
    set: (what) => {
      harmed.push(`ran: ${what}`)
      globalThis.tripped?.(`ran: ${what}`)
    },
  })
  globalThis.longest = 0
  addEventListener('securitypolicyviolation', (event) => harmed.push(`policy: ${event.violatedDirective} ${event.blockedURI}`))
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) globalThis.longest = Math.max(globalThis.longest, entry.duration)
  }).observe({ type: 'longtask', buffered: true })
}
