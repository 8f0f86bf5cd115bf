//! What a cold load costs, and how soon a message is on the screen: printed, and no test of the machine it runs on.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { get } from 'node:http'
import { join } from 'node:path'
import test from 'node:test'
import { found } from './browser.mjs'
import { lab } from './lab.mjs'

const messages = 40

/** The moments at which messages came to a peer, by their text. */
async function arrivals(peer) {
  const socketPath = (await readFile(join(peer.folder, 'home/socket'), 'utf8')).trim()
  const came = new Map()
  const answer = await new Promise((resolve) => get({ socketPath, path: '/api/v1/events', headers: { host: 'peer' } }, resolve))
  let rest = ''
  answer.on('data', (piece) => {
    const now = Date.now()
    const lines = (rest + piece).split('\n')
    rest = lines.pop()
    for (const line of lines.filter(Boolean)) {
      const event = JSON.parse(line)
      if (event.type === 'message') came.set(event.message.text, now)
    }
  })
  return { came, end: () => answer.destroy() }
}

const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]

test('figures', { skip: !found() && 'no Chromium is here', timeout: 120_000 }, async (t) => {
  const { first, second, browser, page } = await lab(t)

  await t.test('a cold load', async () => {
    const context = await browser.chrome.newContext({ viewport: { width: 1440, height: 900 } })
    const cold = await context.newPage()
    const debug = await context.newCDPSession(cold)
    await debug.send('Network.enable')
    let bytes = 0
    const files = []
    debug.on('Network.responseReceived', ({ requestId, response }) => files.push([requestId, response.url]))
    debug.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
      const [, url] = files.find(([id]) => id === requestId) ?? []
      if (url && !url.includes('/api/')) bytes += encodedDataLength
    })
    await cold.goto(await second.address())
    await cold.getByRole('link', { name: /Lab/ }).first().waitFor()
    const { paint, usable } = await cold.evaluate(() => ({
      paint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime,
      usable: performance.now(),
    }))
    console.log(`page: cold load: first paint ${Math.round(paint)} ms, usable ${Math.round(usable)} ms, ${(bytes / 1000).toFixed(1)} kB sent`)
    assert.ok(paint > 0 && bytes > 0)
    await context.close()
  })

  await t.test('from arrival at the peer to the screen', async () => {
    await page.getByRole('link', { name: /Lab/ }).first().click()
    await page.locator('[data-compose]').waitFor()
    await page.evaluate(() => {
      const seen = (globalThis.seen = {})
      new MutationObserver(() => {
        requestAnimationFrame(() => {
          const now = Date.now()
          for (const article of document.querySelectorAll('article')) {
            const text = /message \d+ of the figures/.exec(article.textContent)?.[0]
            if (text) seen[text] ??= now
          }
        })
      }).observe(document.body, { childList: true, subtree: true })
    })
    const { came, end } = await arrivals(second)
    for (let n = 0; n < messages; n++) await first.run('say', 'Lab', `message ${n} of the figures`)
    await page.locator('article').filter({ hasText: `message ${messages - 1} of the figures` }).waitFor()
    const seen = await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => done(globalThis.seen))))
    end()
    const took = [...came].filter(([text]) => seen[text]).map(([text, then]) => Math.max(0, seen[text] - then))
    took.sort((a, b) => a - b)
    assert.ok(took.length > messages / 2, `${took.length} were seen`)
    console.log(`page: a message on the screen after its arrival at the peer: p50 ${at(took, 0.5)} ms, p95 ${at(took, 0.95)} ms, most ${took.at(-1)} ms (${took.length} messages)`)
  })
})
