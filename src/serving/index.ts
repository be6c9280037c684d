/**
 * Publishes flows as models, and queries models on other computers, with Runway's interfaces and the Open
 * Inference Protocol.
 */
export { type Answer, type Call, type CallOptions, Calls } from './calls'
export { type AskOptions, RemoteError } from './client/ask'
export { type Discovered, discover } from './client/discover'
export { type QueryOptions, queryRemote, type Sequence } from './client/query'
export { REMOTE_KINDS, type RemoteField, type RemoteKind, type RemoteModel } from './client/remote'
export { createEndpoint, type Endpoint } from './endpoint'
export type { Field, Fields } from './field'
export { endsBehind, flowFields, type KnownModels, outputProperties } from './flow-fields'
export type { Access } from './http/access'
export { listen, normalPath, Paths, reachableAddresses, serveEverywhere, upgrade, whyClosed } from './listener'
export { createToolServer, type ToolModel } from './mcp/server'
export { hostsOf, isLoopback } from './network-address'
export { serveGrpc } from './open-inference/grpc-server'
export { OscError, type OscValue, readPacket as readOscPacket } from './osc/codec'
export { serveOsc } from './osc/server'
export { languageOf } from './page/document'
export type { FieldLook, PageOptions } from './page/look'
export { isOfFlow, type LastResult, type PublishedModel, type ResultListener } from './published'
export { RequestError } from './request-error'
