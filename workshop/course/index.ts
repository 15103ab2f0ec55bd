// The course: its steps, lessons, starters, and how far the learner has come.
// Here is what other parts of the workshop use; everything else is this folder's own.
export { type Lesson, details as detailsOf, sectionsOf } from './lesson.ts'
export {
  type Slide,
  blocksOf,
  frames,
  goalsOf,
  minutesOf,
  parseDeck,
  parseDirective,
  tableBelow,
} from './deck.ts'
export { type Quotation, parseQuotation, regionOf } from './region.ts'
export { readText, shortName, writeWhole } from './files.ts'
export { type Paint, paintFor, painter } from './paint.ts'
export {
  type Progress,
  currentStep,
  nextStep,
  readProgress,
  recordHint,
  recordPass,
} from './progress.ts'
export { type Starters, readStarters, starterFiles } from './starters.ts'
export { type Step, findStep, lookUpStep, steps } from './steps.ts'
export { type Difference, differences, filesOf } from './difference.ts'
export { compareWithStarter } from './reset.ts'
