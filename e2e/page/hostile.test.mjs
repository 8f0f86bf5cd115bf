//! A member who means harm: names, messages, files and previews made to run, to freeze, or to call home. Nothing of it does.
import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { found } from './browser.mjs'
import { files, tag, texts } from './harm.mjs'
import { lab } from './lab.mjs'
import { Tripwire } from './tripwire.mjs'
import { until } from './wait.mjs'

test('nothing of a member is ever more than pixels and letters', { skip: !found() && 'no Chromium is here', timeout: 300_000 }, async (t) => {
  const { first, browser, page, id } = await lab(t, [tag, 'Ben'], `\u202eLab ${tag}`.slice(0, 60))
  const wire = await Tripwire.around(browser)
  const here = new URL(page.url()).origin
  const space = (await first.json('spaces')).id
  const go = (place) => page.goto(`${here}/#/${place}`)
  const folder = join(first.folder, 'harm')
  await mkdir(folder)
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content)

  await t.test('messages', async () => {
    await go(`s/${id}`)
    await page.locator('[data-compose]').waitFor()
    for (const text of texts) await first.run('say', space, text)
    const attached = Object.keys(files).slice(0, 10).flatMap((name) => ['--attach', join(folder, name)])
    const { id: last } = await first.json('say', space, 'the last, with attachments', ...attached)
    await first.run('react', last, '<b>x</b>')
    await first.run('react', last, 'Z' + '\u0300'.repeat(25))
    await page.getByText('the last, with attachments').first().waitFor()
    await wire.quiet('as they come')
    // Again from the first to the last.
    await page.reload()
    await page.getByText('the last, with attachments').first().waitFor()
    await page.locator('.history').focus()
    for (let n = 0; n < 40; n++) await page.keyboard.press('ArrowUp')
    await wire.quiet('walking up')
    for (const name of ['r', 'Escape']) await page.keyboard.press(name)
    const schemes = await page.locator('a[href]').evaluateAll((all) => all.map((one) => [one.protocol, one.target, one.rel]))
    for (const [scheme, target, rel] of schemes) {
      assert.match(scheme, /^https?:$/)
      if (target) assert.match(rel, /noopener noreferrer/)
    }
    await browser.accessible('hostile talk')
  })

  await t.test('files, each looked at', async () => {
    await first.run('share', space, folder)
    await go(`s/${id}/files`)
    await page.getByText('harm', { exact: true }).first().click()
    const names = page.locator('button.open')
    const all = Object.keys(files).length
    await until('all are listed', async () => (await page.locator('main li[data-row]').first().getAttribute('aria-setsize')) === `${all}`)
    await until('they are drawn', async () => (await names.count()) > all / 2)
    for (let n = 0; n < (await names.count()); n++) {
      const name = await names.nth(n).innerText()
      await names.nth(n).click()
      const dialog = page.getByRole('dialog')
      await dialog.waitFor()
      await dialog.getByText(/^(Looking|Fetching) /).waitFor({ state: 'hidden' })
      await page.waitForTimeout(150)
      await wire.quiet(`looking at ${name}`)
      await page.keyboard.press('Escape')
      await dialog.waitFor({ state: 'hidden', timeout: 5000 })
    }
  })

  await t.test('their addresses, opened as a page', async () => {
    for (const name of ['page.html', 'drawing.svg', 'page.png', 'paper.pdf'])
      for (const preview of ['', '&preview=1']) {
        const answer = await page.evaluate(async (path) => {
          const { status, headers } = await fetch(path)
          return { status, ...Object.fromEntries(headers) }
        }, `/api/v1/spaces/${id}/content?path=${encodeURIComponent(`harm/${name}`)}${preview}`)
        assert.equal(answer['x-content-type-options'], 'nosniff', name)
        assert.match(answer['content-security-policy'], answer.status === 200 ? /sandbox/ : /default-src 'none'/, name)
        // What can be read as text is shown as text, whatever it calls itself.
        if (preview) assert.ok(answer.status === 415 || answer['content-type'].startsWith('text/plain'), `${name}: ${answer['content-type']}`)
        else {
          assert.equal(answer['content-type'], 'application/octet-stream', name)
          assert.match(answer['content-disposition'], /^attachment/, name)
        }
      }
  })

  await t.test('every place that shows a name', async () => {
    await first.run('send', join(folder, `${tag.replaceAll('/', '\u2215')}.txt`))
    for (const place of ['', `s/${id}/members`, 'people', 'connections', 'activity', 'settings', 'send', `search?q=${encodeURIComponent('onerror')}`]) {
      await go(place)
      await page.locator('main').waitFor()
      await page.waitForTimeout(300)
      await wire.quiet(place || 'home')
    }
    await page.keyboard.press('Control+k')
    await page.keyboard.type('script')
    await page.waitForTimeout(200)
    await wire.quiet('the palette')
    await page.keyboard.press('Escape')
    const { link } = await first.json('invite', space)
    await page.keyboard.press('Control+k')
    await page.keyboard.type('Join by')
    await page.getByRole('option', { name: 'Join by a link' }).click()
    await page.getByLabel('The link').fill(link)
    await page.keyboard.press('Enter')
    await page.getByText('invites you to').waitFor()
    await wire.quiet('an invitation')
    await page.keyboard.press('Escape')
  })

  console.log(`page: hostile content: the longest that the page was held up: ${Math.round(wire.longest)} ms`)
  assert.equal(await page.evaluate(() => new URL(location.href).origin), here, 'the page is where it was')
  assert.deepEqual(browser.found, [])
  // That a preview is refused is what the browser says in red.
  browser.wrong = browser.wrong.filter((line) => !/status of 415/.test(line))
})
