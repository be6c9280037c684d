// Fixes a flow as a coding agent would: it uses nothing but the sentences of `daisychain check`.
//
//   node mend-flow.mjs flows.json            in Node-RED's user directory
//
// It writes the file after each round, and exits with 0 when nothing is left to fix.
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'

const [file = 'flows.json', program] = process.argv.slice(2)
const [command, ...before] = program ? [process.execPath, program] : ['npx', 'daisychain']
const MOST_TURNS = 20

/** A pattern for sentences, and a change for each. The change returns what was done. */
const remedies = [
  [/Insert a converter in between/, (flow, problem) => insert(flow, problem, { type: 'daisychain-convert', converter: 'auto' })],
  [
    /needs a vector of (\d+) numbers, but .* gives a vector/,
    (flow, { from }, [, length]) => set(nodeOf(flow, from), 'length', length),
  ],
  [
    /needs text, but .* gives an? .*image/,
    (flow, problem) => insert(flow, problem, { type: 'daisychain-im2txt', variant: 'mini' }),
  ],
  [
    /needs a number from (\S+) to (\S+) in msg\.(\w+), but .* gives (\S+)\. /,
    (flow, { from }, [, min, max, property, given]) => {
      const rule = nodeOf(flow, from)?.rules?.find(({ p }) => p === property)
      return rule && set(rule, 'to', String(Math.min(Number(max), Math.max(Number(min), Number(given)))))
    },
  ],
  // Nothing else helped: this is the sentence's last suggestion.
  [/or remove the wire/, (flow, { from, to }) => unwire(flow, from, to)],
]

for (let turn = 1; turn <= MOST_TURNS; turn++) {
  const { stdout, stderr, status } = spawnSync(command, [...before, 'check', '--json', file], { encoding: 'utf8' })
  if (status === 0) {
    console.log('Nothing is left to mend.')
    process.exit(0)
  }
  if (!stdout.trim()) throw new Error(stderr)
  const [problem] = JSON.parse(stdout).problems
  const flow = JSON.parse(readFileSync(file, 'utf8'))
  const [pattern, remedy] = remedies.find(([known]) => known.test(problem.message)) ?? []
  const done = remedy?.(flow, problem, pattern.exec(problem.message))
  console.log(`${turn}. ${problem.message}\n   ${done ?? 'I know no remedy.'}`)
  if (!done) process.exit(1)
  writeFileSync(file, JSON.stringify(flow, null, 2))
}
console.log(`Not mended in ${MOST_TURNS} turns.`)
process.exit(1)

function nodeOf(flow, { id }) {
  return flow.find((node) => node.id === id)
}

function set(holder, setting, value) {
  holder[setting] = value
  return `${setting} is ${value} now.`
}

function insert(flow, { from, to }, node) {
  const [giver, taker] = [nodeOf(flow, from), nodeOf(flow, to)]
  const id = `mended-${flow.length}`
  const [x, y] = [((giver.x ?? 0) + (taker.x ?? 0)) / 2, ((giver.y ?? 0) + (taker.y ?? 0)) / 2 + 60]
  giver.wires[from.port] = giver.wires[from.port].map((wired) => (wired === to.id ? id : wired))
  flow.push({ ...node, id, z: giver.z, x, y, wires: [[to.id]] })
  return `${node.type} is in between now.`
}

function unwire(flow, from, to) {
  const { wires } = nodeOf(flow, from)
  wires[from.port] = wires[from.port].filter((wired) => wired !== to.id)
  return 'The wire is gone.'
}
