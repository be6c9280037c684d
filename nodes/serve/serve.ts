import type { NodeAPI } from 'node-red'
import { addAdminRoutes, registerServeIn } from './serve-in'
import { registerServeOut } from './serve-out'

/**
 * Publishes the flow between the two nodes as a model, for Runway's clients and those of the Open Inference
 * Protocol.
 */
export = (RED: NodeAPI): void => {
  registerServeIn(RED)
  registerServeOut(RED)
  addAdminRoutes(RED)
}
