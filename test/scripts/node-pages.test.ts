import { strict as assert } from 'node:assert'
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { helpAsMarkdown } from '../../scripts/docs/markdown'
import { nodePages } from '../../scripts/docs/node-pages'

const root = resolve(__dirname, '../../..')
const folder = join(root, 'docs/nodes')

describe('pages of the nodes', () => {
  it('match the help in the editor: npm run docs writes them', () => {
    const pages = nodePages(root)
    assert.deepEqual(readdirSync(folder).sort(), [...pages.keys()].sort())
    for (const [name, text] of pages) assert.equal(readFileSync(join(folder, name), 'utf8'), text, name)
  })

  it('describe inputs, outputs and details of every node in the palette', () => {
    const declared = JSON.parse(readFileSync(join(root, 'dist/declarations.json'), 'utf8')) as Record<string, object>
    const pages = nodePages(root)
    for (const [type, { inputs, outputs }] of Object.entries(declared) as [
      string,
      { inputs?: object; outputs?: unknown[] },
    ][]) {
      const page = pages.get(`${type.replace('daisychain-', '')}.md`)
      assert.ok(page, `${type} has no help`)
      if (inputs && Object.keys(inputs).length > 0) assert.match(page, /^## Inputs$/m, type)
      if (outputs && outputs.length > 0) assert.match(page, /^## Outputs$/m, type)
      assert.match(page, /^## Details$/m, type)
      assert.doesNotMatch(page.replace(/```.*?```|`[^`]*`/gs, ''), /<(?!\/?kbd)[a-z]/, `html is left in ${type}`)
    }
  })

  it('keep the meaning of the HTML', () => {
    const help = `<p>Takes <i>one</i> &lt;thing&gt;.</p><h3>Inputs</h3><dl class="message-properties">
      <dt class="optional">seed <span class="property-type">number</span></dt><dd>As <code>a &lt; b</code>.</dd></dl>
      <pre>curl -d '{}'</pre>`
    assert.equal(
      helpAsMarkdown(help),
      "Takes *one* &lt;thing&gt;.\n\n## Inputs\n\n- **seed** (number, optional):\n  As `a < b`.\n\n```\ncurl -d '{}'\n```\n",
    )
  })
})
