/**
 * The number of pictures decoded and encoded since the start. Between two nodes of a chain, neither should
 * increase.
 */
export const counts = { decoded: 0, encoded: 0 }
