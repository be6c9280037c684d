import type { TensorInfo } from '../engine'

/**
 * Names that messages, nodes or their forms already use. They are avoided, because an input may become a
 * setting of the node.
 */
const TAKEN: ReadonlySet<string> = new Set(
  'payload,topic,req,res,parts,reset,error,complete,name,id,type,variant,engine,format,queue,limit,outputs,inputs,wires,manifest,file,x,y,z,g,d,l,w,h'.split(
    ',',
  ),
)

/** Turns tensor names into message properties, all different: `serving/input_1:0` becomes `input_1`. */
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

/** A tensor's name as lower-case words: `inputImage` becomes `input image`. */
export function inWords(name: string): string {
  return name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/[_./:]+/g, ' ')
    .trim()
    .toLowerCase()
}
