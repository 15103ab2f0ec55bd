// Running a step in a terminal: what `npm run step`, `solution` and `stop` are made of.
export { type RunOptions, runInstances } from './run.ts'
export { stopEverything } from './stop.ts'
export { type Wanted, readWords } from './words.ts'
