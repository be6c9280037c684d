/** An action that the user can take on a result that is only a guess. */
export interface Offer {
  label: string
  take(): void
}

/** @param id the node's id @returns undefined if there is nothing to offer */
export type OfferFor = (id: string) => Promise<Offer | undefined>
