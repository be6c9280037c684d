/** A model's file to be downloaded: it arrives in several pieces. */
export const WEIGHTS = Buffer.alloc(300_000, 'weights')
