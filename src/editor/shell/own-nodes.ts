/** The nodes' HTML that the runtime made from a user's manifests, as passed to the editor in its settings. */
const SETTING = 'daisychainOnnxNodes'

/**
 * Adds the nodes that a user's manifests describe, once the package's own nodes are there. Returns a function
 * that stops this.
 */
export function addOwnNodes(): () => void {
  let isDone = false
  const add = () => {
    if (isDone || !RED.nodes.getType('daisychain-onnx')) return
    isDone = true
    const nodes = (RED.settings as unknown as Record<string, unknown>)[SETTING]
    // jQuery runs the scripts in it, as for all nodes' HTML.
    for (const html of Array.isArray(nodes) ? nodes : []) $('body').append(String(html))
  }
  RED.events.on('registry:node-type-added', add)
  add()
  return () => RED.events.off('registry:node-type-added', add)
}
