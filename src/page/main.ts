import '../../nodes/paint/editor/paint.css'
import './page.css'
import { element } from '../editor/dom'
import { data, say } from './data'
import { offerEarlier } from './earlier'
import { showPage } from './page'
import { run, runAgain } from './run'

if (data.isPrivate) showPrivate()
else showPage({ run, runAgain, offerEarlier, hasSteps: true })

function showPrivate(): void {
  document.body.append(
    element(
      'main',
      { className: 'alone' },
      element('h1', {}, say('private')),
      element('p', {}, say(data.isWrong ? 'wrongToken' : 'needsLink')),
    ),
  )
}
