/**
 * `node dist/scripts/contact-sheet.js`, after the models or their figures have changed: draws what each model
 * makes of three rooms that none was trained on (docs/images/models.png), and writes the table in
 * models/README.md.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import sharp from 'sharp'
import { createEngine } from '../src/engine'
import { encodeImage } from '../src/images'
import {
  filesOf,
  findVariant,
  inputPorts,
  isOption,
  loadManifests,
  type Model,
  outputPorts,
  runModel,
} from '../src/models'
import { normals } from '../src/random'
import { colorize, describeType, isImage, isSegmentation, type Segmentation } from '../src/types'

const root = resolve(__dirname, '../..')
const SEEDS = ['room 3', 'room 5', 'room 12']
const ORDER = ['stylegan', 'densedepth', 'deeplab', 'spade', 'maskrcnn', 'photosketch', 'im2txt', 'attngan', 'gpt2']
/** In pixels: a tile's side, the gap between tiles, the width of the names. */
const [TILE, GAP, NAME] = [112, 6, 104]

type Tile = { top: number; left: number; input: Buffer }

async function main(): Promise<void> {
  const engine = createEngine({ device: 'cpu' })
  const present = loadManifests()
  const models = ORDER.flatMap((id) => present.find((model) => model.id === id) ?? [])
  const run = async (id: string, inputs: Record<string, unknown>): Promise<unknown> => {
    const model = models.find((each) => each.id === id) as Model
    return Object.values((await runModel(model, findVariant(model), inputs, engine)).outputs)[0]
  }
  const tiles: Tile[] = []
  for (const [column, seed] of SEEDS.entries()) {
    const z = normals(seed, 512)
    const room = await run('stylegan', { z })
    const map = (await run('deeplab', { image: room })) as Segmentation
    const caption = models.some(({ id }) => id === 'im2txt') ? await run('im2txt', { image: room }) : ''
    const inputs: Record<string, { shown: unknown; given: Record<string, unknown> }> = {
      stylegan: {
        shown: `${[...z]
          .slice(0, 15)
          .map((each) => each.toFixed(2))
          .join(' ')} …`,
        given: { z },
      },
      spade: { shown: map, given: { semantic_map: map, style: normals(seed, 19) } },
      photosketch: { shown: room, given: { input: room } },
      attngan: { shown: caption, given: { caption, seed: 1 } },
      gpt2: { shown: caption, given: { prompt: caption, seed: column, sequence_length: 60 } },
    }
    for (const [row, { id }] of models.entries()) {
      const { shown, given } = inputs[id] ?? { shown: room, given: { image: room } }
      const made = await run(id, given)
      const text = id === 'gpt2' ? `… ${String(made).slice(String(caption).length).trim()}` : made
      const left = NAME + column * (2 * TILE + 4 * GAP)
      tiles.push({ left, top: GAP + row * (TILE + GAP), input: await draw(shown) })
      tiles.push({ left: left + TILE + GAP, top: GAP + row * (TILE + GAP), input: await draw(text) })
    }
  }
  await engine.close()
  for (const [row, { label }] of models.entries())
    tiles.push({ left: 0, top: GAP + row * (TILE + GAP), input: Buffer.from(words([label], NAME, 13, 'bold')) })
  await sharp({
    create: {
      width: NAME + SEEDS.length * (2 * TILE + 4 * GAP) - 2 * GAP,
      height: models.length * (TILE + GAP) + GAP,
      channels: 3,
      background: 'white',
    },
  })
    .composite(tiles)
    .png({ palette: true, quality: 90, effort: 10 })
    .toFile(join(root, 'docs/images/models.png'))
  writeTable(models)
}

/** A picture, label map or text as a square PNG. */
async function draw(value: unknown): Promise<Buffer> {
  const image = isSegmentation(value) ? colorize(value) : value
  if (isImage(image))
    return sharp(await encodeImage(image, 'png'))
      .resize(TILE, TILE)
      .png()
      .toBuffer()
  return Buffer.from(words(wrap(String(value)), TILE, 9, 'normal'))
}

function words(lines: string[], width: number, size: number, weight: string): string {
  const escaped = (line: string) => line.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  const spans = lines.map((line, i) => `<tspan x="4" y="${(i + 1) * (size + 3) + 2}">${escaped(line)}</tspan>`)
  const paper = weight === 'bold' ? 'white' : '#f3f3f0'
  const font = `font-family="sans-serif" font-size="${size}" font-weight="${weight}"`
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${TILE}">`
  return `${svg}<rect width="100%" height="100%" fill="${paper}"/><text ${font}>${spans.join('')}</text></svg>`
}

/** As many lines as fit into a tile. */
function wrap(text: string): string[] {
  const lines = ['']
  for (const word of text.split(/\s+/)) {
    const longer = `${lines.at(-1)} ${word}`.trim()
    if (longer.length > 22) lines.push(word)
    else lines[lines.length - 1] = longer
  }
  return lines.length > 9 ? [...lines.slice(0, 8), `${lines[8]} …`] : lines
}

function writeTable(models: Model[]): void {
  const rows = models.map((model) => {
    const variant = findVariant(model)
    const takes = inputPorts(model, variant).map(
      (port) => `${isOption(port) ? `\`msg.${port.property}\`: ` : ''}${describeType(port.type)}`,
    )
    const gives = outputPorts(model, variant).map((ports) => ports.map(({ type }) => describeType(type)).join(', '))
    const bytes = filesOf(variant).reduce((sum, file) => sum + file.bytes, 0)
    const size = `${(bytes / 1e6).toFixed(1)} MB`
    return `| [${model.label}](${model.id}/CARD.md) | ${takes.join('; ')} | ${gives.join('; ')} | ${size} | ${keyFigure(model)} |`
  })
  const table = ['| model | takes | gives | size | measured |', '|---|---|---|---|---|', ...rows].join('\n')
  const file = join(root, 'models/README.md')
  const [before, , after] = readFileSync(file, 'utf8').split(
    /(?<=<!-- table -->\n)([\s\S]*?)(?=\n<!-- end of table -->)/,
  )
  writeFileSync(file, `${before}${table}${after}`)
}

/** The first figure of `npm run evaluate`, in both worlds. */
function keyFigure({ folder }: Model): string {
  const [[name, first] = [], ...others] = ['figures.json', 'figures-meadow.json'].flatMap((file) => {
    const path = join(folder, file)
    if (!existsSync(path)) return []
    const { figures } = JSON.parse(readFileSync(path, 'utf8')) as {
      figures: Record<string, { value: number; meaning: string }>
    }
    return Object.entries(figures).slice(0, 1)
  })
  const rounded = ({ value }: { value: number }) => Number(value.toPrecision(4))
  const meadow = others.filter(([each]) => each === name).map(([, figure]) => ` (in the meadow ${rounded(figure)})`)
  return name && first ? `${name} ${rounded(first)}${meadow.join('')}: ${first.meaning}` : ''
}

main().catch((error: Error) => {
  console.error(error.message)
  process.exitCode = 1
})
