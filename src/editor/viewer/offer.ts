/** What can be done about a result that is only a guess. */
export interface Offer {
  label: string
  take(): void
}

/** @param id of the node @returns undefined if there is nothing to offer */
export type OfferFor = (id: string) => Promise<Offer | undefined>
