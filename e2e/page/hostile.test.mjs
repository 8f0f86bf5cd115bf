//! A member who means harm: names, messages, files and previews made to run, to freeze, or to call home. Nothing of it does.
import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { crc32, deflateSync, gzipSync } from 'node:zlib'
import { found } from './browser.mjs'
import { lab } from './lab.mjs'
import { until } from './wait.mjs'

const run = 'globalThis.harmed=1'
const tag = `<img src=x onerror="${run}"><script>${run}</script>`

/** A picture of so many pixels a side, all of them black, in few bytes. */
function picture(side) {
  const part = (name, body) => {
    const named = Buffer.concat([Buffer.from(name), body])
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
    length.writeUInt32BE(body.length)
    sum.writeUInt32BE(crc32(named))
    return Buffer.concat([length, named, sum])
  }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(side, 0)
  head.writeUInt32BE(side, 4)
  head[8] = 1
  const rows = Buffer.alloc(side * (1 + Math.ceil(side / 8)))
  const magic = Buffer.from('89504e470d0a1a0a', 'hex')
  return Buffer.concat([magic, part('IHDR', head), part('IDAT', deflateSync(rows)), part('IEND', Buffer.alloc(0))])
}

const files = {
  'drawing.svg': `<svg xmlns="http://www.w3.org/2000/svg" onload="${run}"><script>${run}</script><image href="https://example.org/x.png"/></svg>`,
  'page.html': `<!doctype html><meta http-equiv="refresh" content="0;url=https://example.org"><script>${run}</script>`,
  'page.png': `<!doctype html><script>${run}</script>`,
  'paper.pdf': Buffer.from(`%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj<</OpenAction<</S/JavaScript/JS(${run})>>>>endobj`, 'latin1'),
  'huge.png': picture(30_000),
  'bomb.gz': gzipSync(Buffer.alloc(64 << 20)),
  'style.css': '@import "https://example.org/x.css"; body { background: url(https://example.org/y) }',
  '\u202egnp.exe': 'x',
  [`${tag.replaceAll('/', '\u2215')}.txt`]: 'a name that is markup',
}

test('nothing of a member is ever more than pixels and letters', { skip: !found() && 'no Chromium is here', timeout: 240_000 }, async (t) => {
  const { first, browser, page, id } = await lab(t, [tag, 'Ben'], `Lab ${tag}`.slice(0, 60))
  const here = new URL(page.url()).origin
  const left = []
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url())
    if (origin !== here && !['blob:', 'data:'].includes(protocol)) left.push(request.url())
  })
  page.on('dialog', (dialog) => {
    left.push(`a dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  const space = (await first.json('spaces')).id

  const folder = join(first.folder, 'harm')
  await mkdir(folder)
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content)
  await first.run('share', space, folder)
  const attached = ['drawing.svg', 'page.png', 'huge.png', 'page.html'].flatMap((name) => ['--attach', join(folder, name)])
  await first.run('say', space, 'last, with attachments', ...attached)
  for (const text of [
    tag,
    `[click](javascript:${run}) javascript:${run} data:text/html,<script>${run}</script>`,
    '\u202ekcab eht no\u202c \u2066\u2066\u2066',
    'Z' + '\u0300'.repeat(2000),
    'https://example.org/' + 'a'.repeat(3000),
    'x'.repeat(15_000),
    '{{7*7}} ${7*7} {@html "<b>"}',
  ])
    await first.run('say', space, text)

  await page.goto(`${here}/#/space/${id}`)
  await page.reload()
  await page.getByRole('link', { name: /Lab/ }).first().click()
  await page.locator('article').last().waitFor()
  await page.locator('article').filter({ hasText: 'last, with attachments' }).last().scrollIntoViewIfNeeded().catch(() => {})
  await page.waitForTimeout(1500)
  await browser.accessible('hostile talk')

  await page.getByRole('navigation', { name: 'Parts of the space' }).getByRole('link', { name: 'Files' }).click()
  await page.getByText('harm', { exact: true }).first().click()
  const names = page.locator('button.open')
  await until('all are listed', async () => (await names.count()) === Object.keys(files).length)
  for (let n = 0; n < (await names.count()); n++) {
    await names.nth(n).click()
    await page.waitForTimeout(400)
    const frozen = Date.now()
    await page.evaluate(() => 1 + 1)
    assert.ok(Date.now() - frozen < 5000, 'the page answers')
    await page.keyboard.press('Escape')
    await page.waitForTimeout(100)
  }
  assert.equal(await page.evaluate(() => globalThis.harmed), undefined, 'no script ran')
  assert.deepEqual(left, [], 'nothing left the page')
  assert.deepEqual(browser.found, [])
  // That a preview is refused is what the browser says in red.
  browser.wrong = browser.wrong.filter((line) => !/status of 415/.test(line))
})
