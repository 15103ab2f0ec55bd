// The course: its steps, lessons, starters, and how far the learner has come.
// Here is what other parts of the workshop use; everything else is this folder's own.
export { anchorOf, sectionsOf } from './lesson.ts'
export {
  type Slide,
  blocksOf,
  bookendDecks,
  selectGoals,
  minutesOf,
  parseDeck,
  parseDirective,
  findTableUnder,
} from './deck.ts'
export { type SnippetRef, parseSnippetRef, extractSnippet } from './code-snippets.ts'
export { readText, displayPath, writeFileAtomic } from './files.ts'
export {
  currentStep,
  nextStep,
  readProgress,
  recordHint,
  recordPass,
  stepStates,
  fingerprint,
} from './progress.ts'
export { readStarters, starterFiles } from './starters.ts'
export { type Step, requireRunnableStep, findStep, steps } from './steps.ts'
export { type FileDiff, diffWithSolution, learnerFiles } from './diff.ts'
export { listBackups } from './backups.ts'
export { compareWithStarter, resetStep, undo } from './reset.ts'
