import type { Feed, MakeFeed, RawFeed } from '../types'

/** The feeds of a run. Raw ones are converted by their programs. */
export async function madeFeeds(given: Record<string, Feed | RawFeed>): Promise<Record<string, Feed>> {
  const feeds: Record<string, Feed> = {}
  for (const [name, feed] of Object.entries(given)) feeds[name] = feed.kind === 'raw' ? await made(feed) : feed
  return feeds
}

function made({ program, data, about }: RawFeed): Promise<Feed> {
  const { makeFeed } = require(program) as { makeFeed: MakeFeed<object> }
  return makeFeed(data, about)
}
