/** The program of the learning thread, because many examples take a while. */
import { serveThread } from '../apart/program'
import { learnClasses } from './learn-classes'
import { learnNumbers } from './learn-numbers'

serveThread(() => ({ classes: learnClasses, numbers: learnNumbers }))
