const KEYS: Record<string, string> = {
  b: 'brush',
  l: 'line',
  r: 'rectangle',
  f: 'fill',
  e: 'eraser',
  '[': 'thinner',
  ']': 'thicker',
  '+': 'zoomIn',
  '=': 'zoomIn',
  '-': 'zoomOut',
  '0': 'fit',
}

/** The action for a key, if any. Keys typed into a field are ignored. */
export function keyOf(event: KeyboardEvent): string | null {
  const { target, key, altKey, shiftKey } = event
  if (target instanceof HTMLInputElement && target.type === 'search') return null
  const pressed = key.toLowerCase()
  if (event.ctrlKey || event.metaKey) {
    if (pressed === 'z') return shiftKey ? 'redo' : 'undo'
    return pressed === 'y' ? 'redo' : null
  }
  return altKey ? null : (KEYS[pressed] ?? null)
}
