//! The screens: where each is in the world in memory, and what is done before one looks.

const space = (name) => async (page) => {
  if (!(await page.getByRole('link', { name }).first().isVisible())) await page.goto(page.url().replace(/#.*/, '#/'))
  await page.getByRole('link', { name }).first().click()
}
const tab = (name, part) => async (page) => {
  await space(name)(page)
  await page.getByRole('link', { name: part, exact: true }).first().click()
}
const press = (role, name) => (page) => page.getByRole(role, { name }).first().click()
const then =
  (...steps) =>
  async (page) => {
    for (const step of steps) {
      await step(page)
      await page.waitForTimeout(350)
    }
  }

/** `name`: of the picture; `at`: the address after `#/`; `ways`: of the world; `act`: what is done there. */
export const screens = [
  { name: 'start', at: '', ways: '&first' },
  { name: 'home', at: '' },
  { name: 'talk', at: '', act: space(/Kite builders/) },
  { name: 'files', at: '', act: tab(/Kite builders/, 'Files') },
  { name: 'members', at: '', act: tab(/Kite builders/, 'Members') },
  { name: 'people', at: 'people' },
  { name: 'connections', at: 'connections' },
  { name: 'activity', at: 'activity' },
  { name: 'send', at: 'send' },
  { name: 'search', at: 'search?q=reel' },
  { name: 'settings', at: 'settings' },
  { name: 'look', at: 'look' },
]

/** States that are looked at by axe, without a picture. */
export const states = [
  { name: 'people, nobody yet', at: 'people', ways: '&first' },
  { name: 'connections, nobody yet', at: 'connections', ways: '&first' },
  { name: 'activity, nothing yet', at: 'activity', ways: '&first' },
  { name: 'no peer', at: '', ways: '&lost' },
  { name: 'no session', at: '', ways: '&out' },
  { name: 'hostile names', at: '', act: space(/onmouseover/) },
  { name: 'hostile files', at: '', act: tab(/onmouseover/, 'Files') },
  {
    name: 'connect',
    at: 'people',
    act: then(press('button', 'Connect to somebody'), (page) =>
      page.getByRole('dialog').getByRole('button', { name: 'Ask to connect' }).click(),
    ),
  },
  { name: 'a person’s menu', at: 'people', act: press('button', /More about Jonas/) },
  {
    name: 'block',
    at: 'people',
    act: then(press('button', /More about Jonas/), press('menuitem', 'Block')),
  },
  { name: 'the words are the same', at: 'people', act: press('button', 'They are the same') },
  {
    name: 'a peer chosen in the list',
    at: 'connections',
    act: then(
      (page) => page.getByText('What the lines mean').click(),
      (page) => page.locator('[data-peer] button').first().click(),
    ),
  },
  {
    name: 'a peer chosen in the picture',
    at: 'connections',
    act: async (page) => {
      await page.locator('[data-key][tabindex="0"]').first().focus()
      for (const key of ['ArrowRight', 'ArrowRight', 'Enter']) await page.keyboard.press(key)
    },
  },
  { name: 'stop a transfer', at: 'activity', act: press('button', /^Stop flight/) },
  { name: 'pause a transfer', at: 'activity', act: press('button', /^Pause flight/) },
  { name: 'a backup without a passphrase', at: 'settings', act: press('button', 'Write the backup') },
  { name: 'stop the peer', at: 'settings', act: press('button', 'Stop the peer') },
  { name: 'the palette', at: '', act: (page) => page.keyboard.press('Control+k') },
  { name: 'the keys', at: '', act: (page) => page.keyboard.press('?') },
]
