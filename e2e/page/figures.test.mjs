//! What a cold load costs, how soon a message is on the screen, and how a hundred thousand of them scroll. Times are
//! printed and never asserted: they are of the machine as much as of the page.
import assert from 'node:assert/strict'
import test from 'node:test'
import { found } from './browser.mjs'
import { lab } from './lab.mjs'
import { ask, hear } from './socket.mjs'

const loads = 5
const messages = 40
const many = 100_000
/** As many as the peer takes at a time. */
const batch = 256
/** The aim for the shell with everything that a first look needs, bytes as they are compressed; what HTTP says around them is printed too. */
const most = 120 * 1024
/** So many messages may be drawn at a time, however many there are. */
const drawn = 150

const at = (list, share) => {
  const sorted = [...list].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
}
const whole = (figures) => Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, Math.round(value)]))

/** A load with nothing kept from before: times of the page's own clock, and bytes. */
async function cold(chrome, address) {
  const context = await chrome.newContext({ viewport: { width: 1440, height: 900 } })
  const page = await context.newPage()
  await context.addInitScript(() => {
    // Usable: the spaces stand there and a press on one is heard.
    new MutationObserver(() => {
      if (document.querySelector('nav a[href^="#/s/"]')) globalThis.usable ??= performance.now()
    }).observe(document, { childList: true, subtree: true })
  })
  const debug = await context.newCDPSession(page)
  await debug.send('Network.enable')
  let [bytes, sent] = [0, 0]
  const answers = new Map()
  debug.on('Network.responseReceived', ({ requestId, response }) => answers.set(requestId, response))
  debug.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const answer = answers.get(requestId)
    if (!answer || answer.url.includes('/api/')) return
    sent += encodedDataLength
    // So far, with the answer's head alone.
    bytes += encodedDataLength - answer.encodedDataLength
  })
  await page.goto(address)
  await page.waitForFunction(() => globalThis.usable && performance.getEntriesByName('first-contentful-paint').length)
  await page.waitForLoadState('networkidle')
  const times = await page.evaluate(() => ({
    paint: performance.getEntriesByName('first-contentful-paint')[0].startTime,
    usable: globalThis.usable,
  }))
  await context.close()
  return { ...times, bytes, sent }
}

/** Scrolls a little with every picture drawn, for a while: how long each took, how many rows there were, and whether the numbers of the messages rose. */
function scroll({ by, ms }) {
  const box = document.querySelector('.history')
  const numbers = () => [...box.querySelectorAll('article')].map((row) => Number(/number (\d+)/.exec(row.textContent)?.[1]))
  const rising = (list) => list.every((one, n) => n === 0 || one === list[n - 1] + 1)
  return new Promise((done) => {
    const [begin, frames] = [performance.now(), []]
    let [before, rows, ordered, seen] = [begin, 0, true, new Set()]
    // By the clock, not by the picture's own time: that is rounded to the screen's.
    const step = () => {
      const now = performance.now()
      frames.push(now - before)
      before = now
      const list = numbers()
      rows = Math.max(rows, list.length)
      ordered &&= rising(list)
      for (const one of list) seen.add(one)
      box.scrollTop += by
      if (now - begin < ms) requestAnimationFrame(step)
      else done({ frames: frames.slice(2), rows, ordered, seen: seen.size })
    }
    requestAnimationFrame(step)
  })
}

test('figures', { skip: !found() && 'no Chromium is here', timeout: 240_000 }, async (t) => {
  const { first, second, browser, page, id } = await lab(t)
  const figures = {}
  const here = new URL(page.url()).origin

  await t.test('a cold load', async () => {
    const all = []
    for (let n = 0; n < loads; n++) all.push(await cold(browser.chrome, await second.address()))
    const of = (which, share) => at(all.map((one) => one[which]), share)
    Object.assign(figures, whole({ paint_ms: of('paint', 0.5), paint_best_ms: of('paint', 0), usable_ms: of('usable', 0.5), usable_best_ms: of('usable', 0), shell_bytes: of('bytes', 0), sent_bytes: of('sent', 0) }))
    console.log(`page: a cold load (${loads} times): first paint ${figures.paint_ms} ms (best ${figures.paint_best_ms}; aim 150), usable ${figures.usable_ms} ms (best ${figures.usable_best_ms}; aim 300), ${(figures.shell_bytes / 1024).toFixed(1)} KiB compressed (aim 120), ${(figures.sent_bytes / 1024).toFixed(1)} with what HTTP says around it`)
    assert.ok(figures.shell_bytes > 10_000 && figures.shell_bytes <= most, `${figures.shell_bytes} bytes for the shell`)
  })

  await t.test('from arrival at the peer to the screen', async () => {
    await page.goto(`${here}/#/s/${id}`)
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
    const came = new Map()
    const end = await hear(second, (event) => event.type === 'message' && came.set(event.message.text, Date.now()))
    for (let n = 0; n < messages; n++) await first.run('say', 'Lab', `message ${n} of the figures`)
    await page.locator('article').filter({ hasText: `message ${messages - 1} of the figures` }).waitFor()
    const seen = await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => done(globalThis.seen))))
    end()
    const took = [...came].filter(([text]) => seen[text]).map(([text, then]) => Math.max(0, seen[text] - then))
    assert.ok(took.length > messages / 2, `${took.length} were seen`)
    Object.assign(figures, whole({ shown_p50_ms: at(took, 0.5), shown_p95_ms: at(took, 0.95), shown_most_ms: at(took, 1) }))
    console.log(`page: a message on the screen after its arrival at the peer: p50 ${figures.shown_p50_ms} ms, p95 ${figures.shown_p95_ms} ms, most ${figures.shown_most_ms} ms (${took.length} messages; aim 50)`)
  })

  await t.test('a hundred thousand messages', async () => {
    await page.goto('about:blank')
    await second.run('space', 'new', 'Long')
    const long = (await ask(second, 'GET', '/spaces')).find((space) => space.name === 'Long').id
    for (let n = 0; n < many; n += batch) {
      const texts = Array.from({ length: Math.min(batch, many - n) }, (_, i) => `number ${n + i} ${'and more words '.repeat((n + i) % 23)}`.trim())
      await ask(second, 'POST', `/spaces/${long}/messages/many`, { messages: texts.map((text) => ({ text })) })
    }
    await page.goto(`${here}/#/s/${long}`)
    await page.getByText(`number ${many - 1}`).first().waitFor()
    const debug = await page.context().newCDPSession(page)
    const memory = async () => {
      await debug.send('HeapProfiler.collectGarbage')
      return (await debug.send('Runtime.getHeapUsage')).usedSize
    }
    const begin = await memory()
    const up = await page.evaluate(scroll, { by: -240, ms: 6000 })
    await page.getByRole('button', { name: 'More about this space' }).click()
    await page.getByRole('menuitem', { name: 'Go to a day' }).click()
    await page.getByRole('button', { name: 'The beginning' }).click()
    await page.getByText('number 0', { exact: true }).waitFor()
    const down = await page.evaluate(scroll, { by: 240, ms: 6000 })
    const end = await memory()
    const frames = [...up.frames, ...down.frames]
    Object.assign(figures, {
      ...whole({ scroll_longest_ms: Math.max(...frames), scroll_p99_ms: at(frames, 0.99), scroll_p50_ms: at(frames, 0.5) }),
      scroll_messages: up.seen + down.seen,
      rows: Math.max(up.rows, down.rows),
      heap_begin_bytes: begin,
      heap_end_bytes: end,
    })
    console.log(`page: ${many.toLocaleString('en')} messages, ${figures.scroll_messages.toLocaleString('en')} of them scrolled past: longest frame ${figures.scroll_longest_ms} ms, p99 ${figures.scroll_p99_ms} ms, p50 ${figures.scroll_p50_ms} ms; at most ${figures.rows} drawn; ${(end / 1048576).toFixed(1)} MiB of memory for scripts (${(begin / 1048576).toFixed(1)} before)`)
    for (const way of [up, down]) {
      assert.ok(way.ordered, 'each after the one before it')
      assert.ok(way.seen > 200, `${way.seen} messages were seen`)
      assert.ok(way.rows <= drawn, `${way.rows} messages were drawn at a time`)
    }
  })

  console.log(`figures ${JSON.stringify(figures)}`)
})
