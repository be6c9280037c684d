/** The program of the thread that learns: with many examples it takes a while. */
import { serveThread } from '../apart/program'
import { learnClasses } from './learn-classes'
import { learnNumbers } from './learn-numbers'

serveThread(() => ({ classes: learnClasses, numbers: learnNumbers }))
