//! Two people, two peers, two browsers, and the first hour: from a name to blocking, all of it in the page.
import assert from 'node:assert/strict'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { Browser, found } from './browser.mjs'
import { Peer } from './peer.mjs'
import { until } from './wait.mjs'

/** A picture of one pixel. */
const pixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

const name = async (page, who) => {
  await page.getByLabel('What shall others call you?').fill(who)
  await page.getByRole('button', { name: 'Go on' }).click()
  await page.getByRole('heading', { name: `Good to have you here, ${who}` }).waitFor()
}

const write = async (page, text) => {
  await page.locator('[data-compose]').fill(text)
  await page.locator('[data-compose]').press('Enter')
}

/** The message that holds these words. */
const message = (page, text) => page.locator('article').filter({ hasText: text }).last()

const tab = (page, which) =>
  page.getByRole('navigation', { name: 'Parts of the space' }).getByRole('link', { name: which }).click()

/** Drops a file or folder of the disk into the middle of an element, as from the desktop. */
const drop = async (page, on, path) => {
  const box = await page.locator(on).first().boundingBox()
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
  const debug = await page.context().newCDPSession(page)
  const data = { items: [], files: [path], dragOperationsMask: 1 }
  for (const type of ['dragEnter', 'dragOver', 'drop']) await debug.send('Input.dispatchDragEvent', { type, x, y, data })
  await debug.detach()
}

test('the first hour', { skip: !found() && 'no Chromium is here', timeout: 300_000 }, async (t) => {
  const [annas, bens] = await Promise.all([Peer.up(), Peer.up()])
  const [anna, ben] = await Promise.all([Browser.at(annas), Browser.at(bens)])
  const [a, b] = [anna.page, ben.page]
  t.after(async () => {
    try {
      await Promise.all([anna.close(), ben.close()])
    } finally {
      await Promise.all([annas.gone(), bens.gone()])
    }
  })

  await t.test('a name', async () => {
    await anna.accessible('first start')
    await name(a, 'Anna')
    await name(b, 'Ben')
    await anna.accessible('where to begin')
  })

  await t.test('a space, and a link that invites to it', async () => {
    await a.getByRole('button', { name: 'Make a space' }).click()
    await a.getByLabel('Its name').fill('Kite builders')
    await anna.accessible('making a space')
    await a.getByRole('button', { name: 'Make it' }).click()
    await a.getByRole('heading', { name: 'Kite builders' }).waitFor()
    await a.getByRole('button', { name: 'Invite somebody' }).first().click()
    await a.getByRole('button', { name: 'Make the link' }).click()
    const link = await a.getByLabel('The link').inputValue()
    assert.match(link, /^peer:\/\/join\//)
    await anna.accessible('an invitation')
    await a.keyboard.press('Escape')

    await b.getByRole('button', { name: 'Join by a link' }).click()
    await b.getByLabel('The link').fill(link)
    await b.getByRole('button', { name: 'Look at it' }).click()
    await b.getByText('Anna invites you to').waitFor()
    await ben.accessible('what a link says')
    await b.getByRole('button', { name: 'Join', exact: true }).click()
    await b.getByRole('heading', { name: 'Kite builders' }).waitFor()
  })

  await t.test('talk, a reply, a reaction, a change', async () => {
    await write(a, 'Wind from the west on Sunday')
    await message(b, 'Wind from the west').waitFor()
    await message(b, 'Wind from the west').hover()
    await message(b, 'Wind from the west').getByRole('button', { name: 'Reply' }).click()
    await write(b, 'I bring the red one')
    await message(a, 'I bring the red one').waitFor()
    assert.match(await message(a, 'I bring the red one').innerText(), /Wind from the west/, 'what it answers is shown')

    await message(a, 'I bring the red one').hover()
    await message(a, 'I bring the red one').getByRole('button', { name: 'React' }).click()
    await a.getByRole('button', { name: 'React with 👍' }).or(a.getByRole('option', { name: /👍/ })).first().click()
    await message(b, 'I bring the red one').getByRole('button', { name: /👍/ }).waitFor()

    await message(a, 'Wind from the west').first().hover()
    await a.locator('[data-compose]').focus()
    await a.locator('[data-compose]').press('ArrowUp')
    await a.getByText('Changing your message').waitFor()
    await write(a, 'Wind from the north on Sunday')
    await message(b, 'Wind from the north').waitFor()
    await ben.accessible('a conversation')
  })

  await t.test('who writes is seen', async () => {
    const writing = b.getByText('Anna is writing')
    await until('it is seen', async () => {
      await a.locator('[data-compose]').press('m')
      return writing.isVisible()
    })
    await a.locator('[data-compose]').fill('')
  })

  await t.test('a file with a message, looked at by the other', async () => {
    const picture = join(annas.folder, 'kite.png')
    await writeFile(picture, pixel)
    const [chooser] = await Promise.all([
      a.waitForEvent('filechooser'),
      a.getByRole('button', { name: 'Attach files' }).click(),
    ])
    await chooser.setFiles(picture)
    await write(a, 'like this')
    const shown = message(b, 'like this').locator('img').first()
    await shown.waitFor()
    await b.waitForFunction((image) => image.complete && image.naturalWidth === 1, await shown.elementHandle())
  })

  await t.test('a folder is dropped, and fetched by the other', async () => {
    await tab(a, 'Files')
    await a.getByText('Share the first file').waitFor()
    const plans = join(annas.folder, 'plans')
    await mkdir(plans)
    await writeFile(join(plans, 'sled.txt'), 'two spars, one sail')
    await writeFile(join(plans, 'tail.txt'), 'six metres')
    await drop(a, '.zone', plans)
    await a.getByText('plans', { exact: true }).first().waitFor()
    await anna.accessible('files')

    await tab(b, 'Files')
    await b.getByText('plans', { exact: true }).first().click()
    await b.getByText('sled.txt').first().waitFor()
    await mkdir(join(bens.folder, 'Downloads'))
    await b.getByRole('navigation', { name: 'Where you are' }).getByRole('link', { name: 'Files' }).click()
    await b.getByRole('button', { name: 'About plans' }).click()
    await b.getByRole('menuitem', { name: 'Get into a folder' }).click()
    await b.getByRole('dialog').waitFor()
    await ben.accessible('where to put it')
    await b.getByRole('button', { name: /^Put into/ }).click()
    const fetched = join(bens.folder, 'Downloads/plans/sled.txt')
    await until('the folder has come', async () => (await readFile(fetched, 'utf8')) === 'two spars, one sail')
    await b.getByText('plans', { exact: true }).first().click()

    const [download] = await Promise.all([
      b.waitForEvent('download'),
      (async () => {
        await b.getByRole('button', { name: 'About sled.txt' }).click()
        await b.getByRole('menuitem', { name: 'Download' }).click()
      })(),
    ])
    assert.equal(download.suggestedFilename(), 'sled.txt')
    assert.equal(await readFile(await download.path(), 'utf8'), 'two spars, one sail')
  })

  await t.test('search', async () => {
    await tab(b, 'Talk')
    await b.getByRole('button', { name: 'Search here' }).click()
    await b.getByLabel('Search messages').fill('north')
    await b.getByRole('link', { name: /Wind from the north/ }).first().waitFor()
    await ben.accessible('search')
  })

  await t.test('a reloaded page goes on, and so does one whose peer was started again', async () => {
    await b.reload()
    await b.getByRole('link', { name: /Kite builders/ }).first().click()
    await message(b, 'like this').waitFor()
    await bens.run('down')
    await b.getByText('Your peer does not answer').first().waitFor()
    await bens.run('up', '--background')
    await b.getByText('Your peer does not answer').first().waitFor({ state: 'hidden' })
    await tab(a, 'Talk')
    await write(a, 'still there?')
    await message(b, 'still there?').waitFor()
    // What the browser says of requests to a peer that is not there.
    ben.wrong.length = 0
  })

  await t.test('blocking, and taking it back', async () => {
    await b.goto(new URL('/#/people', b.url()).href)
    await b.getByRole('button', { name: 'More about Anna' }).click()
    await b.getByRole('menuitem', { name: 'Block' }).click()
    await ben.accessible('whether to block')
    await b.getByRole('dialog').getByRole('button', { name: 'Block' }).click()
    await b.getByText('blocked', { exact: true }).waitFor()
    assert.equal(JSON.parse(await bens.run('people', '--json')).blocked, true)
    await ben.accessible('people')
    await b.getByRole('main').getByRole('button', { name: 'Unblock' }).click()
    await b.getByText('blocked', { exact: true }).waitFor({ state: 'hidden' })
  })

  await t.test('every place has nothing that axe finds', async () => {
    for (const place of ['', 'people', 'connections', 'activity', 'settings', 'send']) {
      await a.goto(new URL(`/#/${place}`, a.url()).href)
      await a.waitForTimeout(300)
      await anna.accessible(place || 'home')
    }
    assert.deepEqual([...anna.found, ...ben.found], [])
  })
})
