const topic = 'daisychain/watching'

/**
 * Tells the runtime whether this editor is visible, so that it only makes preview pictures while someone can
 * see them. Returns a function that stops this.
 */
export function tellWatching(): () => void {
  const tell = () => RED.comms.send(topic, !document.hidden)
  RED.comms.on('connect', tell)
  document.addEventListener('visibilitychange', tell)
  tell()
  return () => {
    RED.comms.off('connect', tell)
    document.removeEventListener('visibilitychange', tell)
    RED.comms.send(topic, false)
  }
}
