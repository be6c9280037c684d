import { join } from 'node:path'

const PROTO = join(__dirname, '../../../test/fixtures/open-inference.proto')

// biome-ignore lint/suspicious/noExplicitAny: messages of any shape
export type Any = any

/** gRPC, with the service as loaded by gRPC's own loader. Null if the packages aren't installed. */
export function grpcOfOthers(): { grpc: Any; Service: Any } | null {
  try {
    const grpc: Any = require('@grpc/grpc-js')
    const { loadSync }: Any = require('@grpc/proto-loader')
    const loaded = grpc.loadPackageDefinition(loadSync(PROTO, { keepCase: true, longs: Number, defaults: true }))
    return { grpc, Service: loaded.inference.GRPCInferenceService }
  } catch {
    return null
  }
}

/** @returns a function that calls a method with gRPC's own client */
export function asking(client: Any, metadata?: unknown) {
  return (method: string, request: object = {}): Promise<Any> =>
    new Promise((resolve, reject) => {
      const done = (error: Error | null, response: Any) => (error ? reject(error) : resolve(response))
      if (metadata) client[method](request, metadata, done)
      else client[method](request, done)
    })
}
