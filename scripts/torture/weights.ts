/** A model's file that is downloaded: it comes in several pieces. */
export const WEIGHTS = Buffer.alloc(300_000, 'weights')
