//! `npm run screens -- [FOLDER] [--check] [--only NAME]`: every screen of the page in the world in memory, at 390 and 1440
//! pixels, light and dark, as pictures in FOLDER (`../docs/screens`); and every state looked at by axe. With `--check` no
//! pictures. Ends with 1 if axe finds anything, if something goes wrong in the page, or if a screen is wider than its window.

import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { chromium } from 'playwright-core'
import { build } from 'vite'
import { screens, states } from './screens/list.mjs'
import { serve } from './screens/serve.mjs'

const VIEWS = [
  { width: 1440, height: 900, theme: 'light' },
  { width: 1440, height: 900, theme: 'dark' },
  { width: 390, height: 844, theme: 'light' },
  { width: 390, height: 844, theme: 'dark' },
]
/** The browser's own conversations with the world are none of ours. */
const QUIET = [
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

const args = process.argv.slice(2)
const check = args.includes('--check')
const only = args.includes('--only') ? args[args.indexOf('--only') + 1] : undefined
const folder = resolve(args.find((arg) => !arg.startsWith('--') && arg !== only) ?? '../docs/screens')

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const where = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const executablePath = where.find((path) => path && existsSync(path))
if (!executablePath) throw new Error('no Chromium: install it, or say where it is in CHROMIUM')

const wrong = []
let looked = 0
const built = await mkdtemp(join(tmpdir(), 'peerage-screens-'))
await build({ mode: 'mock', logLevel: 'warn', build: { outDir: built, emptyOutDir: true } })
const site = await serve(built)
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', ...QUIET] })
try {
  if (!check) await mkdir(folder, { recursive: true })
  for (const [at, view] of VIEWS.entries()) {
    // What only axe looks at, it sees once wide and once narrow, once light and once dark.
    const shown = at % 3 === 0 ? [...screens, ...states] : screens
    for (const screen of shown.filter((one) => !only || one.name === only)) {
      await look(screen, view, !check && screens.includes(screen))
    }
  }
} finally {
  await browser.close()
  site.close()
  await rm(built, { recursive: true })
}
for (const line of wrong) console.error(line)
console.log(wrong.length ? `${wrong.length} found wrong` : `looked ${looked} times: nothing wrong`)
process.exitCode = wrong.length ? 1 : 0

/** Opens one screen, lets axe look, and takes its picture. */
async function look(screen, view, picture) {
  looked++
  const say = (what) => wrong.push(`${screen.name}, ${view.width} ${view.theme}: ${what}`)
  const page = await browser.newPage({
    viewport: { width: view.width, height: view.height },
    colorScheme: view.theme,
    reducedMotion: 'reduce',
    locale: 'en-GB',
  })
  page.setDefaultTimeout(5000)
  page.on('pageerror', (error) => say(error))
  page.on('console', (line) => line.type() === 'error' && say(line.text()))
  await page.goto(`${site.url}/?still${screens.includes(screen) ? '&kind' : ''}${screen.ways ?? ''}#/${screen.at}`)
  await page.waitForFunction(() => document.fonts.status === 'loaded')
  await page.waitForTimeout(500)
  try {
    await screen.act?.(page)
  } catch (error) {
    say(`cannot be reached: ${error.message.split('\n')[0]}`)
  }
  await page.waitForTimeout(500)
  if (picture) await writeFile(join(folder, `${screen.name}-${view.width}-${view.theme}.webp`), await shot(page))
  await findings(page, say)
  await page.close()
}

/** What is seen, as WebP: a third of a PNG's bytes. */
async function shot(page) {
  const session = await page.context().newCDPSession(page)
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 82 })
  return Buffer.from(data, 'base64')
}

async function findings(page, say) {
  await page.evaluate(axe)
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }))
  for (const { id, help, nodes } of violations)
    say(`${id}: ${help}: ${nodes.map((node) => node.target.join(' ')).join(' | ')}`)
  if (await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)) say('wider than its window')
}
