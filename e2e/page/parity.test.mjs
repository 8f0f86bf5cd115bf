//! Every ability has its place on the command line and in the page, or a line that says that it has not: docs/parity.md is whole, and names what exists.
import assert from 'node:assert/strict'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import test from 'node:test'
import { Peer } from './peer.mjs'

const root = new URL('../../', import.meta.url)
const text = (path) => readFileSync(new URL(path, root), 'utf8')
/** What the program says by itself, with no peer running. */
const peer = (...args) => new Peer(tmpdir()).run(...args)
const quoted = (cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, one]) => one)

const document = text('docs/parity.md')
const rows = document
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| ability'))
  .map((line) => line.slice(1, -1).split(' | ').map((cell) => cell.trim()))
  .map(([ability, command, route, page]) => ({ ability, command, route, page }))
const all = (column) => rows.flatMap((row) => quoted(row[column]))

/** The commands beneath one, each with the options that are its own. */
async function commands(words = []) {
  const help = await peer(...words, '--help')
  const beneath = /\n(?:Commands:\n|\n[A-Z][a-z ]+\n(?= {2}open))/.test(help) || words.length === 0
  const names = beneath ? [...help.matchAll(/^ {2}([a-z][a-z-]*) {2,}/gm)].map(([, name]) => name) : []
  const found = await Promise.all(names.map((name) => (name === 'help' ? [['help']] : commands([...words, name]))))
  const options = [...help.matchAll(/^ +(?:-\w, )? *(--[a-z-]+)/gm)].map(([, option]) => option)
  const own = options.filter((option) => !['--json', '--help', '--version'].includes(option))
  // What only has others beneath it does nothing by itself.
  const itself = words.length && !/^Usage: .*<COMMAND>/m.test(help) ? [[words.join(' '), ...own]] : []
  return [...itself, ...found.flat()]
}

/** What the page is made of, but for the twins of its interface. */
function sources() {
  const folder = new URL('web/src/', root)
  const files = readdirSync(folder, { recursive: true }).filter((file) => /\.(svelte|ts)$/.test(file) && !file.startsWith('api'))
  return files.map((file) => readFileSync(new URL(file, folder), 'utf8'))
}

/** The routes of the document, and those that carry bytes or are a browser's alone. */
async function routes() {
  const { paths } = JSON.parse(await peer('openapi'))
  const table = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace('/api/v1', '')}`),
  )
  const rest = [...text('docs/spec/page.md').matchAll(/`((?:GET|PUT|POST|DELETE) )(?:\/api\/v1)?(\/[^` ?]+)/g)]
  return [...new Set([...table, ...rest.map(([, method, path]) => method + path)])]
}

test('every command, with every option, has a row', async () => {
  const known = new Map()
  for (const one of all('command')) {
    const [name, ...options] = one.split(/ (?=--)/)
    known.set(name, [...(known.get(name) ?? []), ...options])
  }
  const found = await commands()
  assert.ok(found.length > 40, `${found.length} commands`)
  for (const [name, ...options] of found) {
    assert.ok(known.has(name), `a row for \`peer ${name}\``)
    for (const option of options) assert.ok(known.get(name).includes(option), `a row for \`peer ${name} ${option}\``)
  }
  const names = new Map(found.map(([name, ...options]) => [name, options]))
  for (const [name, options] of known) {
    assert.ok(names.has(name), `there is a \`peer ${name}\``)
    for (const option of options) assert.ok(names.get(name).includes(option), `there is a \`peer ${name} ${option}\``)
  }
})

test('every route has a row', async () => {
  const found = await routes()
  assert.ok(found.length > 50, `${found.length} routes`)
  for (const route of found) assert.ok(all('route').includes(route), `a row for ${route}`)
  for (const route of all('route')) assert.ok(found.includes(route), `there is a ${route}`)
})

test('every call of the page has a row', () => {
  const body = text('web/src/api/client.ts').split('export interface Api {')[1]
  const calls = [...body.matchAll(/^ {2}(\w+)\(/gm)].map(([, name]) => `api.${name}`)
  assert.ok(calls.length > 40, `${calls.length} calls`)
  for (const call of calls) assert.ok(all('page').includes(call), `a row for ${call}`)
  for (const call of all('page').filter((one) => one.startsWith('api.'))) assert.ok(calls.includes(call), `there is a ${call}`)
})

test('what a row names exists, and calls what the row says', () => {
  const files = quoted(document).filter((one) => /^\w+\/.*\.(svelte|ts)$/.test(one) && !one.startsWith('web/'))
  for (const file of files) assert.ok(existsSync(new URL(`web/src/${file}`, root)), `web/src/${file} is there`)
  const page = sources()
  for (const row of rows) {
    const names = quoted(row.page)
    const code = names.filter((one) => one.includes('/')).map((file) => text(`web/src/${file}`))
    for (const call of names.filter((one) => one.startsWith('api.'))) {
      const made = (one) => one.includes(`${call}(`)
      if (row.page.includes(`\`${call}\` is not called`)) assert.ok(!page.some(made), `${row.ability}: ${call} is called by now`)
      else assert.ok(code.some(made), `${row.ability}: ${call} is called where the row says`)
    }
  }
})

test('each row says what it is about, and a gap is said to be one', () => {
  for (const row of rows)
    for (const column of ['ability', 'command', 'route', 'page']) {
      const cell = row[column]
      assert.ok(cell, `${row.ability}: ${column}`)
      assert.ok(column === 'ability' || quoted(cell).length || /^\*(missing|not here)\*/.test(cell), `${row.ability}: ${column}: ${cell}`)
    }
})
