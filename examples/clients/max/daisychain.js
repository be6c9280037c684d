// In Max: an object [node.script daisychain.js @autostart 1]. Send it [ask 7] for room 7; it outputs the path of
// a picture, for [jit.movie] or [fpic]. Without Max: node daisychain.js 7
const { writeFileSync } = require('node:fs')
const { tmpdir } = require('node:os')
const { join } = require('node:path')

const ADDRESS = process.env.DAISYCHAIN_ADDRESS ?? 'http://localhost:8000/query'

/** Queries the chain and saves its picture. Returns the file's path. */
async function ask(inputs) {
  const answer = await fetch(ADDRESS, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(inputs),
  })
  const result = await answer.json()
  if (!answer.ok) throw new Error(result.error)
  const [, format, bytes] = /^data:image\/(\w+);base64,(.*)$/s.exec(result.depth_image)
  const path = join(tmpdir(), `daisychain-${inputs.seed}.${format}`)
  writeFileSync(path, Buffer.from(bytes, 'base64'))
  return path
}

async function inMax(max) {
  max.addHandler('ask', async (seed, truncation) => {
    try {
      await max.outlet(await ask({ seed, ...(truncation !== undefined && { truncation }) }))
    } catch (error) {
      await max.post(error.message, max.POST_LEVELS.ERROR)
    }
  })
}

function atCommandLine([seed = '7']) {
  ask({ seed: Number(seed) }).then(console.log, (error) => {
    console.error(error.message)
    process.exitCode = 1
  })
}

let max
try {
  max = require('max-api') // only exists in Max
} catch {}
if (max) inMax(max)
else atCommandLine(process.argv.slice(2))
