/** How many pictures were decoded and encoded since the start: between two nodes of a chain, neither changes. */
export const counts = { decoded: 0, encoded: 0 }
