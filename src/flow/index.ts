export type { Want } from './behaviour'
export { between, type Candidate, candidates, type FreshNodes, type OpenEnd } from './candidates'
export { type Checker, checkFlow, createChecker } from './checker'
export type {
  ConfigReference,
  DeclarationCase,
  Declarations,
  InputDeclaration,
  InputReference,
  NodeDeclaration,
  OutputDeclaration,
  TypeExpression,
  TypeTemplate,
} from './declaration'
export type { FlowNode, Graph } from './graph'
export type { Demand } from './hands-on'
export { declaredPorts, readPorts, type TypedPort } from './ports'
export { FlowError, readFlow } from './read'
export {
  type Problem,
  type Report,
  type ReportJson,
  reportJson,
  type WireEnd,
  type WireJudgement,
} from './report'
export { isBuiltIn, isGathering } from './rules'
export { encodedInput } from './rules/encoded'
export { runningNodes } from './running'
export type { PortView } from './views'
export { type Receiver, receiversBehind, wantedBehind } from './wanted-behind'
