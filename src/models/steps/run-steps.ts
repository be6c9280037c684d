import { stepFile } from '../locate'
import type { Step } from '../manifest'
import { outputPorts } from '../ports'
import { tasks } from '../tasks'
import type { Job, State, Task } from '../tasks/task'
import { runEach } from './each'
import { kept } from './keep'
import { asModel, madeBy, readBy, stepsOf } from './names'
import { repeated } from './repeat'

type Made = Record<string, unknown>

/** Runs a variant's steps, but only those whose results the node's outputs need. */
export const runSteps: Task = async (job: Job): Promise<Made> => {
  const { model, variant } = job
  if (!variant.steps) return tasks[variant.task ?? model.task ?? 'transform'](job)
  const steps = stepsOf(variant)
  const runs = new Map<Step, Promise<Made>>()

  const value = async (name: string): Promise<unknown> => {
    const step = steps.find((one) => Object.hasOwn(madeBy(one, steps), name))
    return step ? (await result(step))[name] : job.inputs[name]
  }
  const result = (step: Step): Promise<Made> => {
    const run = runs.get(step) ?? run1(step)
    runs.set(step, run)
    return run
  }
  const run1 = (step: Step): Promise<Made> => {
    const [state, results] = [job.state, job.results].map((all) => stateOf(all, steps.indexOf(step))) as [State, State]
    const run = () => runStep({ ...job, state, results }, step, value)
    const keep = [step.keep ?? []].flat().map((name) => job.inputs[name])
    return keep.length === 0 ? run() : kept(results, keep, run)
  }

  const outputs: Made = {}
  const names = outputPorts(model, variant)
    .flat()
    .map(({ name }) => name)
  const runsFile = (name: string) => steps.some((step) => stepFile(step) && Object.hasOwn(madeBy(step, steps), name))
  for (const name of names.filter(runsFile)) outputs[name] = await value(name)
  if (steps.every((step) => !stepFile(step) || runs.has(step))) job.haveRun?.()
  for (const name of names) outputs[name] = await value(name)
  return outputs
}

async function runStep(job: Job, step: Step, value: (name: string) => Promise<unknown>): Promise<Made> {
  const one = asModel(job.model, job.variant, step)
  const { each } = step
  const inputs: Made = Object.assign(Object.create(null), job.inputs)
  for (const name of readBy(step)) if (name !== each?.of) inputs[name] = await value(name)
  const part: Job = {
    ...job,
    ...one,
    inputs,
    ...(step.to !== undefined && { to: step.to }),
    ...(step.until && { until: step.until }),
    run: (feeds, fetches, file = one.variant.file, carry) => job.run(feeds, fetches, file, carry),
    runOn: (feeds, fetches, file = one.variant.file, ...more) => job.runOn(feeds, fetches, file, ...more),
    describe: (file = one.variant.file) => job.describe(file),
  }
  if (lacksInput(part)) return {}
  const task = step.repeat ? repeated(step.repeat) : tasks[one.variant.task ?? 'transform']
  if (!each) return task(part)
  return { [each.to]: await runEach(part, each, () => value(each.of) as Promise<Made[]>, task) }
}

/** Whether the step needs an optional picture or text that is missing, directly or through other steps. */
function lacksInput({ model, variant, inputs }: Job): boolean {
  const isOptional = (name: string) => model.inputs.find((port) => port.name === name)?.optional === true
  return Object.values(variant.feeds).some((feed) => {
    if (feed.kind === 'text') return !inputs[feed.from] && isOptional(feed.from)
    return (feed.kind === 'image' || feed.kind === 'tensor') && inputs[feed.from] === undefined
  })
}

/** Each step has its own. */
function stateOf(state: State, at: number): State {
  const key = `step ${at}`
  const own = (state.get(key) as State | undefined) ?? new Map()
  state.set(key, own)
  return own
}
