//! A headless Chromium, and what is asked of every page in it: no error, nothing that its policy had to stop, nothing axe finds.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { fromWeb } from './web.mjs'

const { chromium } = fromWeb('playwright-core')
const axe = fromWeb.resolve('axe-core')

const usual = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** Where Chromium is; nothing if it is nowhere. */
export function found() {
  return [process.env.CHROMIUM, ...usual].find((path) => path && existsSync(path))
}

export class Browser {
  /** Opens a page of a peer, let in by its own address. */
  static async at(peer, options = {}) {
    const chrome = await chromium.launch({ executablePath: found(), args: ['--no-sandbox'] })
    const context = await chrome.newContext({
      viewport: { width: 1440, height: 900 },
      reducedMotion: 'reduce',
      acceptDownloads: true,
      ...options,
    })
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    const page = await context.newPage()
    const browser = new Browser(chrome, page)
    page.setDefaultTimeout(20_000)
    await page.goto(await peer.address())
    return browser
  }

  constructor(chrome, page) {
    this.chrome = chrome
    this.page = page
    /** What went wrong in the page, in the order it did. */
    this.wrong = []
    /** What axe found, of whatever severity. */
    this.found = []
    page.on('pageerror', (error) => this.wrong.push(`${error}`))
    page.on('console', (line) => {
      if (line.type() === 'error') this.wrong.push(`${line.text()} ${line.location().url}`)
    })
  }

  /** Lets axe look at what is shown; what it finds is kept, and asserted on by `findings`. */
  async accessible(where) {
    // As the debugger runs it, the page's policy does not hold for it.
    await this.page.evaluate(await readFile(axe, 'utf8'))
    const { violations } = await this.page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }))
    for (const { id, help, nodes } of violations)
      this.found.push(`${where}: ${id}: ${help}: ${nodes.map((node) => node.target.join(' ')).join(' | ')}`)
  }

  async close() {
    await this.chrome.close()
    assert.deepEqual(this.wrong, [], 'nothing went wrong in the page')
  }
}
