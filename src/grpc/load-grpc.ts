import type { MethodDefinition } from './open-inference'
import type { Values } from './protobuf-message'

/** The package for gRPC, which is installed only where it is needed. */
export const GRPC_PACKAGE = '@grpc/grpc-js'

/** The part of the package that is used. */
export interface Grpc {
  Metadata: new () => Metadata
  credentials: { createInsecure(): unknown; createSsl(): unknown }
  ServerCredentials: {
    createInsecure(): unknown
    createSsl(roots: null, pairs: { private_key: Buffer; cert_chain: Buffer }[]): unknown
  }
  Client: new (address: string, credentials: unknown, options: Record<string, unknown>) => GrpcClient
  Server: new (options: Record<string, unknown>) => GrpcServer
}

export interface Metadata {
  set(key: string, value: string): void
  get(key: string): (string | Buffer)[]
}

export interface GrpcClient {
  makeUnaryRequest(
    path: string,
    serialize: MethodDefinition['requestSerialize'],
    deserialize: MethodDefinition['responseDeserialize'],
    request: Values,
    metadata: Metadata,
    options: object,
    done: (error: GrpcError | null, response?: Values) => void,
  ): { cancel(): void }
  close(): void
}

export interface GrpcError extends Error {
  code: number
  details: string
}

export interface GrpcCall {
  request: Values
  metadata: Metadata
  on(event: 'cancelled', listener: () => void): void
}

export type Handler = (
  call: GrpcCall,
  done: (error: { code: number; details: string } | null, response?: Values) => void,
) => void

export interface GrpcServer {
  addService(service: Record<string, MethodDefinition>, handlers: Record<string, Handler>): void
  bindAsync(address: string, credentials: unknown, done: (error: Error | null, port: number) => void): void
  forceShutdown(): void
}

/** gRPC's error codes. */
export const STATUS = {
  cancelled: 1,
  invalid: 3,
  late: 4,
  notFound: 5,
  denied: 7,
  exhausted: 8,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const

/** @returns null if it is not installed */
export function loadGrpc(load: (name: string) => unknown = require): Grpc | null {
  try {
    return load(GRPC_PACKAGE) as Grpc
  } catch {
    return null
  }
}

/** The end of a sentence. */
export const GRPC_MISSING = `needs the package ${GRPC_PACKAGE}, which is not installed: press "Install" in the node, or run "npm install ${GRPC_PACKAGE}" in Node-RED's user directory (usually ~/.node-red)`
