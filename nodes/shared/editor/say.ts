/** Looks up a node's own words by key. */
export type Say = (key: string, words?: Record<string, unknown>) => string

/** The words of a node's catalogue, or of one group in it. */
export const wordsOf =
  (node: EditorNode, group: string): Say =>
  (key, words) =>
    (node._ as Say)(`${group}.${key}`, words)
