// Makes src/api/types.ts from the OpenAPI document: `peer openapi > FILE && npm run types -- FILE`.
// With --check it writes nothing and fails if the file would change.
import { readFileSync, writeFileSync } from 'node:fs'

const out = new URL('../src/api/types.ts', import.meta.url)
const args = process.argv.slice(2)
const check = args.includes('--check')
const file = args.find((a) => !a.startsWith('--'))
if (!file) {
  console.error('usage: npm run types -- [--check] FILE   (FILE: what `peer openapi` prints)')
  process.exit(2)
}

const document = JSON.parse(readFileSync(file, 'utf8'))
const text = [
  '// Made from the OpenAPI document by `npm run types`; do not edit.\n',
  ...Object.entries(document.components.schemas).map(([name, schema]) => named(name, schema)),
].join('\n')

if (!check) writeFileSync(out, text)
else if (readFileSync(out, 'utf8') !== text) {
  console.error('src/api/types.ts is not what the OpenAPI document says: npm run types -- FILE')
  process.exit(1)
}

function named(name, schema) {
  const about = comment(schema.description, '')
  if (schema.type === 'object' && schema.properties && !schema.allOf)
    return `${about}export interface ${name} ${object(schema, '')}\n`
  return `${about}export type ${name} = ${type(schema, '')}\n`
}

function type(schema, indent) {
  if (schema.$ref) return schema.$ref.split('/').pop()
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum) return schema.enum.map((v) => JSON.stringify(v)).join(' | ')
  const choices = schema.oneOf ?? schema.anyOf
  if (choices) return choices.map((s) => `${comment(s.description, indent, true)}${type(s, indent)}`).join(' | ')
  if (schema.allOf) return schema.allOf.map((s) => type(s, indent)).join(' & ')
  if (Array.isArray(schema.type) && schema.type.length > 1)
    return schema.type.map((t) => type({ ...schema, type: t }, indent)).join(' | ')
  switch (Array.isArray(schema.type) ? schema.type[0] : schema.type) {
    case 'string':
      return 'string'
    case 'integer':
    case 'number':
      return 'number'
    case 'boolean':
      return 'boolean'
    case 'null':
      return 'null'
    case 'array': {
      const item = type(schema.items, indent)
      return /[|&]/.test(item) ? `(${item})[]` : `${item}[]`
    }
    case 'object':
      if (schema.properties) return object(schema, indent)
      if (schema.additionalProperties) return `Record<string, ${type(schema.additionalProperties, indent)}>`
      return 'Record<string, never>'
    default:
      return 'unknown'
  }
}

function object(schema, indent) {
  const deeper = indent + '  '
  const fields = Object.entries(schema.properties).map(([key, field]) => {
    const optional = schema.required?.includes(key) ? '' : '?'
    const value = optional ? some(field) : field
    return `${comment(field.description, deeper)}${deeper}${key}${optional}: ${type(value, deeper)}\n`
  })
  return `{\n${fields.join('')}${indent}}`
}

/** What may be absent is absent: the peer never says null. */
function some(schema) {
  if (Array.isArray(schema.type)) return { ...schema, type: schema.type.filter((t) => t !== 'null') }
  const choices = schema.oneOf?.filter((s) => s.type !== 'null')
  return choices ? { ...schema, oneOf: choices } : schema
}

function comment(text, indent, inline = false) {
  if (!text || inline) return ''
  const lines = text.trim().split('\n')
  if (lines.length === 1) return `${indent}/** ${lines[0]} */\n`
  return `${indent}/**\n${lines.map((l) => `${indent} * ${l}`.trimEnd() + '\n').join('')}${indent} */\n`
}
