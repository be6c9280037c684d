/**
 * Runs an ONNX file on many rows. Each line of standard input is a job:
 * {folder, batch, inputs: {name: {type, dims}}}; each input is a raw little-endian file in `folder`.
 * Writes each output as such a file and prints {name: {type, dims}}, or {error}, and then ends.
 */
const fs = require('node:fs')
const path = require('node:path')
const readline = require('node:readline')
const ort = require('onnxruntime-node')

const ARRAYS = {
  float32: Float32Array,
  int64: BigInt64Array,
  int32: Int32Array,
  uint8: Uint8Array,
  bool: Uint8Array,
}

function read(file, type) {
  const bytes = fs.readFileSync(file)
  return new ARRAYS[type](bytes.buffer, bytes.byteOffset, bytes.byteLength / ARRAYS[type].BYTES_PER_ELEMENT)
}

function rows(tensor, from, to) {
  const stride = tensor.data.length / tensor.dims[0]
  return new ort.Tensor(tensor.type, tensor.data.subarray(from * stride, to * stride), [
    to - from,
    ...tensor.dims.slice(1),
  ])
}

async function run(session, job) {
  const inputs = Object.entries(job.inputs).map(([name, { type, dims }]) => ({
    name,
    type,
    dims,
    data: read(path.join(job.folder, name), type),
  }))
  const count = inputs[0].dims[0]
  const outputs = {}
  for (const name of session.outputNames) fs.rmSync(path.join(job.folder, name), { force: true })
  for (let from = 0; from < count; from += job.batch) {
    const to = Math.min(from + job.batch, count)
    const results = await session.run(Object.fromEntries(inputs.map((input) => [input.name, rows(input, from, to)])))
    for (const [name, { type, dims, data }] of Object.entries(results)) {
      fs.appendFileSync(path.join(job.folder, name), Buffer.from(data.buffer, data.byteOffset, data.byteLength))
      outputs[name] = { type, dims: [(outputs[name]?.dims[0] ?? 0) + dims[0], ...dims.slice(1)] }
    }
  }
  return outputs
}

async function main() {
  const session = await ort.InferenceSession.create(process.argv[2], { intraOpNumThreads: 1, interOpNumThreads: 1 })
  for await (const line of readline.createInterface({ input: process.stdin }))
    console.log(JSON.stringify(await run(session, JSON.parse(line))))
}

main().catch((error) => {
  console.log(JSON.stringify({ error: error.message }))
  process.exit(1)
})
