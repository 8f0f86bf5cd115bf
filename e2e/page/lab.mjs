//! Two peers in one space, made by commands, and a browser at the second one's.
import { Browser } from './browser.mjs'
import { Peer } from './peer.mjs'

export async function lab(t, names = ['Anna', 'Ben'], space = 'Lab') {
  const [first, second] = await Promise.all(names.map((name) => Peer.up(name)))
  await first.run('space', 'new', space)
  const { link } = await first.json('invite', space)
  const id = (await second.json('join', link, '--yes')).space.id
  const browser = await Browser.at(second)
  t.after(async () => {
    try {
      await browser.close()
    } finally {
      await Promise.all([first.gone(), second.gone()])
    }
  })
  return { first, second, browser, page: browser.page, id }
}
