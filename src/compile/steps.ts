import type { Engine } from '../engine'
import { inputPorts, type Port } from '../models'
import type { Step } from '../models/manifest'
import { asModel, madeBy, readBy, stepsOf } from '../models/steps/names'
import { type Link, wantedPorts } from './chain'
import { unsayable } from './fetches'
import type { Message } from './flow-side'
import type { Glue } from './glue'
import { type Compiled, compileRun, type ValueFor } from './parts'
import type { Value } from './value'

/** The steps required for a node's requested outputs, in order of dependency. */
export function neededSteps(link: Link): Step[] {
  const steps = stepsOf(link.variant)
  const needed = new Set<Step>()
  const need = (name: string) => {
    const step = makerOf(name, steps)
    if (!step || needed.has(step)) return
    for (const read of readBy(step)) if (makerOf(read, steps) !== step) need(read)
    needed.add(step)
  }
  for (const { name } of wantedPorts(link)) need(name)
  return [...needed]
}

const makerOf = (name: string, steps: readonly Step[]) => steps.find((step) => Object.hasOwn(madeBy(step, steps), name))

/**
 * Compiles a node of several networks that run once each, one after the other. Takes the same arguments as
 * `compileRun`.
 */
export async function compileSteps(
  link: Link,
  prefix: string,
  valueFor: ValueFor,
  message: Message,
  glue: Glue,
  engine: Engine,
): Promise<Compiled> {
  const parts: Compiled['parts'] = []
  /** The results of the steps, by name: in the graph and in the flow. */
  const made = new Map<string, Value>()
  const outputs: Record<string, unknown> = {}
  /** A property in the flow's message that can't collide with a node's. */
  const property = (name: string) => `${prefix}/${name}`
  for (const [i, step] of neededSteps(link).entries()) {
    const { model, variant } = asModel(link.model, link.variant, step)
    const inputs = inputPorts(model, variant)
      .filter(({ name }, at, all) => readBy(step).includes(name) && all.findIndex((port) => port.name === name) === at)
      .map((port) => (made.has(port.name) ? { ...port, property: property(port.name) } : port))
    const one: Link = { ...link, model: { ...model, inputs }, variant, output: undefined }
    const take = (port: Port) => made.get(port.name) ?? valueFor(port)
    const compiled = await compileRun(one, `${prefix}.${i + 1}`, take, message, glue, engine)
    parts.push(...compiled.parts)
    for (const [{ name }, value] of compiled.values) {
      made.set(name, value)
      outputs[name] = compiled.outputs[name]
      message.set(property(name), outputs[name])
    }
  }
  const values = wantedPorts(link).map((port): [Port, Value] => {
    const value = made.get(port.name)
    if (!value) throw unsayable(link, port)
    return [port, value]
  })
  return { parts, values: new Map(values), outputs }
}
