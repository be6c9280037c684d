import type { TensorInfo } from '../engine'

/** Names that a message, a node or its form uses itself: an input may be a node's setting. */
const TAKEN: ReadonlySet<string> = new Set(
  'payload,topic,req,res,parts,reset,error,complete,name,id,type,variant,engine,format,queue,limit,outputs,inputs,wires,manifest,file,x,y,z,g,d,l,w,h'.split(
    ',',
  ),
)

/** A tensor's name as a message property: `serving/input_1:0` → `input_1`. All are different. */
export function portNames(tensors: readonly TensorInfo[], areInputs: boolean): Map<string, string> {
  const names = new Map<string, string>()
  const used = new Set<string>()
  for (const { name } of tensors) {
    const last = name.replace(/:\d+$/, '').split('/').filter(Boolean).pop() ?? ''
    const word = last.replace(/[^A-Za-z0-9_]+/g, '_').replace(/^_+|_+$/g, '')
    const start = /^[A-Za-z]/.test(word) ? word : `tensor_${word}`.replace(/_$/, '')
    const base = areInputs && TAKEN.has(start) ? `${start}_value` : start
    let unique = base
    for (let i = 2; used.has(unique); i++) unique = `${base}_${i}`
    used.add(unique)
    names.set(name, unique)
  }
  return names
}

/** `sub_7` says nothing; `inputImage` becomes `input image`. */
export function inWords(name: string): string {
  return name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/[_./:]+/g, ' ')
    .trim()
    .toLowerCase()
}
