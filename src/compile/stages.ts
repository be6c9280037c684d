import type { Port } from '../models'
import type { Joined, Part } from '../onnx/join'
import type { NewNode } from '../onnx/write'
import type { Link } from './chain'
import type { Value } from './value'

/** A node of a chain as a separate file. */
export interface Stage {
  link: Link
  file: Joined
  inputs: StagePort[]
  outputs: StagePort[]
  metadata: Record<string, string>
}

export interface StagePort {
  /** Its name in that file. */
  name: string
  value: Value
  /** Its name in the chain, where it is an input, an output, or a value passed between stages. */
  tensor: string
}

/** A compiled node. */
export interface Draft {
  link: Link
  parts: Part[]
  nodes: NewNode[]
  taken: ReadonlyMap<Port, Value>
  made: ReadonlyMap<Port, Value>
}

type Named = Pick<StagePort, 'name' | 'value'>

interface Ends {
  inputs: Named[]
  outputs: Named[]
}

/**
 * Each node of a chain as a separate file, from first to last.
 * @param about the metadata of a node's file
 * @param join makes a node's file
 */
export function stagesOf(
  drafts: readonly Draft[],
  whole: Ends,
  about: (link: Link) => Record<string, string>,
  join: (graph: Pick<Draft, 'parts' | 'nodes'> & Ends & Pick<Stage, 'metadata'>) => Joined,
): Stage[] {
  const tensors = new Map([...whole.inputs, ...whole.outputs].map(({ name, value }) => [value, name]))
  return drafts.map(({ link, parts, nodes, taken, made }, i) => {
    const names = new Set([...taken.values(), ...made.values()].map(({ name }) => name))
    const ports = new Map<Value, StagePort>()
    const add = (port: Port, value: Value) => {
      if (ports.has(value)) return
      const isOfChain = whole.inputs.some((input) => input.value === value)
      const name = isOfChain ? value.name : freeName(port.name, (one) => names.has(one))
      names.add(name)
      const tensor = tensors.get(value) ?? `${i + 1}/${name}`
      tensors.set(value, tensor)
      ports.set(value, { name, value, tensor })
    }
    for (const [port, value] of taken) add(port, value)
    const inputs = [...ports.values()]
    for (const [port, value] of made) add(port, value)
    const outputs = [...ports.values()].slice(inputs.length)
    const same = (from: string, to: string): NewNode[] =>
      from === to ? [] : [{ op: 'Identity', inputs: [from], outputs: [to] }]
    const renaming = [
      ...inputs.flatMap(({ name, value }) => same(name, value.name)),
      ...outputs.flatMap(({ name, value }) => same(value.name, name)),
    ]
    const ends = { inputs, outputs, metadata: about(link) }
    return { link, ...ends, file: join({ parts, nodes: [...nodes, ...renaming], ...ends }) }
  })
}

/** The name, with a number appended if it is taken. */
export function freeName(name: string, isTaken: (name: string) => boolean): string {
  let free = name
  for (let i = 2; isTaken(free); i++) free = `${name}_${i}`
  return free
}
