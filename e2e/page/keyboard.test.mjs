//! The first hour again, by keyboard alone: everything is reached, what has the focus shows it, and nobody is ever lost.
import assert from 'node:assert/strict'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { Browser, found } from './browser.mjs'
import { Keys } from './keys.mjs'
import { Peer } from './peer.mjs'
import { until } from './wait.mjs'

const button = (page, name) => page.getByRole('button', { name })
const compose = (page) => page.locator('[data-compose]')
const message = (page, text) => page.locator('article').filter({ hasText: text }).last()
const tab = (page, name) => page.getByRole('navigation', { name: 'Parts of the space' }).getByRole('link', { name })

test('the first hour by keyboard alone', { skip: !found() && 'no Chromium is here', timeout: 300_000 }, async (t) => {
  const [annas, bens] = await Promise.all([Peer.up(), Peer.up()])
  const [anna, ben] = await Promise.all([Browser.at(annas), Browser.at(bens)])
  const [a, b] = [anna.page, ben.page]
  const [ka, kb] = [new Keys(a), new Keys(b)]
  t.after(async () => {
    try {
      await Promise.all([anna.close(), ben.close()])
    } finally {
      await Promise.all([annas.gone(), bens.gone()])
    }
  })
  await Promise.all([ka.watch(), kb.watch()])

  await t.test('a name', async () => {
    for (const [page, keys, name] of [[a, ka, 'Anna'], [b, kb, 'Ben']]) {
      await keys.to(page.getByLabel('What shall others call you?'))
      await keys.press('Control+a')
      await keys.type(name)
      await keys.press('Enter')
      await page.getByRole('heading', { name: `Good to have you here, ${name}` }).waitFor()
    }
  })

  let link
  await t.test('a space, an invitation, joining', async () => {
    await ka.go(button(a, 'Make a space'))
    await ka.to(a.getByLabel('Its name'))
    await ka.type('Kite builders')
    await ka.press('Enter')
    await a.getByRole('heading', { name: 'Kite builders' }).waitFor()
    await ka.go(button(a, 'Invite somebody'))
    await ka.go(button(a, 'Make the link'))
    await ka.go(button(a, 'Copy the link'))
    link = await a.getByLabel('The link').inputValue()
    await until('the link is copied', async () => (await a.evaluate(() => navigator.clipboard.readText())) === link)
    await ka.press('Escape')
    await a.getByRole('dialog').waitFor({ state: 'hidden' })
    assert.ok(await ka.on(button(a, 'Invite somebody')), 'the focus is where the dialog was opened')

    await kb.go(button(b, 'Join by a link'))
    await kb.to(b.getByLabel('The link'))
    await b.keyboard.insertText(link)
    await kb.press('Enter')
    await b.getByText('Anna invites you to').waitFor()
    await kb.go(b.getByRole('button', { name: 'Join', exact: true }))
    await b.getByRole('heading', { name: 'Kite builders' }).waitFor()
  })

  const write = async (page, keys, text) => {
    await keys.to(compose(page))
    await keys.type(text)
    await keys.press('Enter')
  }

  await t.test('talk, a reply, a reaction, a change, and taking back', async () => {
    await write(a, ka, 'Wind from the west on Sunday')
    await message(b, 'Wind from the west').waitFor()

    // From writing up into the talk, and from message to message.
    await kb.to(compose(b))
    await kb.to(b.locator('.history, article'), 'Shift+Tab')
    await kb.to(message(b, 'Wind from the west'), 'ArrowUp')
    await kb.press('r')
    await b.getByText('In reply to Anna').waitFor()
    await until('one can write', () => kb.on(compose(b)))
    await kb.type('I bring the red one')
    await kb.press('Enter')
    await message(a, 'I bring the red one').waitFor()

    await ka.to(compose(a))
    await ka.to(a.locator('.history, article'), 'Shift+Tab')
    await ka.to(message(a, 'I bring the red one'), 'ArrowUp')
    await ka.press('+')
    await until('a sign can be chosen', () => ka.on(a.getByRole('button', { name: 'React with 👍' })))
    await ka.press('Enter')
    await button(message(b, 'I bring the red one'), /👍/).waitFor()

    await ka.to(compose(a))
    await ka.press('ArrowUp')
    await a.getByText('Changing your message').waitFor()
    await until('one can write', () => ka.on(compose(a)))
    await ka.press('Control+a')
    await ka.type('Wind from the north on Sunday')
    await ka.press('Enter')
    await message(b, 'Wind from the north').waitFor()

    await write(a, ka, 'never mind')
    await message(b, 'never mind').waitFor()
    await ka.to(a.locator('.history, article'), 'Shift+Tab')
    await ka.to(message(a, 'never mind'), 'ArrowUp')
    await ka.press('Delete')
    await ka.go(a.getByRole('dialog').getByRole('button', { name: 'Take back' }))
    await message(b, 'This message was taken back').waitFor()
  })

  await t.test('naming somebody', async () => {
    await ka.to(compose(a))
    await ka.type('look, @B')
    await a.getByRole('listbox', { name: 'People to mention' }).waitFor()
    await ka.press('Enter')
    await ka.press('Enter')
    await message(b, 'look, @Ben').waitFor()
  })

  await t.test('a file with a message', async () => {
    const plan = join(annas.folder, 'plan.txt')
    await writeFile(plan, 'a plan')
    await ka.to(compose(a))
    const [chooser] = await Promise.all([a.waitForEvent('filechooser'), ka.press('Control+u')])
    await chooser.setFiles(plan)
    await write(a, ka, 'like this')
    await message(b, 'like this').getByText('plan.txt').first().waitFor()
  })

  await t.test('a folder is shared, and fetched by the other', async () => {
    const plans = join(annas.folder, 'plans')
    await mkdir(plans)
    await writeFile(join(plans, 'sled.txt'), 'two spars, one sail')
    await writeFile(join(plans, 'tail.txt'), 'six metres')
    await ka.go(tab(a, 'Files'))
    await a.getByText('Share the first file').waitFor()
    const chooser = await ka.files(button(a, 'Share a folder'))
    await chooser.setFiles(plans)
    await a.getByRole('link', { name: 'plans' }).waitFor()

    await mkdir(join(bens.folder, 'Downloads'))
    await kb.go(tab(b, 'Files'))
    await kb.go(b.getByRole('link', { name: 'plans' }))
    const sled = b.getByRole('button', { name: 'sled.txt', exact: true })
    await kb.to(sled)
    await kb.press('ArrowDown')
    await until('down leads to the next file', () => kb.on(b.getByRole('button', { name: 'tail.txt', exact: true })))
    await kb.press('ArrowUp', 'Enter')
    await b.getByText('two spars, one sail').waitFor()
    await kb.press('Escape')
    await until('the focus is where the file was opened', () => kb.on(sled))

    await kb.go(button(b, 'About sled.txt'))
    const [download] = await Promise.all([b.waitForEvent('download'), kb.choose('Download')])
    assert.equal(await readFile(await download.path(), 'utf8'), 'two spars, one sail')

    await kb.go(b.getByRole('navigation', { name: 'Where you are' }).getByRole('link', { name: 'Files' }), 'Shift+Tab')
    await kb.go(button(b, 'About plans'))
    await kb.choose('Get into a folder')
    await kb.go(button(b, /^Put into/))
    const fetched = join(bens.folder, 'Downloads/plans/sled.txt')
    await until('the folder has come', async () => (await readFile(fetched, 'utf8')) === 'two spars, one sail')
  })

  await t.test('the sheet of keys, the palette, and search', async () => {
    await kb.press('?')
    await b.getByRole('dialog', { name: 'Keys' }).waitFor()
    await kb.press('Escape')
    await kb.press('Control+k')
    await kb.type('kite')
    await b.getByRole('option', { name: /Kite builders/ }).first().waitFor()
    await kb.press('Enter')
    // One may write at once there; Escape leads to the messages, where single keys are commands.
    await until('one may write', () => kb.on(compose(b)))
    await kb.press('Escape')
    await kb.press('/')
    await until('words can be typed', () => kb.on(b.getByLabel('Search messages')))
    await kb.type('north')
    await kb.go(b.getByRole('link', { name: /Wind from the north/ }).first())
    const said = b.locator('article').filter({ hasText: 'Wind from the north' }).first()
    await until('the message has the focus', () => kb.on(said))
  })

  await t.test('blocking, and taking it back', async () => {
    await kb.press('Control+k')
    await kb.type('people')
    await kb.press('Enter')
    await kb.go(button(b, 'More about Anna'))
    await kb.choose('Block')
    await kb.go(b.getByRole('dialog').getByRole('button', { name: 'Block' }))
    await b.getByText('blocked', { exact: true }).waitFor()
    await kb.go(b.getByRole('main').getByRole('button', { name: 'Unblock' }))
    await b.getByText('blocked', { exact: true }).waitFor({ state: 'hidden' })
  })

  await t.test('no pointer was used', async () => {
    assert.deepEqual([await ka.pointers(), await kb.pointers()], [0, 0])
  })
})
