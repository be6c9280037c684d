import { strict as assert } from 'node:assert'
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const root = resolve(__dirname, '../../..')

describe('docs/troubleshooting.md', () => {
  it('quotes only sentences that are still in the code', () => {
    const page = readFileSync(join(root, 'docs/troubleshooting.md'), 'utf8')
    const quoted = (page.split('## No message')[0] as string).matchAll(/^\| (?!message|-)(.+?) \| /gm)
    const messages = [...quoted].map((match) => match[1] as string)
    assert.ok(messages.length > 25)
    const code = ['src', 'nodes', 'plugins'].map((folder) => sourcesBelow(join(root, folder))).join('\n')
    for (const message of messages) {
      const fixed = message.split(/…|“|”|msg\.payload/).map((part) => part.trim().replace(/^[,.:)]+ ?/, ''))
      for (const part of fixed.filter((each) => each.length > 3)) {
        assert.ok(code.includes(part), `nothing says “${part}” any more, of: ${message}`)
      }
    }
  })
})

function sourcesBelow(folder: string): string {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))
  return files.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n')
}
