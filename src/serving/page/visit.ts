import type { Access } from '../http/access'
import type { Exchange } from '../http/exchange'
import type { History } from './history'
import type { PageOptions } from './look'
import type { Show } from './show-stream'
import type { Visitor, Visitors } from './visitors'

/** What a model's page needs in addition to an exchange. */
export interface Page {
  options: PageOptions
  visitors: Visitors
  access: Access
  show: Show
  history: History
}

/** A request of the page by an admitted visitor. */
export interface Visit extends Exchange {
  page: Page
  visitor: Visitor
}
